package io.socketgateway.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.protocol.netty.FrameDecoder;
import io.socketgateway.protocol.netty.OutboundBuffer;
import io.socketgateway.protocol.netty.SendBatch;
import io.socketgateway.protocol.time.TimerWheel.Timer;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.session.FrameLog;
import io.socketgateway.server.session.Link;
import io.socketgateway.server.session.Session;
import io.socketgateway.server.session.StreamMeter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session's stream: the channel's events go to the session, its frames to the channel. Belongs to the channel's loop. */
final class StreamConnection extends ChannelInboundHandlerAdapter implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(StreamConnection.class);

    /** Of {@code enum} in {@code linux/tcp_states.h}: the connection is gone. */
    private static final int TCP_CLOSE = 7;
    /** So much goes while it is in the processor's cache, instead of with the rest when the turn ends. */
    private static final int FLUSH_AT_ONCE_BYTES = 16 * 1024;
    /** How long the peer's bytes are read and discarded after the last frame went out. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How long the peer has to take what goes before that. */
    private static final long FINISH_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * Payloads as long as that are not copied if they are passed on at once; copying shorter ones costs less than keeping
     * account of them. Our own tests lend every payload, so that none is kept by mistake.
     */
    private static final int LEND_FROM_BYTES = Integer.getInteger("io.socketgateway.lendFromBytes", 1024);

    private final SocketChannel channel;
    private final Loop loop;
    private final int maxFrameBytes;
    private final OutboundBuffer out;
    private final FrameDecoder decoder;
    private final Session session;
    private @Nullable Timer closing; // once it ends
    private final StreamMeter meter;
    private boolean finishing;
    private boolean inputClosed;
    private boolean lost; // io_uring tells of a shut down input even then

    StreamConnection(
            SocketChannel channel,
            Loop loop,
            SendBatch sends,
            int maxFrameBytes,
            StreamMeter meter,
            Function<Link, Session> sessions) {
        this.channel = channel;
        this.loop = loop;
        this.maxFrameBytes = maxFrameBytes;
        this.meter = meter;
        this.out = new OutboundBuffer(channel, sends, this::written);
        this.session = sessions.apply(this);
        this.decoder = new FrameDecoder(Side.CLIENT, maxFrameBytes, LEND_FROM_BYTES, session);
    }

    /** What stands before this in the pipeline. */
    FrameDecoder decoder() {
        return decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.readClock();
        InetSocketAddress from = channel.remoteAddress();
        session.connected(from == null ? null : from.getAddress());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        loop.readClock();
        meter.received(decoder);
        session.readEnded();
        if (out.unflushedBytes() >= FLUSH_AT_ONCE_BYTES) {
            flush();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        loop.readClock();
        if (event instanceof ChannelInputShutdownEvent && !lost) {
            inputClosed = true;
            if (!finishing) {
                session.inputClosed();
            } else if (channel.isOutputShutdown()) {
                channel.close();
            }
        }
    }

    /** A reset ends the connection at once; anything else here is a fault of ours. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        loop.readClock();
        if (cause instanceof IOException) {
            lost = true;
            channel.close();
        } else {
            LOG.error("internal error in {}", session, cause);
            session.close(ErrorCode.FAILED, "internal error");
            if (!finishing) {
                channel.close(); // it had ended before, and something went wrong since
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.readClock();
        if (closing != null) {
            closing.cancel();
        }
        try {
            session.disconnected();
        } finally {
            meter.received(decoder);
            meter.sent(out);
            out.release();
        }
    }

    private void written() {
        loop.readClock();
        meter.sent(out);
        if (finishing) {
            shutDownOutputOnceFlushed();
        } else {
            session.written();
        }
    }

    @Override
    public Carrier carrier() {
        return Carrier.STREAM;
    }

    @Override
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    @Override
    public @Nullable String datagramToken() {
        return null;
    }

    @Override
    public boolean takesRequests() {
        return true;
    }

    @Override
    public boolean commit(Frame frame, Form form, int maxBodyBytes) {
        return meter.appended(frame, out.append(frame, form, maxBodyBytes));
    }

    @Override
    public boolean commit(SharedMessage message, int id, Form form, int maxBodyBytes) {
        return meter.appended(message, id, out.append(message, id, form, maxBodyBytes));
    }

    @Override
    public void log(@Nullable FrameLog log) {
        meter.log(log);
    }

    @Override
    public long committedPosition() {
        return out.appendedBytes();
    }

    @Override
    public long flushedPosition() {
        return out.flushedBytes();
    }

    @Override
    public void flush() {
        out.flush();
        meter.sent(out);
    }

    @Override
    public void pauseReading() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resumeReading() {
        channel.config().setAutoRead(true);
    }

    @Override
    public Form receivedForm() {
        return decoder.form();
    }

    @Override
    public int unfinishedBytes() {
        return decoder.unfinishedBytes();
    }

    @Override
    public long consumedBytes() {
        return decoder.consumedBytes();
    }

    @Override
    public void finish() {
        if (!finishing) {
            finishing = true;
            decoder.stop();
            resumeReading();
            closeAfter(FINISH_NANOS);
            out.flush();
            shutDownOutputOnceFlushed();
        }
    }

    private void shutDownOutputOnceFlushed() {
        if (out.committedBytes() > 0 || channel.isOutputShutdown() || !channel.isActive()) {
            return;
        }
        if (inputClosed) {
            channel.close();
        } else {
            channel.shutdownOutput();
            closeAfter(LINGER_NANOS);
        }
    }

    private void closeAfter(long nanos) {
        if (closing == null) {
            closing = new Timer(channel::close);
        }
        loop.timers().start(closing, nanos);
    }

    /** After the input was shut down no event tells of a reset; epoll can be asked. */
    @Override
    public void closeIfReset() {
        if (channel instanceof EpollSocketChannel epoll && epoll.tcpInfo().state() == TCP_CLOSE) {
            channel.close();
        }
    }
}
