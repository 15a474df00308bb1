package io.socketgateway.server.session;

import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.routing.Counters;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * What waits for one session. Up to {@link #WINDOW_BYTES} are committed ahead of the socket; beyond that frames wait as
 * objects, answers and control frames in one queue, messages in another. Answers go first, yet every fifth frame is a
 * message. Belongs to the session's loop.
 */
final class Outbound {
    /** Committed ahead of the socket. */
    static final int WINDOW_BYTES = 64 * 1024;

    private static final int ANSWERS_FOR_A_MESSAGE = 4;

    private record Waiting(int id, SharedMessage message) {
        int bytes() {
            return FrameCodec.roughBytes(message.message());
        }
    }

    private final Link link;
    private final int boundBytes;
    private final Counters counters;
    private final Consumer<Frame.Request> requestCommitted;
    private final Consumer<Frame> tooLong;
    private final ArrayDeque<Frame> answers = new ArrayDeque<>(0);
    private final ArrayDeque<Waiting> messages = new ArrayDeque<>(0);
    private int waitingBytes;
    private int answersInARow;

    /**
     * An empty one.
     *
     * @param boundBytes the most that may wait
     * @param requestCommitted told of each request when the link has it
     * @param tooLong told of each frame that waited and then was longer than the client has come to take
     */
    Outbound(
            Link link,
            int boundBytes,
            Counters counters,
            Consumer<Frame.Request> requestCommitted,
            Consumer<Frame> tooLong) {
        this.link = link;
        this.boundBytes = boundBytes;
        this.counters = counters;
        this.requestCommitted = requestCommitted;
        this.tooLong = tooLong;
    }

    private boolean windowIsOpen() {
        return link.committedPosition() - link.flushedPosition() < WINDOW_BYTES;
    }

    /** Sends an answer or a control frame; false, and nothing is sent, if it is too long. */
    boolean send(Frame frame, Form form, int maxBodyBytes) {
        if (answers.isEmpty() && windowIsOpen()) {
            return commit(frame, form, maxBodyBytes);
        }
        if (!FrameCodec.fits(frame, form, maxBodyBytes)) {
            return false;
        }
        answers.add(frame);
        waitingBytes += FrameCodec.roughBytes(frame);
        return true;
    }

    private boolean commit(Frame frame, Form form, int maxBodyBytes) {
        boolean fits = link.commit(frame, form, maxBodyBytes);
        if (fits && frame instanceof Frame.Request request) {
            requestCommitted.accept(request);
        }
        return fits;
    }

    /** Sends a message; over the bound the oldest that wait are dropped for it. */
    void deliver(int id, SharedMessage message, Form form, int maxBodyBytes) {
        if (waitingBytes == 0 && windowIsOpen()) {
            commit(id, message, form, maxBodyBytes);
            return;
        }
        Waiting waiting = new Waiting(id, message);
        int bytes = waiting.bytes();
        while (waitingBytes + bytes > boundBytes) {
            Waiting oldest = messages.poll();
            counters.messagesDroppedBacklog.increment();
            if (oldest == null) {
                return; // answers alone fill the bound
            }
            waitingBytes -= oldest.bytes();
        }
        messages.add(waiting);
        waitingBytes += bytes;
    }

    private void commit(int id, SharedMessage message, Form form, int maxBodyBytes) {
        if (!link.commit(message, id, form, maxBodyBytes)) {
            counters.messagesDroppedTooLarge.increment();
        }
    }

    /** Moves what waits into the window, as far as it is open; returns whether anything moved. */
    boolean fillWindow(Form form, int maxBodyBytes) {
        boolean moved = false;
        while (waitingBytes > 0 && windowIsOpen()) {
            moved = true;
            Waiting message = answers.isEmpty() || answersInARow >= ANSWERS_FOR_A_MESSAGE ? messages.poll() : null;
            if (message != null) {
                answersInARow = 0;
                waitingBytes -= message.bytes();
                commit(message.id(), message.message(), form, maxBodyBytes);
            } else {
                answersInARow++;
                commitWaitingAnswer(form, maxBodyBytes);
            }
        }
        return moved;
    }

    /** A later HELLO may have changed what fits since the frame was found to. */
    private void commitWaitingAnswer(Form form, int maxBodyBytes) {
        Frame answer = answers.remove();
        waitingBytes -= FrameCodec.roughBytes(answer);
        if (!commit(answer, form, maxBodyBytes)) {
            tooLong.accept(answer);
        }
    }

    /** Commits every answer that waits, whatever the window, and drops the messages: the session ends. */
    void commitAnswers(Form form, int maxBodyBytes) {
        counters.messagesDroppedBacklog.add(messages.size());
        messages.clear();
        while (!answers.isEmpty()) {
            commitWaitingAnswer(form, maxBodyBytes);
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
