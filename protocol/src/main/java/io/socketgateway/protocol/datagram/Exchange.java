package io.socketgateway.protocol.datagram;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One side of a datagram session: sees to it that each frame of the peer is carried out once, and that each of its own that
 * wants an answer is sent until it has one (SPEC section 3.8). Every frame of the session passes through here, in both
 * directions. Belongs to one event loop.
 */
public final class Exchange {
    /** How far the newest id may be from the oldest unanswered one, both counted. */
    public static final int WINDOW = 256;

    private static final long DEFAULT_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** What happens here and is worth counting. */
    public enum Event {
        /** The peer has sent a frame again. */
        REPEAT_RECEIVED,
        /** It was told again what it had been answered. */
        ANSWER_REPEATED,
        /** It was told that the answer is under way. */
        ACKNOWLEDGED,
        /** It was refused: the answer is not kept any more, or the id is too old to know. */
        OUTDATED,
        /** A frame of this side was sent again. */
        REPEAT_SENT,
        /** A frame of this side was not answered in time, however often it was sent. */
        GIVEN_UP
    }

    /** The way to the peer. */
    public interface Outlet {
        /** Sends a frame now; false, and nothing is sent, if no datagram can hold it. */
        boolean send(Frame frame);

        /** Whether a datagram can hold it. */
        boolean fits(Frame frame);

        /** No answer has come to that frame until its deadline; it is not sent again. */
        default void gaveUp(Frame frame) {}

        /** Something has happened. */
        default void happened(Event event) {}
    }

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

    private final Side side;
    private final RoundTrip roundTrip;
    private final TimerWheel timers;
    private final NanoClock clock;
    private final RandomGenerator random;
    private final Outlet outlet;

    private final SeenIds seen;
    private final IntObjectMap<FrameType> underWay = new IntObjectHashMap<>(2); // of the peer's, that want an answer
    private final AnswerCache.Answers answers;

    private final IntObjectMap<Unanswered> unanswered = new IntObjectHashMap<>(2);
    private final ArrayDeque<Unanswered> inWindow =
            new ArrayDeque<>(2); // in the order of their ids; done ones may linger
    private final ArrayDeque<HeldBack> heldBack = new ArrayDeque<>(0);
    private int newestId;
    private int heldBackBytes;
    private long entered;

    /**
     * The beginning of a session.
     *
     * @param side this side
     * @param firstId the id of the HELLO that opened the session
     * @param cache where answers to the peer are kept
     * @param roundTrip what is known of the way to the peer
     */
    public Exchange(
            Side side,
            int firstId,
            AnswerCache cache,
            RoundTrip roundTrip,
            TimerWheel timers,
            NanoClock clock,
            RandomGenerator random,
            Outlet outlet) {
        this.side = side;
        this.roundTrip = roundTrip;
        this.timers = timers;
        this.clock = clock;
        this.random = random;
        this.outlet = outlet;
        this.answers = cache.answers();
        this.seen = new SeenIds(side == Side.GATEWAY ? firstId : 0);
        this.newestId = side == Side.GATEWAY ? 0 : firstId;
    }

    // What comes from the peer

    /** A frame has come: true if it is to be carried out, false if it was dealt with here. */
    public boolean receive(Frame frame) {
        switch (frame.type()) {
            case HELLO, REQUEST -> {
                return isFirst(frame.type(), frame.id(), true);
            }
            case PUBLISH, SUBSCRIBE, SERVE -> {
                return isFirst(frame.type(), frame.id(), wantsAnswer(frame));
            }
            case ACK -> {
                Unanswered asked = unanswered.get(frame.id());
                if (asked != null) {
                    asked.repeat.acknowledged();
                }
                return false;
            }
            case RESPONSE -> {
                if (!((Frame.Response) frame).more()) {
                    answered(frame.id());
                }
            }
            case ERROR, WELCOME, PONG -> answered(frame.id());
            case GOAWAY -> goAway(frame.id());
            case CANCEL -> {
                if (side == Side.CLIENT) { // a client answers what was cancelled no more
                    underWay.remove(frame.id());
                }
            }
            case PING, CREDIT, UNSUBSCRIBE, MESSAGE, CHALLENGE -> {}
        }
        return true;
    }

    /** A frame has come that breaks a rule: true if the peer is to be told, false if that was dealt with here. */
    public boolean receiveRejected(FrameType type, int id) {
        return switch (type) {
            case HELLO, REQUEST, PUBLISH, SUBSCRIBE, SERVE -> isFirst(type, id, true);
            case RESPONSE -> {
                answered(id);
                yield true;
            }
            default -> true;
        };
    }

    private boolean isFirst(FrameType type, int id, boolean wantsAnswer) {
        if (id == 0) {
            return true; // nobody promised to carry it out once
        }
        switch (seen.see(id)) {
            case FIRST -> {
                if (wantsAnswer) {
                    underWay.put(id, type);
                }
                return true;
            }
            case AGAIN -> {
                outlet.happened(Event.REPEAT_RECEIVED);
                answerAgain(id, wantsAnswer);
            }
            case OUTDATED -> refuseOutdated(id, "id: too old to tell whether it was carried out");
        }
        return false;
    }

    private void answerAgain(int id, boolean wantsAnswer) {
        Frame answer = answers.find(id);
        if (answer != null) {
            outlet.happened(Event.ANSWER_REPEATED);
            outlet.send(answer);
        } else if (underWay.containsKey(id)) {
            outlet.happened(Event.ACKNOWLEDGED);
            outlet.send(new Frame.Ack(id));
        } else if (wantsAnswer) {
            refuseOutdated(id, "id: was carried out, and the answer is not kept any more");
        }
    }

    private void refuseOutdated(int id, String reason) {
        outlet.happened(Event.OUTDATED);
        outlet.send(Frame.Error.of(id, ErrorCode.DEADLINE, reason));
    }

    /**
     * The gateway's GOAWAY answers the client's own, or announces a drain, with an id of the gateway's: GOAWAY in answer
     * would end the session, so the client says ACK.
     */
    private void goAway(int id) {
        Unanswered asked = unanswered.get(id);
        if (asked != null && asked.frame.type() == FrameType.GOAWAY) {
            answered(id);
        } else if (side == Side.CLIENT && id != 0) {
            outlet.send(new Frame.Ack(id));
        }
    }

    private void answered(int id) {
        Unanswered asked = unanswered.get(id);
        if (asked != null) {
            asked.repeat.answered();
            forget(asked);
        }
    }

    // What goes to the peer

    /**
     * Sends a frame: again and again if it wants an answer, later if too many before it have none.
     *
     * @return false, and nothing is sent, if no datagram can hold it
     */
    public boolean send(Frame frame) {
        switch (frame.type()) {
            case REQUEST, PUBLISH, SUBSCRIBE, SERVE, HELLO -> {
                return frame.id() == 0 ? outlet.send(frame) : sendInWindow(frame);
            }
            case PING, GOAWAY, UNSUBSCRIBE -> {
                boolean fits = outlet.send(frame);
                if (fits && wantsAnswer(frame)) {
                    abandon(frame.id()); // UNSUBSCRIBE bears the id of its SUBSCRIBE
                    repeat(new Unanswered(frame, deadline(frame)));
                }
                return fits;
            }
            case CANCEL -> {
                return abandon(frame.id()) || outlet.send(frame);
            }
            case RESPONSE -> {
                return ((Frame.Response) frame).more() ? outlet.send(frame) : answer(frame);
            }
            case ERROR, WELCOME -> {
                return answer(frame);
            }
            case PONG, CREDIT, MESSAGE, ACK, CHALLENGE -> {
                return outlet.send(frame);
            }
        }
        throw new IllegalArgumentException(frame.type().name());
    }

    /** Sends a frame once, whatever it wants: a PING that measures. */
    public boolean sendOnce(Frame frame) {
        return outlet.send(frame);
    }

    private boolean answer(Frame frame) {
        boolean fits = outlet.send(frame);
        if (fits && underWay.remove(frame.id()) != null) {
            answers.keep(frame);
        }
        return fits;
    }

    private boolean sendInWindow(Frame frame) {
        if (!outlet.fits(frame)) {
            return false;
        }
        entered++;
        if (heldBack.isEmpty() && isInWindow(frame.id())) {
            transmit(frame, deadline(frame));
        } else {
            heldBack.add(new HeldBack(frame, deadline(frame), entered));
            heldBackBytes += FrameCodec.roughBytes(frame);
        }
        return true;
    }

    private void transmit(Frame frame, long deadlineNanos) {
        newestId = frame.id();
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

    private static boolean wantsAnswer(Frame frame) {
        return switch (frame.type()) {
            case HELLO, REQUEST, PING, GOAWAY -> true;
            case PUBLISH -> ((Frame.Publish) frame).confirm();
            case SUBSCRIBE -> ((Frame.Subscribe) frame).confirm();
            case SERVE -> ((Frame.Serve) frame).confirm();
            case UNSUBSCRIBE -> ((Frame.Unsubscribe) frame).confirm();
            default -> false;
        };
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

    // The window

    private boolean isInWindow(int id) {
        Unanswered oldest = oldestUnanswered();
        return oldest == null || id - oldest.frame.id() < WINDOW;
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
    public boolean abandon(int id) {
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

    /** Whether the next frame that wants an answer would be sent at once. */
    public boolean windowIsOpen() {
        return heldBack.isEmpty() && isInWindow(newestId + 1);
    }

    /** About how many bytes are held back. */
    public int heldBackBytes() {
        return heldBackBytes;
    }

    /** How many frames have entered the window or are held back before it, since the beginning. */
    public long enteredFrames() {
        return entered;
    }

    /** How many of those, counted from the first, are held back no more: they leave in the order in which they came. */
    public long leftFrames() {
        HeldBack next = heldBack.peek();
        return next == null ? entered : next.number() - 1;
    }

    /** Ends all: nothing is sent again, nothing is kept. */
    public void close() {
        for (Unanswered asked : unanswered.values()) {
            asked.repeat.stop();
        }
        unanswered.clear();
        inWindow.clear();
        heldBack.clear();
        heldBackBytes = 0;
        underWay.clear();
        answers.clear();
    }
}
