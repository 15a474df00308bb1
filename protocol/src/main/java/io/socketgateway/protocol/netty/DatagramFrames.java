package io.socketgateway.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.FrameCodec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The frames of one datagram, checked whole before any of them is carried out (SPEC section 1.2). */
public final class DatagramFrames {
    /** The most that UDP over IPv4 carries. */
    public static final int MOST_BYTES = 65_507;

    /** What stands before the frames of a session: {@code 0x01} and the token. */
    public static final int SESSION_ENVELOPE_BYTES = 9;

    /** What stands before each body. */
    public static final int LENGTH_BYTES = 4;

    /** What a session's datagram holds beside a body that is alone in it. */
    public static final int SESSION_OVERHEAD_BYTES = SESSION_ENVELOPE_BYTES + LENGTH_BYTES;

    static final byte SESSION = 0x01;

    /** What the first byte tells. */
    public enum Kind {
        /** Frames outside a session: the first byte belongs to the first length. */
        OUTSIDE,
        /** Frames of the session that owns the token. */
        SESSION,
        /** Nothing that this version knows, or cut off within the token. */
        UNKNOWN
    }

    private final List<Object> items = new ArrayList<>(2); // frames, and faults of those that broke a rule
    private final BitSet json = new BitSet(0); // by the index of the item

    private final int bytes;

    private DatagramFrames(int bytes) {
        this.bytes = bytes;
    }

    /** The kind of a datagram that begins at the reader index. */
    public static Kind kind(ByteBuf datagram) {
        if (!datagram.isReadable()) {
            return Kind.UNKNOWN;
        }
        return switch (datagram.getByte(datagram.readerIndex())) {
            case 0 -> Kind.OUTSIDE;
            case SESSION -> datagram.readableBytes() < SESSION_ENVELOPE_BYTES ? Kind.UNKNOWN : Kind.SESSION;
            default -> Kind.UNKNOWN;
        };
    }

    /** The token of a datagram of {@link Kind#SESSION}. */
    public static long token(ByteBuf datagram) {
        return datagram.getLong(datagram.readerIndex() + 1);
    }

    /**
     * Reads all frames; the reader index is moved to the end.
     *
     * @throws ProtocolException if anything in it is malformed: then none of its frames counts
     */
    public static DatagramFrames read(ByteBuf datagram, Side sender) {
        DatagramFrames frames = new DatagramFrames(datagram.readableBytes());
        switch (kind(datagram)) {
            case OUTSIDE -> {}
            case SESSION -> datagram.skipBytes(SESSION_ENVELOPE_BYTES);
            case UNKNOWN -> throw ProtocolException.malformed("datagram: neither a length nor a token begins it");
        }
        do {
            frames.readFrame(datagram, sender);
        } while (datagram.isReadable());
        return frames;
    }

    private void readFrame(ByteBuf datagram, Side sender) {
        if (datagram.readableBytes() < LENGTH_BYTES) {
            throw ProtocolException.malformed("length: cut off");
        }
        long length = datagram.readUnsignedInt();
        if (length > datagram.readableBytes()) {
            throw ProtocolException.malformed("length: " + length + " goes beyond the datagram");
        }
        if (length > 0 && FrameCodec.formOf(datagram.getByte(datagram.readerIndex())) == Form.JSON) {
            json.set(items.size());
        }
        try {
            Frame frame = FrameCodec.decode(datagram, (int) length, sender, Carrier.DATAGRAM);
            if (frame != null) {
                items.add(frame);
            }
        } catch (ProtocolException e) {
            if (e.frameType() == null) {
                throw e;
            }
            items.add(e);
        }
    }

    /** How long the datagram was, envelope included. */
    public int bytes() {
        return bytes;
    }

    /** The form of the first frame; binary if all are skipped. */
    public Form form() {
        return form(0);
    }

    /** The form of one of them. */
    public Form form(int index) {
        return json.get(index) ? Form.JSON : Form.BINARY;
    }

    /** How many there are, without those that are skipped. */
    public int size() {
        return items.size();
    }

    /** The type of one of them. */
    public FrameType type(int index) {
        Object item = items.get(index);
        if (item instanceof Frame frame) {
            return frame.type();
        }
        FrameType type = ((ProtocolException) item).frameType();
        if (type == null) {
            throw new IllegalStateException("a fault without a frame");
        }
        return type;
    }

    /** Whether one of them is of that type. */
    public boolean contains(FrameType type) {
        for (int i = 0; i < items.size(); i++) {
            if (type(i) == type) {
                return true;
            }
        }
        return false;
    }

    /** Hands over each frame, or the fault of one that broke a rule, in order. */
    public void handOver(FrameReceiver receiver) {
        for (int i = 0; i < items.size(); i++) {
            handOver(i, receiver);
        }
    }

    /** Hands over one of them. */
    public void handOver(int index, FrameReceiver receiver) {
        if (items.get(index) instanceof Frame frame) {
            receiver.received(frame);
        } else {
            receiver.rejected((ProtocolException) items.get(index));
        }
    }
}
