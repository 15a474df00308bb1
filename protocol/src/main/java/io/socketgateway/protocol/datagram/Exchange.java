package io.socketgateway.protocol.datagram;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.random.RandomGenerator;

/**
 * One side of a datagram session: sees to it that each frame of the peer is carried out once, and that each of its own that
 * wants an answer is sent until it has one (SPEC section 3.8). Every frame of the session passes through here, in both
 * directions. Belongs to one event loop.
 */
public final class Exchange {
    /** How far the newest id may be from the oldest unanswered one, both counted. */
    public static final int WINDOW = 256;

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

    private final Side side;
    private final Outlet outlet;
    private final Incoming incoming;
    private final Outgoing outgoing;
    private boolean closed;

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
        boolean isGateway = side == Side.GATEWAY; // its own ids begin with 1
        this.side = side;
        this.outlet = outlet;
        this.incoming = new Incoming(isGateway ? firstId : 0, cache, outlet);
        this.outgoing = new Outgoing(isGateway ? 0 : firstId, roundTrip, timers, clock, random, outlet);
    }

    // What comes from the peer

    /** A frame has come: true if it is to be carried out, false if it was dealt with here. */
    public boolean receive(Frame frame) {
        switch (frame.type()) {
            case HELLO, REQUEST, PUBLISH, SUBSCRIBE, SERVE -> {
                return incoming.isFirst(frame.id(), Outgoing.wantsAnswer(frame));
            }
            case ACK -> {
                outgoing.acknowledged(frame.id());
                return false;
            }
            case RESPONSE -> {
                if (!((Frame.Response) frame).more()) {
                    outgoing.answered(frame.type(), frame.id());
                }
            }
            case ERROR, WELCOME, PONG -> outgoing.answered(frame.type(), frame.id());
            case GOAWAY -> {
                if (!outgoing.answered(frame.type(), frame.id()) && side == Side.CLIENT && frame.id() != 0) {
                    outlet.send(new Frame.Ack(frame.id())); // of a drain: GOAWAY in answer would end the session
                }
            }
            case CANCEL -> {
                if (side == Side.CLIENT) { // a client answers what was cancelled no more
                    incoming.withdrawn(frame.id());
                }
            }
            case PING, CREDIT, UNSUBSCRIBE, MESSAGE, CHALLENGE -> {}
        }
        return true;
    }

    /** A frame has come that breaks a rule: true if the peer is to be told, false if that was dealt with here. */
    public boolean receiveRejected(FrameType type, int id) {
        return switch (type) {
            case HELLO, REQUEST, PUBLISH, SUBSCRIBE, SERVE -> incoming.isFirst(id, true);
            case RESPONSE -> {
                outgoing.answered(type, id);
                yield true;
            }
            default -> true;
        };
    }

    // What goes to the peer

    /**
     * Sends a frame: again and again if it wants an answer, later if too many before it have none. Its id is used once, and
     * is newer than those before it.
     *
     * @return false, and nothing is sent, if no datagram can hold it
     */
    public boolean send(Frame frame) {
        if (closed) {
            return true;
        }
        return switch (frame.type()) {
            case REQUEST, PUBLISH, SUBSCRIBE, SERVE, HELLO ->
                frame.id() == 0 ? outlet.send(frame) : outgoing.sendInWindow(frame);
            case PING, GOAWAY, UNSUBSCRIBE -> outgoing.sendBesideWindow(frame); // which bears the id of its SUBSCRIBE
            case CANCEL -> outgoing.abandon(frame.id()) || outlet.send(frame);
            case RESPONSE -> ((Frame.Response) frame).more() ? outlet.send(frame) : incoming.answer(frame);
            case ERROR, WELCOME -> incoming.answer(frame);
            case PONG, CREDIT, MESSAGE, ACK, CHALLENGE -> outlet.send(frame);
        };
    }

    /** Sends a frame once, whatever it wants: a PING that measures. */
    public boolean sendOnce(Frame frame) {
        return outlet.send(frame);
    }

    /** No answer is wanted to that id any more; true if the frame was still held back, and is never sent now. */
    public boolean abandon(int id) {
        return outgoing.abandon(id);
    }

    /** Whether the next frame that wants an answer would be sent at once. */
    public boolean windowIsOpen() {
        return outgoing.windowIsOpen();
    }

    /** About how many bytes are held back. */
    public int heldBackBytes() {
        return outgoing.heldBackBytes();
    }

    /** How many frames have entered the window or are held back before it, since the beginning. */
    public long enteredFrames() {
        return outgoing.enteredFrames();
    }

    /** How many of those, counted from the first, are held back no more: they leave in the order in which they came. */
    public long leftFrames() {
        return outgoing.leftFrames();
    }

    /** How many ids of the peer's want an answer and have none. */
    int underWay() {
        return incoming.underWay();
    }

    /** How many frames of this side are sent again until they are answered. */
    int unanswered() {
        return outgoing.unanswered();
    }

    /** Ends all: nothing is sent any more, nothing is kept. */
    public void close() {
        closed = true;
        outgoing.close();
        incoming.close();
    }
}
