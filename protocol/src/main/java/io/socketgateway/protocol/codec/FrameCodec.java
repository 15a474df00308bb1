package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import org.jspecify.annotations.Nullable;

/** Body to frame and frame to body in either form; the length before a body is the carrier's affair. */
public final class FrameCodec {
    private static final int OVERHEAD_BYTES = 512; // objects, names, numbers, a subject
    private static final int TOKEN_BYTES = 64;
    private static final int PAIR_BYTES = 120;
    private static final int MOST_GROWTH = 6; // a control character becomes a six-byte escape

    private FrameCodec() {}

    /** The form that a body's first byte tells. */
    public static Form formOf(byte firstByte) {
        return firstByte == '{' ? Form.JSON : Form.BINARY;
    }

    /**
     * Reads one body.
     *
     * @param in holds at least {@code length} readable bytes; its reader index is moved past them, fault or not
     * @param length of the body in bytes
     * @param sender who sent it
     * @return the frame; null if it is of a type that is skipped by those who do not know it
     * @throws ProtocolException if it is malformed, or breaks a rule (then with the frame's type and id)
     */
    public static @Nullable Frame decode(ByteBuf in, int length, Side sender, Carrier carrier) {
        return decode(in, length, sender, carrier, Integer.MAX_VALUE);
    }

    /**
     * Reads one body whose long payload may stay where it is.
     *
     * @param lendFrom a payload of at least so many bytes is {@link io.socketgateway.protocol.Payload#lent}, in the binary
     *     form: the caller takes it back before it does away with {@code in}
     * @see #decode(ByteBuf, int, Side, Carrier)
     */
    public static @Nullable Frame decode(ByteBuf in, int length, Side sender, Carrier carrier, int lendFrom) {
        if (length == 0) {
            throw ProtocolException.malformed("length: 0");
        }
        int end = in.readerIndex() + length;
        try {
            byte first = in.getByte(in.readerIndex());
            if (first == '{') {
                return JsonFrameCodec.decode(in, length, sender, carrier);
            }
            return FrameType.isSkippable(first) ? null : BinaryFrameCodec.decode(in, length, sender, carrier, lendFrom);
        } finally {
            in.readerIndex(end);
        }
    }

    /** Appends the body of a frame. */
    public static void encode(Frame frame, Form form, ByteBuf out) {
        switch (form) {
            case BINARY -> BinaryFrameCodec.encode(frame, out);
            case JSON -> JsonFrameCodec.encode(frame, out);
        }
    }

    /** Whether the body of a frame is at most so long. Encodes it to find out, unless it is short enough in any case. */
    public static boolean fits(Frame frame, Form form, int maxBodyBytes) {
        int roughBytes = roughBytes(frame);
        if ((long) MOST_GROWTH * roughBytes <= maxBodyBytes) {
            return true;
        }
        ByteBuf scratch = Unpooled.buffer(roughBytes);
        try {
            encode(frame, form, scratch);
            return scratch.readableBytes() <= maxBodyBytes;
        } finally {
            scratch.release();
        }
    }

    /** About as many bytes as a frame keeps in memory, and at least a sixth of its body in either form. */
    public static int roughBytes(Frame frame) {
        return OVERHEAD_BYTES + contentBytes(frame) + objectBytes(frame);
    }

    /** What the strings cost, besides their characters, of which a frame may have many. */
    private static int objectBytes(Frame frame) {
        return switch (frame.type()) {
            case MESSAGE -> {
                Frame.Message message = (Frame.Message) frame;
                yield objectBytes(message.subject(), message.headers());
            }
            case REQUEST -> {
                Frame.Request request = (Frame.Request) frame;
                yield objectBytes(request.subject(), request.headers());
            }
            case RESPONSE -> PAIR_BYTES * ((Frame.Response) frame).headers().size();
            default -> 0;
        };
    }

    private static int objectBytes(Subject subject, Headers headers) {
        return TOKEN_BYTES * (subject.tokenCount() - 1) + PAIR_BYTES * headers.size();
    }

    /** How many characters and bytes a frame holds: its payload, headers and long texts, without the objects they are in. */
    public static int contentBytes(Frame frame) {
        return switch (frame.type()) {
            case REQUEST -> {
                Frame.Request request = (Frame.Request) frame;
                yield request.payload().length() + roughBytes(request.headers());
            }
            case RESPONSE -> {
                Frame.Response response = (Frame.Response) frame;
                yield response.payload().length() + roughBytes(response.headers());
            }
            case MESSAGE -> {
                Frame.Message message = (Frame.Message) frame;
                yield message.payload().length() + roughBytes(message.headers());
            }
            case PUBLISH -> {
                Frame.Publish publish = (Frame.Publish) frame;
                yield publish.payload().length() + roughBytes(publish.headers());
            }
            case PING -> ((Frame.Ping) frame).payload().length();
            case PONG -> ((Frame.Pong) frame).payload().length();
            case ERROR -> ((Frame.Error) frame).message().length();
            case SUBSCRIBE -> roughBytes(((Frame.Subscribe) frame).options());
            case SERVE -> roughBytes(((Frame.Serve) frame).options());
            case HELLO -> {
                Frame.Hello hello = (Frame.Hello) frame;
                yield length(hello.token(), hello.clientId(), hello.resume(), hello.cookie(), hello.agent());
            }
            case WELCOME -> {
                Frame.Welcome welcome = (Frame.Welcome) frame;
                yield length(welcome.sessionId(), welcome.clientId(), welcome.datagramToken())
                        + length(welcome.resume(), welcome.node());
            }
            case GOAWAY -> length(((Frame.GoAway) frame).reason());
            case CHALLENGE -> ((Frame.Challenge) frame).cookie().length();
            case CANCEL, CREDIT, ACK, UNSUBSCRIBE -> 0;
        };
    }

    private static int length(@Nullable String... texts) {
        int length = 0;
        for (String text : texts) {
            length += text == null ? 0 : text.length();
        }
        return length;
    }

    private static int roughBytes(Headers headers) {
        int bytes = 0;
        for (int i = 0; i < headers.size(); i++) {
            bytes += 8 + headers.name(i).length() + headers.value(i).length();
        }
        return bytes;
    }

    /** The type that a name or first byte told, if that side may send it. */
    static FrameType requireSendable(@Nullable FrameType type, Object told, Side sender, Carrier carrier) {
        if (type == null) {
            throw ProtocolException.malformed("type: unknown " + told);
        }
        if (!type.maySend(sender, carrier)) {
            throw ProtocolException.malformed("type: " + type + " is not for this side to send on this carrier");
        }
        return type;
    }

    /** What needs an answer needs an id. */
    static void requireId(int id, FrameType type, boolean needed) {
        if (id == 0 && (needed || type == FrameType.SUBSCRIBE || type == FrameType.SERVE)) {
            throw ProtocolException.malformed("id: 0 on " + type + " that needs one");
        }
    }
}
