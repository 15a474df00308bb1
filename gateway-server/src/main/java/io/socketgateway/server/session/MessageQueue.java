package io.socketgateway.server.session;

import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.routing.Mailbox;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one subscription that wait for its session, oldest first; {@link Outbound} says which of them have to
 * go. Belongs to the session's loop.
 */
final class MessageQueue implements Mailbox {
    private final Outbound outbound;
    private final int subscriptionId;
    private final Overflow overflow;
    private final int capacity;
    private final @Nullable Map<Subject, SharedMessage> bySubject; // either this
    private final ArrayDeque<SharedMessage> inOrder = new ArrayDeque<>(0); // or this
    private int bytes;
    private long dropped;
    private boolean listed;
    private volatile boolean full;

    /**
     * An empty one.
     *
     * @param capacity how many messages may wait
     */
    MessageQueue(Outbound outbound, int subscriptionId, Overflow overflow, int capacity) {
        this.outbound = outbound;
        this.subscriptionId = subscriptionId;
        this.overflow = overflow;
        this.capacity = capacity;
        this.bySubject = overflow == Overflow.LATEST ? new LinkedHashMap<>(2) : null;
    }

    @Override
    public void deliver(SharedMessage message) {
        outbound.deliver(this, message);
    }

    @Override
    public boolean takesMore() {
        return !full && outbound.takesMore();
    }

    @Override
    public void close() {
        outbound.close(this);
    }

    int subscriptionId() {
        return subscriptionId;
    }

    Overflow overflow() {
        return overflow;
    }

    /** How many messages wait. */
    int size() {
        return bySubject == null ? inOrder.size() : bySubject.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** Whether as many wait as may. */
    boolean isFull() {
        return full;
    }

    /** About how many bytes wait. */
    int bytes() {
        return bytes;
    }

    /** How many of its messages were dropped since it began. */
    long dropped() {
        return dropped;
    }

    void countDropped(long messages) {
        dropped += messages;
    }

    /** Whether it stands among those whose turn comes. */
    boolean isListed() {
        return listed;
    }

    void listed(boolean isListed) {
        listed = isListed;
    }

    /** Puts a message last; the one of the same subject that it replaces, if only the latest counts, else null. */
    @Nullable
    SharedMessage add(SharedMessage message) {
        SharedMessage former = null;
        if (bySubject == null) {
            inOrder.add(message);
        } else {
            former = bySubject.put(message.message().subject(), message); // takes the former one's place
        }
        bytes += bytes(message) - (former == null ? 0 : bytes(former));
        noteFull();
        return former;
    }

    /** About how many bytes of one that waits a message would replace; 0 if it would replace none. */
    int bytesReplacedBy(SharedMessage message) {
        SharedMessage former =
                bySubject == null ? null : bySubject.get(message.message().subject());
        return former == null ? 0 : bytes(former);
    }

    /** Takes the oldest out; null if it is empty. */
    @Nullable
    SharedMessage pollOldest() {
        if (bySubject == null) {
            return removed(inOrder.pollFirst());
        }
        Iterator<SharedMessage> oldest = bySubject.values().iterator();
        if (!oldest.hasNext()) {
            return null;
        }
        SharedMessage message = oldest.next();
        oldest.remove();
        return removed(message);
    }

    /** Takes the newest out of one that keeps them all. */
    @Nullable
    SharedMessage pollNewest() {
        return removed(inOrder.pollLast());
    }

    private @Nullable SharedMessage removed(@Nullable SharedMessage message) {
        if (message != null) {
            bytes -= bytes(message);
            noteFull();
        }
        return message;
    }

    private void noteFull() {
        boolean isFull = size() >= capacity;
        if (isFull != full) {
            full = isFull;
        }
    }

    /** About what a message costs while it waits. */
    static int bytes(SharedMessage message) {
        return FrameCodec.roughBytes(message.message());
    }
}
