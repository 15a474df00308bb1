package io.socketgateway.server.session;

import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Counters;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for one session, in a queue for each subscription, which have their turns one message at a time.
 * At a bound the subscription's own overflow option decides; where it has nothing to give, the queue that holds most gives
 * way. Belongs to the session's loop.
 */
final class MessageQueues {
    private static final Set<Overflow> KEEPING_THE_NEWEST = EnumSet.of(Overflow.DROP_OLDEST, Overflow.LATEST);

    /** Takes a message whose turn has come. */
    interface Sink {
        void commit(int subscriptionId, SharedMessage message);
    }

    private final LongConsumer account;
    private final Counters counters;
    private final ArrayDeque<MessageQueue> turns = new ArrayDeque<>(0); // some may have become empty, none has ended
    private int bytes;
    private int droppableBytes; // of those that keep the newest
    private boolean droppedLately;

    /**
     * None waits.
     *
     * @param shared what waits for all sessions
     */
    MessageQueues(SharedBound shared, Counters counters) {
        this.account = shared::add;
        this.counters = counters;
    }

    /** About how many bytes wait. */
    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Whether one had to make way for another, and little has gone since. */
    boolean hasDroppedLately() {
        return droppedLately;
    }

    void forgetDrops() {
        droppedLately = false;
    }

    /**
     * Puts a message last in its queue, or drops it or others as the option says.
     *
     * @param boundBytes how many bytes may wait
     * @return false if the option says that the session has to end
     */
    boolean add(MessageQueue queue, SharedMessage message, int boundBytes) {
        int replacedBytes = queue.bytesReplacedBy(message);
        if (queue.isFull() && replacedBytes == 0) {
            switch (queue.overflow()) {
                case DROP_OLDEST, LATEST -> dropOldest(queue);
                case DROP_NEWEST -> {
                    countDropped(queue, counters.messagesDroppedNewest);
                    return true;
                }
                case DISCONNECT -> {
                    return false;
                }
            }
        }
        if (bytes + MessageQueue.bytes(message) - replacedBytes > boundBytes) {
            counters.reached(Limit.BACKLOG_BYTES_PER_SESSION);
            boolean othersMayGive = queue.isEmpty() || KEEPING_THE_NEWEST.contains(queue.overflow());
            if (!othersMayGive || !makeRoom(queue, message, boundBytes)) {
                return refuse(queue);
            }
        }
        append(queue, message);
        return true;
    }

    /** There is no room for a message, and none is made: false if the session has to end for that. */
    private boolean refuse(MessageQueue queue) {
        droppedLately = true;
        switch (queue.overflow()) {
            case DROP_OLDEST, LATEST -> countDropped(queue, counters.messagesDroppedOldest);
            case DROP_NEWEST -> countDropped(queue, counters.messagesDroppedNewest);
            case DISCONNECT -> {
                return false;
            }
        }
        return true;
    }

    private void append(MessageQueue queue, SharedMessage message) {
        int before = queue.bytes();
        message.hold(account);
        SharedMessage former = queue.add(message);
        count(queue, queue.bytes() - before);
        if (former != null) {
            former.release();
            countDropped(queue, counters.messagesConflated);
        }
        if (!queue.isListed()) {
            queue.listed(true);
            turns.add(queue);
        }
    }

    /**
     * Drops the oldest until a message fits: of its own queue, or where that is empty, of the one that holds most.
     *
     * @return false, and none is dropped, if all of them together would not make room
     */
    private boolean makeRoom(MessageQueue own, SharedMessage message, int boundBytes) {
        if (bytes - droppableBytes + MessageQueue.bytes(message) > boundBytes) {
            return false;
        }
        droppedLately = true;
        while (bytes + MessageQueue.bytes(message) - own.bytesReplacedBy(message) > boundBytes) {
            MessageQueue victim = own.isEmpty() ? largest(KEEPING_THE_NEWEST) : own;
            if (victim == null) {
                return false;
            }
            dropOldest(victim);
        }
        return true;
    }

    /**
     * Drops what the options allow until no more than that wait.
     *
     * @return the subscription for which the session has to end instead; null if there is none
     */
    @Nullable
    MessageQueue shrinkTo(int allowedBytes) {
        droppedLately |= bytes > Math.max(0, allowedBytes);
        while (bytes > Math.max(0, allowedBytes)) {
            MessageQueue oldest = largest(KEEPING_THE_NEWEST);
            MessageQueue newest = oldest == null ? largest(EnumSet.of(Overflow.DROP_NEWEST)) : null;
            if (oldest != null) {
                dropOldest(oldest);
            } else if (newest != null) {
                drop(newest, newest.pollNewest(), counters.messagesDroppedNewest);
            } else {
                return largest(EnumSet.of(Overflow.DISCONNECT));
            }
        }
        return null;
    }

    private @Nullable MessageQueue largest(Set<Overflow> of) {
        MessageQueue largest = null;
        for (MessageQueue queue : turns) {
            if (of.contains(queue.overflow())
                    && !queue.isEmpty()
                    && (largest == null || queue.bytes() > largest.bytes())) {
                largest = queue;
            }
        }
        return largest;
    }

    private void dropOldest(MessageQueue queue) {
        drop(queue, queue.pollOldest(), counters.messagesDroppedOldest);
    }

    private void drop(MessageQueue queue, @Nullable SharedMessage message, LongAdder counter) {
        if (message != null) {
            removed(queue, message);
            countDropped(queue, counter);
        }
    }

    private static void countDropped(MessageQueue queue, LongAdder counter) {
        counter.increment();
        queue.countDropped(1);
    }

    /** Hands over the message whose turn it is; false if there is none. */
    boolean next(Sink sink) {
        MessageQueue queue = turns.poll();
        while (queue != null) {
            SharedMessage message = queue.pollOldest();
            if (queue.isEmpty()) {
                queue.listed(false);
            } else {
                turns.add(queue);
            }
            if (message != null) {
                removed(queue, message);
                sink.commit(queue.subscriptionId(), message);
                return true;
            }
            queue = turns.poll();
        }
        return false;
    }

    /** Drops all that waits in a queue whose subscription has ended. */
    void clear(MessageQueue queue) {
        for (SharedMessage message = queue.pollOldest(); message != null; message = queue.pollOldest()) {
            removed(queue, message);
            countDropped(queue, counters.messagesDroppedEnded);
        }
        if (queue.isListed()) { // else whoever subscribes and unsubscribes again and again would make this grow
            queue.listed(false);
            turns.remove(queue);
        }
    }

    /** Drops all that waits: the session has ended. */
    void clear() {
        while (next((subscriptionId, message) -> counters.messagesDroppedEnded.increment())) {
            // each is counted
        }
    }

    private void count(MessageQueue queue, int more) {
        bytes += more;
        if (KEEPING_THE_NEWEST.contains(queue.overflow())) {
            droppableBytes += more;
        }
    }

    private void removed(MessageQueue queue, SharedMessage message) {
        count(queue, -MessageQueue.bytes(message));
        message.release();
    }
}
