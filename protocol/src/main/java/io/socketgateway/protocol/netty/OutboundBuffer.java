package io.socketgateway.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.codec.SharedMessage;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the encoded frames of one stream and writes them with one channel write: no write and no promise per frame.
 *
 * <p>One write is under way at a time; what is appended meanwhile goes with the next. {@link #flushedBytes()} is exact:
 * it tells how far the socket took the stream even if the connection breaks within a write. Holds no memory while idle.
 * Belongs to the channel's event loop.
 */
public final class OutboundBuffer {
    private static final int LENGTH_BYTES = 4;
    private static final int LEAST_CAPACITY = 256;
    private static final int MOST_CAPACITY = 128 * 1024;

    private final Channel channel;
    private final SendBatch batch;
    private final Runnable written;
    private @Nullable ByteBuf filling;
    private @Nullable ByteBuf inFlight;
    private int nextCapacity = LEAST_CAPACITY;
    private long appendedBytes;
    private long appendedFrames;
    private long flushedBytes; // before the buffer in flight
    private boolean released;

    /**
     * An empty buffer.
     *
     * @param batch may take writes, to make several together
     * @param written is called when a write has ended, whether it succeeded or not
     */
    public OutboundBuffer(Channel channel, SendBatch batch, Runnable written) {
        this.channel = channel;
        this.batch = batch;
        this.written = written;
    }

    /**
     * Encodes a frame behind those before it.
     *
     * @param maxBodyBytes the longest body that the receiver takes
     * @return false, and nothing is appended, if its body would be longer than that
     */
    public boolean append(Frame frame, Form form, int maxBodyBytes) {
        if (released) {
            return true;
        }
        ByteBuf out = filling();
        int start = out.writerIndex();
        boolean fits = false;
        try {
            out.writeInt(0);
            FrameCodec.encode(frame, form, out);
            fits = end(out, start, maxBodyBytes);
        } finally {
            if (!fits) {
                takeBack(out, start);
            }
        }
        return fits;
    }

    /** The same for a message that is encoded once for many receivers; {@code id} is that of the subscription. */
    public boolean append(SharedMessage message, int id, Form form, int maxBodyBytes) {
        if (released) {
            return true;
        }
        if (message.encodedBytes(id, form) > maxBodyBytes) {
            return false; // before it is copied
        }
        ByteBuf out = filling();
        int start = out.writerIndex();
        boolean fits = false;
        try {
            out.writeInt(0);
            message.encode(id, form, out);
            fits = end(out, start, maxBodyBytes);
        } finally {
            if (!fits) {
                takeBack(out, start);
            }
        }
        return fits;
    }

    private ByteBuf filling() {
        if (filling == null) {
            filling = channel.alloc().directBuffer(nextCapacity);
        }
        return filling;
    }

    private boolean end(ByteBuf out, int start, int maxBodyBytes) {
        int bodyBytes = out.writerIndex() - start - LENGTH_BYTES;
        if (bodyBytes > maxBodyBytes) {
            return false;
        }
        out.setInt(start, bodyBytes);
        appendedBytes += LENGTH_BYTES + bodyBytes;
        appendedFrames++;
        return true;
    }

    /** Undoes an append; what is left with nothing in it is released, for no flush may follow. */
    private void takeBack(ByteBuf out, int start) {
        out.writerIndex(start);
        if (start == 0) {
            out.release();
            filling = null;
        }
    }

    /** The length of the stream up to the end of what was appended: the position of a frame just appended. */
    public long appendedBytes() {
        return appendedBytes;
    }

    /** How many frames were appended. */
    public long appendedFrames() {
        return appendedFrames;
    }

    /** The length of the stream up to where the socket has taken it. */
    public long flushedBytes() {
        return flushedBytes + (inFlight == null ? 0 : inFlight.readerIndex());
    }

    /** How many bytes are committed and not yet taken by the socket. */
    public int committedBytes() {
        return (int) (appendedBytes - flushedBytes());
    }

    /** How many bytes the next flush writes. */
    public int unflushedBytes() {
        return filling == null ? 0 : filling.writerIndex();
    }

    /** Writes what was appended, unless a write is under way: then it goes when that one ends. */
    public void flush() {
        ByteBuf out = filling;
        if (out == null || inFlight != null || released) {
            return;
        }
        filling = null;
        nextCapacity = Math.max(LEAST_CAPACITY, Math.min(MOST_CAPACITY, out.writerIndex()));
        inFlight = out;
        if (!batch.add(this)) {
            write(out);
        }
    }

    /** Where it writes to. */
    public Channel channel() {
        return channel;
    }

    /** The bytes of the write under way: what a batch is to send. */
    public @Nullable ByteBuf inFlight() {
        return inFlight;
    }

    /** A batch has sent so many bytes of the write under way. What the socket has not taken, or why, is the channel's affair. */
    public void sent(int bytes) {
        ByteBuf out = inFlight;
        if (out != null) {
            out.skipBytes(bytes);
            if (out.isReadable()) {
                write(out);
            } else {
                ended(true);
            }
        }
    }

    /**
     * How much of the write under way has gone nobody knows, and the connection is at its end. All of it counts as taken: what
     * the peer may have seen must not be given to another one.
     */
    public void lost() {
        ByteBuf out = inFlight;
        if (out != null) {
            out.readerIndex(out.writerIndex());
            ended(false);
        }
    }

    private void write(ByteBuf out) {
        // the channel moves its reader index as the socket takes it, and releases it
        channel.writeAndFlush(out.retain()).addListener(write -> ended(write.isSuccess()));
    }

    private void ended(boolean isSuccess) {
        ByteBuf out = inFlight;
        if (out != null) {
            flushedBytes += isSuccess ? out.writerIndex() : out.readerIndex();
            inFlight = null;
            out.release();
        }
        if (isSuccess) {
            flush();
        }
        written.run();
    }

    /** Gives up what was not written; what is appended from now on is dropped. */
    public void release() {
        released = true;
        if (filling != null) {
            filling.release();
            filling = null;
        }
    }
}
