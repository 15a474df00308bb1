package io.socketgateway.client.internal;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.netty.OutboundBuffer;
import io.socketgateway.protocol.netty.SendBatch;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection; the first handler of its pipeline. All frames of a loop turn go out with one write. Belongs to the
 * channel's event loop.
 */
final class TcpTransport extends ChannelInboundHandlerAdapter implements Transport {
    private final Channel channel;
    private final Events events;
    private final OutboundBuffer outbound;
    private final Runnable flush = this::flush;
    private boolean flushScheduled;
    private boolean closing;
    private @Nullable Throwable cause;

    TcpTransport(Channel channel, Events events) {
        this.channel = channel;
        this.events = events;
        this.outbound = new OutboundBuffer(channel, SendBatch.NONE, this::written);
    }

    @Override
    public boolean append(Frame frame, int maxBodyBytes) {
        boolean fits = outbound.append(frame, Form.BINARY, maxBodyBytes);
        if (!flushScheduled) {
            flushScheduled = true;
            channel.eventLoop().execute(flush);
        }
        return fits;
    }

    private void flush() {
        flushScheduled = false;
        outbound.flush();
        closeIfFlushed();
    }

    private void written() {
        events.written();
        closeIfFlushed();
    }

    private void closeIfFlushed() {
        if (closing && !flushScheduled && outbound.committedBytes() == 0) {
            close();
        }
    }

    @Override
    public boolean appendOnce(Frame frame, int maxBodyBytes) {
        return append(frame, maxBodyBytes);
    }

    @Override
    public boolean abandon(int id) {
        return false; // what is in the stream cannot be taken back
    }

    @Override
    public long position() {
        return outbound.appendedBytes();
    }

    @Override
    public boolean mayHaveBeenSent(long position) {
        return position <= outbound.flushedBytes();
    }

    @Override
    public int maxBodyBytes(long maxFrameBytes) {
        return (int) Math.min(Connection.CEILING_BYTES, maxFrameBytes);
    }

    @Override
    public long committedBytes() {
        return outbound.committedBytes();
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public void closeWhenFlushed() {
        closing = true;
        closeIfFlushed();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        events.heard();
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        events.settled();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        outbound.release();
        events.closed(cause);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        fail(thrown);
    }

    private void fail(Throwable thrown) {
        if (cause == null) {
            cause = thrown;
        }
        channel.close();
    }

    /** The handler behind all others: closes if one of them fails. */
    ChannelInboundHandlerAdapter last() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
                fail(thrown);
            }
        };
    }
}
