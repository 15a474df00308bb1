package io.socketgateway.protocol.netty;

import static io.socketgateway.protocol.netty.DatagramFrames.LENGTH_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.codec.SharedMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Packs frames for one destination into as few datagrams as hold them, each frame whole and in order (SPEC section 1.2).
 * Holds no memory between a {@link #flush} and the next frame. Belongs to one thread.
 */
public final class DatagramBuffer {
    private static final int CAPACITY = 1_280;
    private static final int MOST_SHRINKING = 4; // by then a frame is too long however it is encoded

    private final ByteBufAllocator allocator;
    private final Consumer<ByteBuf> out;
    private boolean inSession;
    private long token;
    private @Nullable ByteBuf filling;

    /**
     * An empty one, for frames outside a session.
     *
     * @param out takes each datagram, and its reference
     */
    public DatagramBuffer(ByteBufAllocator allocator, Consumer<ByteBuf> out) {
        this.allocator = allocator;
        this.out = out;
    }

    /** What is appended from now on belongs to the session of that token. */
    public void token(long sessionToken) {
        flush();
        inSession = true;
        token = sessionToken;
    }

    private interface Body {
        void encode(ByteBuf buffer);
    }

    /**
     * Encodes a frame into the datagram at hand, or into the next one if it does not fit there.
     *
     * @param maxDatagramBytes the longest datagram that may be sent
     * @return false, and nothing is appended, if it does not fit into a datagram of its own
     */
    public boolean append(Frame frame, Form form, int maxDatagramBytes) {
        return FrameCodec.contentBytes(frame) <= MOST_SHRINKING * maxDatagramBytes
                && append(buffer -> FrameCodec.encode(frame, form, buffer), maxDatagramBytes);
    }

    /** The same for a message that is encoded once for many receivers; {@code id} is that of the subscription. */
    public boolean append(SharedMessage message, int id, Form form, int maxDatagramBytes) {
        return message.encodedBytes(id, form) + LENGTH_BYTES + envelopeBytes() <= maxDatagramBytes
                && append(buffer -> message.encode(id, form, buffer), maxDatagramBytes);
    }

    private boolean append(Body body, int maxDatagramBytes) {
        ByteBuf buffer = filling();
        int start = buffer.writerIndex();
        boolean appended = false;
        try {
            buffer.writeInt(0);
            body.encode(buffer);
            int frameBytes = buffer.writerIndex() - start;
            if (envelopeBytes() + frameBytes <= maxDatagramBytes) {
                buffer.setInt(start, frameBytes - LENGTH_BYTES);
                appended = true;
                if (buffer.writerIndex() > maxDatagramBytes) {
                    moveToNext(buffer, start);
                }
            }
        } finally {
            if (!appended) {
                takeBack(buffer, start);
            }
        }
        return appended;
    }

    private ByteBuf filling() {
        ByteBuf buffer = filling;
        if (buffer == null) {
            buffer = allocator.directBuffer(CAPACITY);
            if (inSession) {
                buffer.writeByte(DatagramFrames.SESSION).writeLong(token);
            }
            filling = buffer;
        }
        return buffer;
    }

    private int envelopeBytes() {
        return inSession ? DatagramFrames.SESSION_ENVELOPE_BYTES : 0;
    }

    /** The frame that begins there opens the next datagram. */
    private void moveToNext(ByteBuf full, int start) {
        filling = null;
        filling().writeBytes(full, start, full.writerIndex() - start);
        out.accept(full.writerIndex(start));
    }

    private void takeBack(ByteBuf buffer, int start) {
        buffer.writerIndex(start);
        if (start == envelopeBytes()) {
            release();
        }
    }

    /** How many bytes wait in the datagram at hand; 0 if there is none. */
    public int waitingBytes() {
        return filling == null ? 0 : filling.readableBytes();
    }

    /** Hands over the datagram at hand, if there is one. */
    public void flush() {
        ByteBuf datagram = filling;
        if (datagram != null) {
            filling = null;
            out.accept(datagram);
        }
    }

    /** Gives up the datagram at hand. */
    public void release() {
        if (filling != null) {
            filling.release();
            filling = null;
        }
    }
}
