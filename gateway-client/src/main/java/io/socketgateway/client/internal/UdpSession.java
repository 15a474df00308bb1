package io.socketgateway.client.internal;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.datagram.Exchange;
import io.socketgateway.protocol.datagram.RoundTrip;
import io.socketgateway.protocol.netty.DatagramBuffer;
import io.socketgateway.protocol.netty.DatagramFrames;
import io.socketgateway.protocol.netty.FrameReceiver;

/**
 * A session by its token: what it sends is packed into datagrams and repeated where it wants an answer, what comes is
 * carried out once. Belongs to the event loop.
 */
final class UdpSession implements Exchange.Outlet, FrameReceiver {
    private static final int PACKED_BYTES = 1_200; // what goes through unfragmented nearly everywhere

    /** Who is told what happens to it, beside the receiver of its frames. */
    interface Owner {
        /** A frame was appended: a {@link UdpSession#flush} is due. */
        void appended();

        /** A frame was sent again. */
        void repeated();

        /** No answer to that frame has come in time. */
        void gaveUp(Frame frame);

        /** Whether frames are still wanted. */
        boolean isOpen();
    }

    private final long token;
    private final int maxDatagramBytes;
    private final DatagramBuffer packed;
    private final Exchange exchange;
    private final UdpCounters counters;
    private final FrameReceiver frames;
    private final Owner owner;
    private boolean leaving; // GOAWAY was said
    private boolean over; // so the gateway says

    /**
     * The beginning of a session.
     *
     * @param token that the gateway gave it
     * @param firstId the id of its HELLO
     * @param maxDatagramBytes the longest datagram that the gateway takes
     */
    UdpSession(
            Lease lease,
            UdpOpener.Terms terms,
            long token,
            int firstId,
            int maxDatagramBytes,
            RoundTrip roundTrip,
            UdpSocket socket,
            FrameReceiver frames,
            Owner owner) {
        this.token = token;
        this.maxDatagramBytes = maxDatagramBytes;
        this.counters = terms.counters();
        this.frames = frames;
        this.owner = owner;
        this.packed = new DatagramBuffer(socket.allocator(), socket::write);
        packed.token(token);
        this.exchange = new Exchange(
                Side.CLIENT, firstId, terms.answers(), roundTrip, lease.wheel(), lease.clock(), terms.random(), this);
    }

    boolean owns(ByteBuf datagram) {
        return DatagramFrames.token(datagram) == token;
    }

    /** Whether this side has said GOAWAY. */
    boolean isLeaving() {
        return leaving;
    }

    boolean append(Frame frame) {
        leaving |= frame.type() == FrameType.GOAWAY;
        return exchange.send(frame);
    }

    boolean appendOnce(Frame frame) {
        return exchange.sendOnce(frame);
    }

    boolean abandon(int id) {
        return exchange.abandon(id);
    }

    /** How many frames that await an answer were appended. */
    long position() {
        return exchange.enteredFrames();
    }

    /** Whether the frame appended last at that position may have gone out. */
    boolean mayHaveBeenSent(long position) {
        return position <= exchange.leftFrames();
    }

    /** How many bytes have not gone out. */
    int waitingBytes() {
        return exchange.heldBackBytes() + packed.waitingBytes();
    }

    /** Hands the datagram at hand to the socket. */
    void flush() {
        packed.flush();
    }

    /** Tells the gateway, once, that it is over; nobody waits for the answer. */
    void sayGoodbye() {
        if (!leaving && !over) {
            leaving = true;
            send(new Frame.GoAway(0, null, Frame.ABSENT));
        }
        packed.flush();
    }

    /** Forgets all of it. */
    void close() {
        exchange.close();
        packed.release();
    }

    @Override
    public void received(Frame frame) {
        if (!owner.isOpen()) {
            return; // an earlier frame of the datagram has ended it
        }
        if (frame instanceof Frame.Error error && error.id() == 0) {
            if (error.errorCode() == ErrorCode.MALFORMED) {
                counters.count(UdpCounters.Kind.FOUND_MALFORMED); // a datagram of ours; the session lives on
                return;
            }
            over = true;
        }
        if (exchange.receive(frame)) {
            frames.received(frame);
        }
    }

    @Override
    public void rejected(ProtocolException fault) {
        FrameType type = fault.frameType();
        if (owner.isOpen() && type != null && exchange.receiveRejected(type, fault.frameId())) {
            frames.rejected(fault);
        }
    }

    @Override
    public void failed(ProtocolException fault) {
        counters.count(UdpCounters.Kind.MALFORMED);
    }

    /** Frames share datagrams that are not fragmented on their way; one that is longer goes alone. */
    @Override
    public boolean send(Frame frame) {
        boolean fits = packed.append(frame, Form.BINARY, Math.min(PACKED_BYTES, maxDatagramBytes));
        if (!fits) {
            packed.flush();
            fits = packed.append(frame, Form.BINARY, maxDatagramBytes);
            packed.flush();
        }
        owner.appended();
        return fits;
    }

    @Override
    public boolean fits(Frame frame) {
        return FrameCodec.fits(frame, Form.BINARY, maxDatagramBytes - DatagramFrames.SESSION_OVERHEAD_BYTES);
    }

    @Override
    public void gaveUp(Frame frame) {
        owner.gaveUp(frame);
    }

    @Override
    public void happened(Exchange.Event event) {
        counters.count(event);
        if (event == Exchange.Event.REPEAT_SENT) {
            owner.repeated();
        }
    }
}
