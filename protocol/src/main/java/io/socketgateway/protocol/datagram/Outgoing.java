package io.socketgateway.protocol.datagram;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.datagram.Exchange.Event;
import io.socketgateway.protocol.datagram.Exchange.Outlet;
import io.socketgateway.protocol.id.IdMap;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What this side sends: again and again if it wants an answer, later if too many before it have none. Belongs to one event
 * loop.
 */
final class Outgoing {
    private static final long DEFAULT_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A frame that was sent and is not answered. */
    private final class Unanswered {
        private final Frame frame;
        private final long deadlineNanos;
        private final Repeat repeat;
        private boolean done;

        Unanswered(Frame frame, long deadlineNanos) {
            this.frame = frame;
            this.deadlineNanos = deadlineNanos;
            this.repeat = new Repeat(timers, clock, roundTrip, random, this::resend, this::giveUp);
        }

        private void resend() {
            outlet.happened(Event.REPEAT_SENT);
            outlet.send(asOfNow(frame, deadlineNanos));
        }

        private void giveUp() {
            forget(this);
            outlet.happened(Event.GIVEN_UP);
            outlet.gaveUp(frame);
        }
    }

    private record HeldBack(Frame frame, long deadlineNanos, long number) {}

    private final RoundTrip roundTrip;
    private final TimerWheel timers;
    private final NanoClock clock;
    private final RandomGenerator random;
    private final Outlet outlet;

    private final IdMap<Unanswered> unanswered = new IdMap<>(2);
    private final ArrayDeque<Unanswered> inWindow = new ArrayDeque<>(2); // rising ids; done ones may linger
    private final ArrayDeque<HeldBack> heldBack = new ArrayDeque<>(0);
    private int newestId; // that has entered; what was held back may have been withdrawn since
    private int heldBackBytes;
    private long entered;

    /**
     * Nothing is sent yet.
     *
     * @param newestId the one before the first
     */
    Outgoing(
            int newestId,
            RoundTrip roundTrip,
            TimerWheel timers,
            NanoClock clock,
            RandomGenerator random,
            Outlet outlet) {
        this.newestId = newestId;
        this.roundTrip = roundTrip;
        this.timers = timers;
        this.clock = clock;
        this.random = random;
        this.outlet = outlet;
    }

    static boolean wantsAnswer(Frame frame) {
        return switch (frame.type()) {
            case HELLO, REQUEST, PING, GOAWAY -> true;
            case PUBLISH -> ((Frame.Publish) frame).confirm();
            case SUBSCRIBE -> ((Frame.Subscribe) frame).confirm();
            case SERVE -> ((Frame.Serve) frame).confirm();
            case UNSUBSCRIBE -> ((Frame.Unsubscribe) frame).confirm();
            default -> false;
        };
    }

    /** Sends a frame that uses an id, when the window is open; false, and nothing is sent, if it is too long. */
    boolean sendInWindow(Frame frame) {
        if (!outlet.fits(frame)) {
            return false;
        }
        entered++;
        newestId = frame.id();
        if (heldBack.isEmpty() && isInWindow(frame.id())) {
            transmit(frame, deadline(frame));
        } else {
            heldBack.add(new HeldBack(frame, deadline(frame), entered));
            heldBackBytes += FrameCodec.roughBytes(frame);
        }
        return true;
    }

    /** Sends a frame that stands outside the window, in the place of what was sent under its id. */
    boolean sendBesideWindow(Frame frame) {
        boolean fits = outlet.send(frame);
        if (fits) {
            abandon(frame.id());
            if (wantsAnswer(frame)) {
                repeat(new Unanswered(frame, deadline(frame)));
            }
        }
        return fits;
    }

    private void transmit(Frame frame, long deadlineNanos) {
        if (wantsAnswer(frame)) {
            Unanswered asked = new Unanswered(frame, deadlineNanos);
            inWindow.add(asked);
            repeat(asked);
        }
        outlet.send(asOfNow(frame, deadlineNanos));
    }

    private void repeat(Unanswered asked) {
        unanswered.put(asked.frame.id(), asked);
        asked.repeat.start(asked.deadlineNanos, Integer.MAX_VALUE);
    }

    private long deadline(Frame frame) {
        long nanos = frame instanceof Frame.Request request && request.deadlineMillis() != Frame.ABSENT
                ? TimeUnit.MILLISECONDS.toNanos(request.deadlineMillis())
                : DEFAULT_DEADLINE_NANOS;
        return clock.nanos() + nanos;
    }

    /** A request says how long from now its answer is wanted. */
    private Frame asOfNow(Frame frame, long deadlineNanos) {
        if (!(frame instanceof Frame.Request request) || request.deadlineMillis() == Frame.ABSENT) {
            return frame;
        }
        long millisLeft = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - clock.nanos() + 999_999));
        return new Frame.Request(
                request.id(),
                request.subject(),
                Math.min(request.deadlineMillis(), millisLeft),
                request.credit(),
                request.headers(),
                request.payload());
    }

    /** An answer has come: true if it ends the repeats of a frame. The peer's own frames may bear the same id. */
    boolean answered(FrameType answer, int id) {
        Unanswered asked = unanswered.get(id);
        if (asked == null || !isAnsweredBy(asked.frame.type(), answer)) {
            return false;
        }
        asked.repeat.answered();
        forget(asked);
        return true;
    }

    private static boolean isAnsweredBy(FrameType asked, FrameType answer) {
        return answer == FrameType.ERROR
                || answer
                        == switch (asked) {
                            case HELLO -> FrameType.WELCOME;
                            case PING -> FrameType.PONG;
                            case GOAWAY -> FrameType.GOAWAY;
                            default -> FrameType.RESPONSE;
                        };
    }

    /** An ACK has come: the answer will take a while. To the gateway's GOAWAY there is no other answer. */
    void acknowledged(int id) {
        Unanswered asked = unanswered.get(id);
        if (asked != null) {
            asked.repeat.acknowledged();
            if (asked.frame.type() == FrameType.GOAWAY) {
                forget(asked);
            }
        }
    }

    // The window

    private boolean isInWindow(int id) {
        Unanswered oldest = oldestUnanswered();
        return oldest == null || id - oldest.frame.id() < Exchange.WINDOW;
    }

    private @Nullable Unanswered oldestUnanswered() {
        while (!inWindow.isEmpty() && inWindow.element().done) {
            inWindow.remove();
        }
        return inWindow.peek();
    }

    private void forget(Unanswered asked) {
        asked.done = true;
        asked.repeat.stop();
        unanswered.remove(asked.frame.id());
        releaseHeldBack();
    }

    private void releaseHeldBack() {
        while (!heldBack.isEmpty() && isInWindow(heldBack.element().frame().id())) {
            HeldBack next = heldBack.remove();
            heldBackBytes -= FrameCodec.roughBytes(next.frame());
            if (clock.nanos() - next.deadlineNanos() < 0) {
                transmit(next.frame(), next.deadlineNanos());
            } else {
                outlet.happened(Event.GIVEN_UP);
                outlet.gaveUp(next.frame());
            }
        }
    }

    /** No answer is wanted to that id any more; true if the frame was still held back, and is never sent now. */
    boolean abandon(int id) {
        Unanswered asked = unanswered.get(id);
        if (asked != null) {
            forget(asked);
            return false;
        }
        for (Iterator<HeldBack> each = heldBack.iterator(); each.hasNext(); ) {
            HeldBack waiting = each.next();
            if (waiting.frame().id() == id) {
                each.remove();
                heldBackBytes -= FrameCodec.roughBytes(waiting.frame());
                return true;
            }
        }
        return false;
    }

    boolean windowIsOpen() {
        int nextId = newestId == -1 ? 1 : newestId + 1;
        return heldBack.isEmpty() && isInWindow(nextId);
    }

    int heldBackBytes() {
        return heldBackBytes;
    }

    long enteredFrames() {
        return entered;
    }

    long leftFrames() {
        HeldBack next = heldBack.peek();
        return next == null ? entered : next.number() - 1;
    }

    /** How many frames are sent again until they are answered. */
    int unanswered() {
        return unanswered.size();
    }

    /** Sends nothing again. */
    void close() {
        for (Unanswered asked : unanswered.values()) {
            asked.repeat.stop();
        }
        unanswered.clear();
        inWindow.clear();
        heldBack.clear();
        heldBackBytes = 0;
    }
}
