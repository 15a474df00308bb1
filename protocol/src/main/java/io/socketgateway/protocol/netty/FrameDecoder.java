package io.socketgateway.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.FrameCodec;
import org.jspecify.annotations.Nullable;

/**
 * Walks the bytes of a stream once and hands over every whole frame in them: {@code length:u32}, then so many bytes of
 * body (SPEC section 1). No slice and no list per frame.
 *
 * <p>A length is judged when its four bytes are there, before the body is read. What is kept of an unfinished frame grows
 * with the bytes that came, never with the length that was declared. After {@link FrameReceiver#failed}, a receiver that
 * threw, or removal it discards what comes. Belongs to the channel's event loop.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    private static final int LENGTH_BYTES = 4;

    private final Side sender;
    private final int maxFrameBytes;
    private final int lendFrom;
    private final FrameReceiver receiver;
    private @Nullable ByteBuf kept; // the beginning of an unfinished frame, from its length on
    private Form form = Form.BINARY;
    private long consumedBytes;
    private long receivedBytes;
    private long receivedFrames;
    private boolean stopped;

    /**
     * A decoder of what one side sends.
     *
     * @param maxFrameBytes the longest body taken
     */
    public FrameDecoder(Side sender, int maxFrameBytes, FrameReceiver receiver) {
        this(sender, maxFrameBytes, Integer.MAX_VALUE, receiver);
    }

    /**
     * The same for a receiver that passes most frames on at once.
     *
     * @param lendFrom payloads of at least so many bytes are lent to the receiver for as long as it handles the frame
     */
    public FrameDecoder(Side sender, int maxFrameBytes, int lendFrom, FrameReceiver receiver) {
        this.sender = sender;
        this.maxFrameBytes = maxFrameBytes;
        this.lendFrom = lendFrom;
        this.receiver = receiver;
    }

    /** The form of the latest body of which the first byte has come; binary before there was one. */
    public Form form() {
        return form;
    }

    /** How many bytes of an unfinished frame have come; 0 between frames. */
    public int unfinishedBytes() {
        return kept == null ? 0 : kept.readableBytes();
    }

    /** How many bytes of whole frames have come: where the unfinished one begins. */
    public long consumedBytes() {
        return consumedBytes;
    }

    /** How many bytes have come, those discarded included. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** How many whole frames have come, those that are skipped or break a rule included. */
    public long receivedFrames() {
        return receivedFrames;
    }

    /** Discards all that comes from now on, the rest of the bytes at hand included. */
    public void stop() {
        stopped = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        boolean whole = false;
        try {
            receivedBytes += in.readableBytes();
            receiver.bytesReceived(in.readableBytes());
            if (kept == null) {
                decode(in);
                keep(ctx, in);
            } else {
                decodeKept(ctx, in);
            }
            whole = true;
        } finally {
            in.release();
            stopped |= !whole; // a receiver threw: the rest of these bytes is lost, and with it where frames begin
            if (stopped) {
                releaseKept();
            }
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stopped = true; // a receiver may remove it in the middle of a batch
        releaseKept();
    }

    /** Decodes every whole frame; leaves the reader index at the first unfinished one. */
    private void decode(ByteBuf in) {
        while (!stopped && in.readableBytes() >= LENGTH_BYTES) {
            long length = in.getUnsignedInt(in.readerIndex());
            if (length > maxFrameBytes) {
                fail(ProtocolException.fatal(
                        ErrorCode.TOO_LARGE, "length: " + length + " is over the limit of " + maxFrameBytes));
                return;
            }
            if (length > 0 && in.readableBytes() > LENGTH_BYTES) {
                form = FrameCodec.formOf(in.getByte(in.readerIndex() + LENGTH_BYTES));
            }
            if (in.readableBytes() - LENGTH_BYTES < length) {
                return;
            }
            in.skipBytes(LENGTH_BYTES);
            consumedBytes += LENGTH_BYTES + length;
            receivedFrames++;
            decodeBody(in, (int) length);
        }
    }

    private void decodeBody(ByteBuf in, int length) {
        Frame frame;
        try {
            frame = FrameCodec.decode(in, length, sender, Carrier.STREAM, lendFrom);
        } catch (ProtocolException e) {
            if (e.frameType() == null) {
                fail(e);
            } else {
                receiver.rejected(e);
            }
            return;
        }
        if (frame != null && length < lendFrom) {
            receiver.received(frame);
        } else if (frame != null) {
            try {
                receiver.received(frame);
            } finally {
                frame.payload().takeBack();
            }
        }
    }

    private void fail(ProtocolException fault) {
        stopped = true;
        receiver.failed(fault);
    }

    /** Finishes the kept frame with what it lacks, no more, then goes on in the received bytes themselves. */
    private void decodeKept(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf unfinished = kept;
        while (unfinished != null && !stopped && in.isReadable()) {
            int wanted = unfinished.readableBytes() < LENGTH_BYTES
                    ? LENGTH_BYTES - unfinished.readableBytes()
                    : LENGTH_BYTES
                            + (int) unfinished.getUnsignedInt(unfinished.readerIndex())
                            - unfinished.readableBytes();
            unfinished.writeBytes(in, Math.min(wanted, in.readableBytes()));
            decode(unfinished);
            if (!unfinished.isReadable()) {
                releaseKept();
                unfinished = null;
            }
        }
        if (unfinished == null && !stopped) {
            decode(in);
            keep(ctx, in);
        }
    }

    /** With room for the whole frame, if half of it is there. */
    private void keep(ChannelHandlerContext ctx, ByteBuf in) {
        if (!stopped && in.isReadable()) {
            int bytes = in.readableBytes();
            long frameBytes = bytes < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + in.getUnsignedInt(in.readerIndex());
            kept = ctx.alloc().buffer((int) Math.min(2L * bytes, frameBytes)).writeBytes(in);
        }
    }

    private void releaseKept() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
