package io.socketgateway.server.session;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Counters;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one session. Up to {@link #WINDOW_BYTES} are committed ahead of the socket; beyond that frames wait as
 * objects, answers and control frames in one queue, messages in one for each subscription. Answers go first, yet every
 * fifth frame is a message. Belongs to the session's loop.
 */
final class Outbound {
    /** Committed ahead of the socket. */
    static final int WINDOW_BYTES = 64 * 1024;

    private static final int ANSWERS_FOR_A_MESSAGE = 4;

    /** Whoever sends through this. */
    interface Owner {
        /** The link has this request. */
        void committed(Frame.Request request);

        /** A request that waited as it is to be sent now; null if it is not wanted any more. */
        Frame.@Nullable Request due(Frame.Request request);

        /** A frame that waited is longer than the client has come to take. */
        void tooLong(Frame frame);

        /** A message was committed, or waits, or cost another one its place. */
        void delivered();

        /** A subscription for which too much waits wants the session to end. */
        void overflown(int subscriptionId);

        /** Whether less waits than its bound. Any thread. */
        boolean takesMore();
    }

    private final Link link;
    private final Terms terms;
    private final int boundBytes;
    private final SharedBound shared;
    private final Counters counters;
    private final Owner owner;
    private final ArrayDeque<Frame> answers = new ArrayDeque<>(0);
    private final MessageQueues messages;
    private int answerBytes; // that wait
    private int answersInARow;
    private boolean ended;

    /**
     * An empty one.
     *
     * @param boundBytes the most that may wait
     * @param shared what waits for all sessions
     */
    Outbound(Link link, Terms terms, int boundBytes, SharedBound shared, Counters counters, Owner owner) {
        this.link = link;
        this.terms = terms;
        this.boundBytes = boundBytes;
        this.shared = shared;
        this.counters = counters;
        this.owner = owner;
        this.messages = new MessageQueues(shared, counters);
    }

    private boolean windowIsOpen() {
        return link.committedPosition() - link.flushedPosition() < WINDOW_BYTES;
    }

    /** Sends an answer or a control frame; false, and nothing is sent, if it is too long. */
    boolean send(Frame frame) {
        if (answers.isEmpty() && windowIsOpen()) {
            return commit(frame);
        }
        if (!FrameCodec.fits(frame, terms.form(), terms.maxBodyBytes())) {
            return false;
        }
        frame.payload().keep();
        answers.add(frame);
        answersWait(FrameCodec.roughBytes(frame));
        makeRoomForAnswers();
        return true;
    }

    private void makeRoomForAnswers() {
        if (!messages.isEmpty() && waitingBytes() > boundBytes) {
            counters.reached(Limit.BACKLOG_BYTES_PER_SESSION);
            MessageQueue wantsTheEnd = messages.shrinkTo(boundBytes - answerBytes);
            if (wantsTheEnd != null) {
                owner.overflown(wantsTheEnd.subscriptionId());
            }
        }
    }

    private void answersWait(int bytes) {
        answerBytes += bytes;
        shared.add(bytes);
    }

    private boolean commit(Frame frame) {
        boolean fits = link.commit(frame, terms.form(), terms.maxBodyBytes());
        if (fits && frame instanceof Frame.Request request) {
            owner.committed(request);
        }
        return fits;
    }

    /** A queue for the messages of one subscription. */
    MessageQueue queue(int subscriptionId, Overflow overflow, int capacity) {
        return new MessageQueue(this, subscriptionId, overflow, capacity);
    }

    /** Sends a message, or has it wait in its queue. */
    void deliver(MessageQueue queue, SharedMessage message) {
        if (ended) {
            counters.messagesDroppedEnded.increment();
            return;
        }
        if (waitingBytes() == 0 && windowIsOpen()) {
            commit(queue.subscriptionId(), message);
        } else if (!messages.add(queue, message, boundBytes - answerBytes)) {
            counters.messagesDroppedEnded.increment();
            owner.overflown(queue.subscriptionId());
            return;
        }
        owner.delivered();
    }

    private void commit(int subscriptionId, SharedMessage message) {
        if (!link.commit(message, subscriptionId, terms.form(), terms.maxBodyBytes())) {
            counters.messagesDroppedTooLarge.increment();
        }
    }

    /** A subscription has ended: nothing of it is sent any more. */
    void close(MessageQueue queue) {
        messages.clear(queue);
    }

    /** Whether its client takes more messages without losing any. Any thread. */
    boolean takesMore() {
        return owner.takesMore();
    }

    /** Whether answers alone reach the bound: messages make way for them. */
    boolean isFullOfAnswers() {
        return answerBytes >= boundBytes;
    }

    /** Whether the bound is reached: whoever has a choice goes elsewhere. */
    boolean isFull() {
        return messages.hasDroppedLately() || waitingBytes() >= boundBytes;
    }

    /** Moves what waits into the window, as far as it is open; returns whether anything moved. */
    boolean fillWindow() {
        boolean moved = false;
        while (waitingBytes() > 0 && windowIsOpen()) {
            moved = true;
            boolean messageIsDue = answers.isEmpty() || answersInARow >= ANSWERS_FOR_A_MESSAGE;
            if (messageIsDue && messages.next(this::commit)) {
                answersInARow = 0;
            } else {
                answersInARow++;
                commitWaitingAnswer();
            }
        }
        if (waitingBytes() < boundBytes / 4 * 3) {
            messages.forgetDrops();
        }
        return moved;
    }

    /** A later HELLO may have changed what fits since the frame was found to. */
    private void commitWaitingAnswer() {
        Frame answer = answers.remove();
        answersWait(-FrameCodec.roughBytes(answer));
        if (answer instanceof Frame.Request request) {
            answer = owner.due(request);
            if (answer == null) {
                return;
            }
        }
        if (!commit(answer)) {
            owner.tooLong(answer);
        }
    }

    /**
     * Commits the answers that wait as far as the window is open, and drops what else waits: the session ends, and what its
     * client does not take then is not to fill the memory.
     */
    void commitAnswers() {
        ended = true;
        messages.clear();
        while (!answers.isEmpty() && windowIsOpen()) {
            commitWaitingAnswer();
        }
        clear();
    }

    /** Drops the requests that wait: another worker gets them. */
    void withdrawRequests() {
        answers.removeIf(frame -> {
            boolean withdrawn = frame instanceof Frame.Request;
            if (withdrawn) {
                answersWait(-FrameCodec.roughBytes(frame));
            }
            return withdrawn;
        });
    }

    /** Drops half of what waits, messages alone, as their options allow; false if that was not to be. */
    boolean giveWay() {
        int allowedBytes = waitingBytes() / 2;
        return answerBytes <= allowedBytes && messages.shrinkTo(allowedBytes - answerBytes) == null;
    }

    /** Drops all that waits: the session ends. */
    void clear() {
        ended = true;
        messages.clear();
        answers.clear();
        answersWait(-answerBytes);
    }

    /** Whether answers or control frames wait. */
    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    /** About how many bytes wait beyond the window. */
    int waitingBytes() {
        return answerBytes + messages.bytes();
    }

    /** Whether nothing waits and the socket has taken everything. */
    boolean isEmpty() {
        return waitingBytes() == 0 && link.committedPosition() == link.flushedPosition();
    }

    int boundBytes() {
        return boundBytes;
    }
}
