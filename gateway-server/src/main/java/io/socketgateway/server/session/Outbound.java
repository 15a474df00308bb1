package io.socketgateway.server.session;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.routing.Counters;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one session. Up to {@link #WINDOW_BYTES} are committed ahead of the socket; beyond that frames wait as
 * objects, answers and control frames in one queue, messages in another. Answers go first, yet every fifth frame is a
 * message. Belongs to the session's loop.
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
    }

    private record Waiting(int id, SharedMessage message) {
        int bytes() {
            return FrameCodec.roughBytes(message.message());
        }
    }

    private final Link link;
    private final Terms terms;
    private final int boundBytes;
    private final Counters counters;
    private final Owner owner;
    private final ArrayDeque<Frame> answers = new ArrayDeque<>(0);
    private final ArrayDeque<Waiting> messages = new ArrayDeque<>(0);
    private int waitingBytes; // of both
    private int messageBytes;
    private boolean full; // a message had to be dropped for another, and not much has gone since
    private int answersInARow;

    /**
     * An empty one.
     *
     * @param boundBytes the most that may wait
     */
    Outbound(Link link, Terms terms, int boundBytes, Counters counters, Owner owner) {
        this.link = link;
        this.terms = terms;
        this.boundBytes = boundBytes;
        this.counters = counters;
        this.owner = owner;
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
        answers.add(frame);
        waitingBytes += FrameCodec.roughBytes(frame);
        dropMessagesOver(boundBytes);
        return true;
    }

    private boolean commit(Frame frame) {
        boolean fits = link.commit(frame, terms.form(), terms.maxBodyBytes());
        if (fits && frame instanceof Frame.Request request) {
            owner.committed(request);
        }
        return fits;
    }

    /** Sends a message; over the bound the oldest that wait are dropped for it. */
    void deliver(int id, SharedMessage message) {
        if (waitingBytes == 0 && windowIsOpen()) {
            commit(id, message);
            return;
        }
        Waiting waiting = new Waiting(id, message);
        int bytes = waiting.bytes();
        if (waitingBytes - messageBytes + bytes > boundBytes) { // answers alone fill the bound
            counters.messagesDroppedBacklog.increment();
            return;
        }
        dropMessagesOver(boundBytes - bytes);
        messages.add(waiting);
        messageBytes += bytes;
        waitingBytes += bytes;
    }

    private void dropMessagesOver(int bytes) {
        while (waitingBytes > bytes && pollMessage() != null) {
            full = true;
            counters.messagesDroppedBacklog.increment();
        }
    }

    private @Nullable Waiting pollMessage() {
        Waiting oldest = messages.poll();
        if (oldest != null) {
            messageBytes -= oldest.bytes();
            waitingBytes -= oldest.bytes();
        }
        return oldest;
    }

    private void commit(int id, SharedMessage message) {
        if (!link.commit(message, id, terms.form(), terms.maxBodyBytes())) {
            counters.messagesDroppedTooLarge.increment();
        }
    }

    /** Whether answers alone reach the bound: messages make way for them. */
    boolean isFullOfAnswers() {
        return waitingBytes - messageBytes >= boundBytes;
    }

    /** Whether the bound is reached: whoever has a choice goes elsewhere. */
    boolean isFull() {
        return full || waitingBytes >= boundBytes;
    }

    /** Moves what waits into the window, as far as it is open; returns whether anything moved. */
    boolean fillWindow() {
        boolean moved = false;
        while (waitingBytes > 0 && windowIsOpen()) {
            moved = true;
            Waiting message = answers.isEmpty() || answersInARow >= ANSWERS_FOR_A_MESSAGE ? pollMessage() : null;
            if (message != null) {
                answersInARow = 0;
                commit(message.id(), message.message());
            } else {
                answersInARow++;
                commitWaitingAnswer();
            }
        }
        if (waitingBytes < boundBytes / 4 * 3) {
            full = false;
        }
        return moved;
    }

    /** A later HELLO may have changed what fits since the frame was found to. */
    private void commitWaitingAnswer() {
        Frame answer = answers.remove();
        waitingBytes -= FrameCodec.roughBytes(answer);
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

    /** Commits every answer that waits, whatever the window, and drops the messages: the session ends. */
    void commitAnswers() {
        counters.messagesDroppedBacklog.add(messages.size());
        messages.clear();
        messageBytes = 0;
        while (!answers.isEmpty()) {
            commitWaitingAnswer();
        }
        waitingBytes = 0;
    }

    /** Drops the requests that wait: another worker gets them. */
    void withdrawRequests() {
        answers.removeIf(frame -> {
            boolean withdrawn = frame instanceof Frame.Request;
            if (withdrawn) {
                waitingBytes -= FrameCodec.roughBytes(frame);
            }
            return withdrawn;
        });
    }

    /** Drops all that waits. */
    void clear() {
        counters.messagesDroppedBacklog.add(messages.size());
        messages.clear();
        messageBytes = 0;
        answers.clear();
        waitingBytes = 0;
    }

    /** Whether answers or control frames wait. */
    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    /** About how many bytes wait beyond the window. */
    int waitingBytes() {
        return waitingBytes;
    }

    /** Whether nothing waits and the socket has taken everything. */
    boolean isEmpty() {
        return waitingBytes == 0 && link.committedPosition() == link.flushedPosition();
    }

    int boundBytes() {
        return boundBytes;
    }
}
