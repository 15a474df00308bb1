package io.socketgateway.client.internal;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.datagram.RoundTrip;
import io.socketgateway.protocol.netty.DatagramFrames;
import io.socketgateway.protocol.netty.FrameReceiver;
import io.socketgateway.protocol.time.TimerWheel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A datagram session from HELLO to the end, over one socket or several after one another. Once welcomed, it ends when its
 * owner wants it, or when the gateway says that it does not know it and stays silent otherwise: not by what the network says.
 * Belongs to the event loop.
 */
final class UdpTransport implements Transport, UdpSocket.Owner, UdpSession.Owner {
    /** How long a session that somebody called unknown has to show that it lives. */
    private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Pattern TOKEN = Pattern.compile("[0-9a-fA-F]{16}");
    private static final int HEX = 16;

    private final Lease lease;
    private final UdpOpener.Terms terms;
    private final Events events;
    private final FrameReceiver frames;
    private final UdpSocket socket;
    private final RoundTrip roundTrip = new RoundTrip();
    private final UdpGreeting greeting;
    private final UdpLifeline lifeline;
    private final TimerWheel.Timer verdict = new TimerWheel.Timer(this::isUnknown);
    private final FrameReceiver outside = new Outside();
    private @Nullable UdpSession session; // once welcomed
    private long doubtedNanos;
    private boolean flushScheduled;
    private boolean opened;
    private boolean closed;

    UdpTransport(Lease lease, UdpOpener.Terms terms, InetSocketAddress address, Events events, FrameReceiver frames) {
        this.lease = lease;
        this.terms = terms;
        this.events = events;
        this.frames = frames;
        this.socket = new UdpSocket(lease, address, terms.maxDatagramBytes(), this);
        this.greeting = new UdpGreeting(lease, terms, socket, roundTrip);
        this.lifeline = new UdpLifeline(lease, socket::open);
        this.doubtedNanos = lease.nanos() - DOUBT_NANOS;
    }

    void open() {
        socket.open();
    }

    // What goes to the gateway

    @Override
    public boolean append(Frame frame, int maxBodyBytes) {
        UdpSession standing = session;
        if (closed) {
            return true;
        }
        if (standing != null) {
            return standing.append(frame);
        }
        return !(frame instanceof Frame.Hello hello) || greeting.begin(hello); // nothing else goes out before WELCOME
    }

    @Override
    public boolean appendOnce(Frame frame, int maxBodyBytes) {
        UdpSession standing = session;
        return closed || standing == null || standing.appendOnce(frame);
    }

    @Override
    public boolean abandon(int id) {
        UdpSession standing = session;
        return standing != null && standing.abandon(id);
    }

    @Override
    public long position() {
        UdpSession standing = session;
        return standing == null ? 0 : standing.position();
    }

    @Override
    public boolean mayHaveBeenSent(long position) {
        UdpSession standing = session;
        return standing == null || standing.mayHaveBeenSent(position);
    }

    @Override
    public int maxBodyBytes(long maxFrameBytes) {
        return session == null
                ? UdpGreeting.mostBodyBytes()
                : Math.max(0, maxDatagramBytes(maxFrameBytes) - DatagramFrames.SESSION_OVERHEAD_BYTES);
    }

    private static int maxDatagramBytes(long maxFrameBytes) {
        return (int) Math.min(DatagramFrames.MOST_BYTES, maxFrameBytes);
    }

    @Override
    public long committedBytes() {
        UdpSession standing = session;
        return socket.waitingBytes() + (standing == null ? 0 : standing.waitingBytes());
    }

    @Override
    public void appended() {
        if (!flushScheduled) {
            flushScheduled = true;
            lease.loop().execute(this::flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        UdpSession standing = session;
        if (standing != null && !closed) {
            standing.flush();
            socket.flush();
        }
    }

    @Override
    public void repeated() {
        lifeline.repeated();
    }

    @Override
    public void gaveUp(Frame frame) {
        if (frame.type() != FrameType.REQUEST) { // whoever made a request knows its deadline
            events.gaveUp(frame.id());
        }
    }

    // The end

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        end(null);
    }

    @Override
    public void closeWhenFlushed() {
        end(null);
    }

    private void isUnknown() {
        end(new IOException("the gateway does not know the session any more (was it restarted?)"));
    }

    private void end(@Nullable Throwable cause) {
        if (closed) {
            return;
        }
        closed = true;
        UdpSession standing = session;
        if (standing != null && cause == null) {
            standing.sayGoodbye();
            socket.flush();
        }
        greeting.stop();
        lifeline.stop();
        verdict.cancel();
        socket.close();
        lease.loop().execute(() -> {
            events.closed(cause);
            if (standing != null) {
                standing.close();
            }
        });
    }

    // What comes from the socket

    @Override
    public void opened() {
        if (opened) {
            terms.counters().count(UdpCounters.Kind.REBOUND);
            events.pingWanted(); // so that the gateway learns of the new address, though there be nothing to send
        } else {
            opened = true;
            events.opened(this);
        }
    }

    @Override
    public void received(ByteBuf datagram) {
        if (closed) {
            return;
        }
        if (datagram.readableBytes() > terms.maxDatagramBytes()) {
            terms.counters().count(UdpCounters.Kind.TOO_LONG);
            return;
        }
        UdpSession standing = session;
        boolean own = false;
        switch (DatagramFrames.kind(datagram)) {
            case SESSION -> {
                own = standing != null && standing.owns(datagram);
                if (!own) {
                    stray();
                    return;
                }
            }
            case OUTSIDE -> {}
            case UNKNOWN -> {
                terms.counters().count(UdpCounters.Kind.MALFORMED);
                return;
            }
        }
        DatagramFrames contents;
        try {
            contents = DatagramFrames.read(datagram, Side.GATEWAY);
        } catch (ProtocolException e) {
            terms.counters().count(UdpCounters.Kind.MALFORMED);
            return;
        }
        if (own && standing != null) {
            heard();
            contents.handOver(standing);
        } else {
            contents.handOver(outside);
        }
    }

    private void heard() {
        verdict.cancel();
        lifeline.heard();
        events.heard();
    }

    private void stray() {
        terms.counters().count(UdpCounters.Kind.STRAY);
    }

    @Override
    public void settled() {
        if (!closed) {
            events.settled();
        }
    }

    @Override
    public void written() {
        if (!closed) {
            events.written();
        }
    }

    @Override
    public void broken(Throwable cause) {
        if (closed) {
            return;
        }
        if (session == null || !(cause instanceof IOException)) {
            end(cause);
        } else if (cause instanceof PortUnreachableException) {
            terms.counters().count(UdpCounters.Kind.UNREACHABLE); // it may come back
        } else {
            lifeline.broken();
        }
    }

    /** What bears no token: answers to HELLO, and what a gateway says that does not know the token. */
    private final class Outside implements FrameReceiver {
        @Override
        public void received(Frame frame) {
            if (closed) {
                return;
            }
            UdpSession standing = session;
            if (standing == null) {
                answer(frame);
            } else if (frame instanceof Frame.Error error
                    && error.id() == 0
                    && error.errorCode() == ErrorCode.UNAUTHENTICATED) {
                doubt(standing);
            } else if (frame.type() != FrameType.WELCOME && frame.type() != FrameType.CHALLENGE) {
                stray();
            }
        }

        private void answer(Frame frame) {
            if (!greeting.isAbout(frame.id())) {
                stray();
            } else if (frame instanceof Frame.Challenge challenge) {
                greeting.challenged(challenge);
            } else if (frame instanceof Frame.Welcome welcome) {
                greeting.answered();
                welcomed(welcome);
            } else if (frame.type() == FrameType.ERROR) {
                greeting.answered();
                frames.received(frame);
            } else {
                stray();
            }
        }

        @Override
        public void rejected(ProtocolException fault) {
            stray();
        }

        @Override
        public void failed(ProtocolException fault) {
            stray();
        }
    }

    private void welcomed(Frame.Welcome welcome) {
        String token = welcome.datagramToken();
        if (token == null || !TOKEN.matcher(token).matches()) {
            frames.failed(ProtocolException.malformed("datagramToken: not 16 hex digits"));
            return;
        }
        session = new UdpSession(
                lease,
                terms,
                Long.parseUnsignedLong(token, HEX),
                greeting.id(),
                maxDatagramBytes(welcome.maxFrameBytes()),
                roundTrip,
                socket,
                frames,
                this);
        lifeline.heard();
        frames.received(welcome);
    }

    /** Anybody can say so: the session is asked for a sign of life. One that is about to end has ended. */
    private void doubt(UdpSession standing) {
        long now = lease.nanos();
        if (standing.isLeaving()) {
            end(null);
        } else if (now - doubtedNanos >= DOUBT_NANOS && !verdict.isStarted()) {
            doubtedNanos = now;
            terms.counters().count(UdpCounters.Kind.DOUBTED);
            lease.wheel().start(verdict, DOUBT_NANOS);
            events.pingWanted();
        }
    }
}
