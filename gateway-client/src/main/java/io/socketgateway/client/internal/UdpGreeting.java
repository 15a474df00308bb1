package io.socketgateway.client.internal;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.datagram.Repeat;
import io.socketgateway.protocol.datagram.RoundTrip;
import io.socketgateway.protocol.netty.DatagramFrames;
import org.jspecify.annotations.Nullable;

/**
 * HELLO until it is answered: sent again and again, with the cookie once the gateway has sent one. Belongs to the event
 * loop.
 */
final class UdpGreeting {
    private static final int LEAST_DATAGRAM_BYTES = 64; // of a HELLO, else the gateway drops it
    private static final byte PAD = ' ';

    private final Lease lease;
    private final UdpSocket socket;
    private final long timeoutNanos;
    private final Repeat repeat;
    private Frame.@Nullable Hello hello;

    UdpGreeting(Lease lease, UdpOpener.Terms terms, UdpSocket socket, RoundTrip roundTrip) {
        this.lease = lease;
        this.socket = socket;
        this.timeoutNanos = terms.connectTimeoutNanos();
        this.repeat = new Repeat(
                lease.wheel(),
                lease.clock(),
                roundTrip,
                terms.random(),
                this::send,
                () -> {}); // the dialer has the same timeout
    }

    /** Begins. Returns false, and nothing is sent, if it is too long for a datagram. */
    boolean begin(Frame.Hello opening) {
        if (!FrameCodec.fits(opening, Form.BINARY, mostBodyBytes())) {
            return false;
        }
        hello = opening;
        start();
        return true;
    }

    static int mostBodyBytes() {
        return UdpOpener.MOST_DATAGRAM_BYTES - DatagramFrames.LENGTH_BYTES;
    }

    /** Whether that is the id of the HELLO under way. */
    boolean isAbout(int id) {
        return hello != null && hello.id() == id;
    }

    /** The id of the HELLO. */
    int id() {
        return hello == null ? 0 : hello.id();
    }

    /** The gateway wants this cookie in HELLO. The first goes back at once; a further one with the next repeat. */
    void challenged(Frame.Challenge challenge) {
        Frame.Hello former = hello;
        if (former == null || former.id() != challenge.id()) {
            return;
        }
        hello = new Frame.Hello(
                former.id(),
                former.version(),
                former.token(),
                former.clientId(),
                former.keepAliveSeconds(),
                former.maxFrameBytes(),
                former.resume(),
                challenge.cookie(),
                former.agent());
        if (former.cookie() == null) {
            repeat.answered();
            start();
        }
    }

    private void start() {
        repeat.start(lease.nanos() + timeoutNanos, Integer.MAX_VALUE);
        send();
    }

    private void send() {
        Frame.Hello frame = hello;
        if (frame == null) {
            return;
        }
        ByteBuf datagram = socket.allocator().directBuffer();
        datagram.writeInt(0);
        FrameCodec.encode(frame, Form.BINARY, datagram);
        while (datagram.writerIndex() < LEAST_DATAGRAM_BYTES) {
            datagram.writeByte(PAD);
        }
        datagram.setInt(0, datagram.writerIndex() - DatagramFrames.LENGTH_BYTES);
        socket.write(datagram);
        socket.flush();
    }

    /** It was answered. */
    void answered() {
        repeat.answered();
    }

    /** It is not sent any more. */
    void stop() {
        repeat.stop();
    }
}
