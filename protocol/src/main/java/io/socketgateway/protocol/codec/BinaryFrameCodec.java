package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.FrameType.Flags;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.nio.charset.StandardCharsets;

/**
 * The binary form (SPEC section 2).
 *
 * <pre>
 *  0       1       2               6
 * +-------+-------+---------------+----------------------------------+
 * | type  | flags | id            | fields of the type, in order     |
 * +-------+-------+---------------+----------------------------------+
 *   u8      u8      u32             string = size:u16 + UTF-8; a payload is the rest
 * </pre>
 */
final class BinaryFrameCodec {
    private static final int HEADER_BYTES = 6;

    private BinaryFrameCodec() {}

    /** Reads one body; see {@link FrameCodec#decode}. Reads all fields before any rule is checked. */
    static Frame decode(ByteBuf in, int length, Side sender, Carrier carrier, int lendFrom) {
        int end = in.readerIndex() + length;
        int code = in.readUnsignedByte();
        FrameType type = FrameCodec.requireSendable(FrameType.ofCode(code), code, sender, carrier);
        if (length < HEADER_BYTES) {
            throw cutOff("id");
        }
        int flags = in.readUnsignedByte();
        if ((flags & ~type.allowedFlags()) != 0) {
            throw ProtocolException.malformed(
                    "flags: " + type + " does not define all of 0x" + Integer.toHexString(flags));
        }
        int id = in.readInt();
        try {
            Frame frame = decodeFields(type, flags, id, in, end, lendFrom);
            if (in.readerIndex() != end) {
                throw ProtocolException.malformed("body: " + (end - in.readerIndex()) + " bytes after the last field");
            }
            return frame;
        } catch (ProtocolException e) {
            throw e.inFrame(type, id);
        }
    }

    private static Frame decodeFields(FrameType type, int flags, int id, ByteBuf in, int end, int lendFrom) {
        boolean confirm = (type.allowedFlags() & flags & Flags.CONFIRM) != 0;
        FrameCodec.requireId(id, type, confirm);
        return switch (type) {
            case HELLO, WELCOME, GOAWAY -> JsonFrameCodec.decodeMembers(type, id, in, end);
            case PING -> new Frame.Ping(id, payload(in, end, flags, lendFrom));
            case PONG -> new Frame.Pong(id, payload(in, end, flags, lendFrom));
            case CHALLENGE -> new Frame.Challenge(id, Utf8.read(in, end - in.readerIndex(), "cookie"));
            case REQUEST -> request(in, end, flags, id, lendFrom);
            case RESPONSE -> {
                String[] headers = headers(in, end, flags);
                Payload payload = payload(in, end, flags, lendFrom);
                yield new Frame.Response(id, (flags & Flags.MORE) != 0, Headers.of(headers), payload);
            }
            case ERROR -> error(in, end, flags, id);
            case CANCEL -> new Frame.Cancel(id);
            case CREDIT -> new Frame.Credit(id, u32(in, end, "n"));
            case ACK -> new Frame.Ack(id);
            case PUBLISH -> {
                int subjectIndex = skipString(in, end, "subject");
                String[] headers = headers(in, end, flags);
                Payload payload = payload(in, end, flags, lendFrom);
                yield new Frame.Publish(id, subject(in, subjectIndex), confirm, Headers.of(headers), payload);
            }
            case MESSAGE -> {
                int subjectIndex = skipString(in, end, "subject");
                String[] headers = headers(in, end, flags);
                Payload payload = payload(in, end, flags, lendFrom);
                yield new Frame.Message(id, subject(in, subjectIndex), Headers.of(headers), payload);
            }
            case SUBSCRIBE, SERVE -> interest(type, in, end, flags, id, confirm);
            case UNSUBSCRIBE -> new Frame.Unsubscribe(id, confirm);
        };
    }

    private static Frame request(ByteBuf in, int end, int flags, int id, int lendFrom) {
        int subjectIndex = skipString(in, end, "subject");
        long deadlineMillis = (flags & Flags.DEADLINE) == 0 ? Frame.ABSENT : u32(in, end, "deadlineMillis");
        boolean stream = (flags & Flags.STREAM) != 0;
        long credit = stream ? u32(in, end, "credit") : Frame.ABSENT;
        String[] headers = headers(in, end, flags);
        Payload payload = payload(in, end, flags, lendFrom);
        FrameCodec.requireId(id, FrameType.REQUEST, stream);
        return new Frame.Request(id, subject(in, subjectIndex), deadlineMillis, credit, Headers.of(headers), payload);
    }

    private static Frame error(ByteBuf in, int end, int flags, int id) {
        int code = u16(in, end, "code");
        long retryAfterMillis = (flags & Flags.RETRY_AFTER) == 0 ? Frame.ABSENT : u32(in, end, "retryAfterMillis");
        String message = string(in, end, "message");
        return new Frame.Error(id, code, retryAfterMillis, (flags & Flags.NOT_PROCESSED) != 0, message);
    }

    /** Trailing bytes must be found before the rules are checked: they are malformed whatever the subject. */
    private static Frame interest(FrameType type, ByteBuf in, int end, int flags, int id, boolean confirm) {
        String subject = string(in, end, "subject");
        String group = string(in, end, "group");
        String[] options = headers(in, end, flags);
        if (in.readerIndex() != end) {
            throw ProtocolException.malformed("body: " + (end - in.readerIndex()) + " bytes after the last field");
        }
        SubjectPattern pattern = SubjectPattern.of(subject);
        return type == FrameType.SUBSCRIBE
                ? new Frame.Subscribe(id, pattern, group, confirm, Headers.of(options))
                : new Frame.Serve(id, pattern, group, confirm, Headers.of(options));
    }

    private static String[] headers(ByteBuf in, int end, int flags) {
        if ((flags & Flags.HEADERS) == 0) {
            return NO_HEADERS;
        }
        int count = u16(in, end, "headers");
        if (count > (end - in.readerIndex()) / 4) { // each pair is two sizes at least
            throw cutOff("headers");
        }
        String[] pairs = new String[2 * count];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = string(in, end, "headers");
        }
        return pairs;
    }

    private static final String[] NO_HEADERS = {};

    private static Payload payload(ByteBuf in, int end, int flags, int lendFrom) {
        int length = end - in.readerIndex();
        if (length >= lendFrom) {
            Payload lent = Payload.lent(Content.ofFlags(flags), in.nioBuffer(in.readerIndex(), length));
            in.skipBytes(length);
            return lent;
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return Payload.owning(Content.ofFlags(flags), bytes);
    }

    private static String string(ByteBuf in, int end, String field) {
        int size = u16(in, end, field);
        if (size > end - in.readerIndex()) {
            throw cutOff(field);
        }
        return Utf8.read(in, size, field);
    }

    /** Returns where it begins, with its size. */
    private static int skipString(ByteBuf in, int end, String field) {
        int index = in.readerIndex();
        int size = u16(in, end, field);
        if (size > end - in.readerIndex()) {
            throw cutOff(field);
        }
        in.skipBytes(size);
        return index;
    }

    /** Checked once all fields are known to be there. */
    private static Subject subject(ByteBuf in, int index) {
        return RecentSubjects.ofThread().read(in, index + 2, in.getUnsignedShort(index));
    }

    private static int u16(ByteBuf in, int end, String field) {
        if (end - in.readerIndex() < 2) {
            throw cutOff(field);
        }
        return in.readUnsignedShort();
    }

    private static long u32(ByteBuf in, int end, String field) {
        if (end - in.readerIndex() < 4) {
            throw cutOff(field);
        }
        return in.readUnsignedInt();
    }

    private static ProtocolException cutOff(String field) {
        return ProtocolException.malformed(field + ": cut off");
    }

    /** Appends the body of a frame. */
    static void encode(Frame frame, ByteBuf out) {
        out.writeByte(frame.type().code());
        int flagsIndex = out.writerIndex();
        out.writeByte(0);
        out.writeInt(frame.id());
        out.setByte(flagsIndex, writeFields(frame, out));
    }

    /** Writes what follows the id; returns the flags. */
    private static int writeFields(Frame frame, ByteBuf out) {
        return switch (frame.type()) {
            case HELLO, WELCOME, GOAWAY -> {
                JsonFrameCodec.encodeMembers(frame, out);
                yield 0;
            }
            case PING -> writePayload(((Frame.Ping) frame).payload(), out);
            case PONG -> writePayload(((Frame.Pong) frame).payload(), out);
            case CHALLENGE -> {
                out.writeCharSequence(((Frame.Challenge) frame).cookie(), StandardCharsets.US_ASCII);
                yield 0;
            }
            case REQUEST -> writeRequest((Frame.Request) frame, out);
            case RESPONSE -> {
                Frame.Response response = (Frame.Response) frame;
                yield (response.more() ? Flags.MORE : 0)
                        | writeHeaders(response.headers(), out)
                        | writePayload(response.payload(), out);
            }
            case ERROR -> writeError((Frame.Error) frame, out);
            case CANCEL, ACK -> 0;
            case CREDIT -> {
                out.writeInt((int) ((Frame.Credit) frame).n());
                yield 0;
            }
            case PUBLISH -> {
                Frame.Publish publish = (Frame.Publish) frame;
                writeString(publish.subject().value(), out);
                yield confirm(publish.confirm())
                        | writeHeaders(publish.headers(), out)
                        | writePayload(publish.payload(), out);
            }
            case MESSAGE -> {
                Frame.Message message = (Frame.Message) frame;
                writeString(message.subject().value(), out);
                yield writeHeaders(message.headers(), out) | writePayload(message.payload(), out);
            }
            case SUBSCRIBE -> {
                Frame.Subscribe subscribe = (Frame.Subscribe) frame;
                writeString(subscribe.pattern().value(), out);
                writeString(subscribe.group(), out);
                yield confirm(subscribe.confirm()) | writeHeaders(subscribe.options(), out);
            }
            case SERVE -> {
                Frame.Serve serve = (Frame.Serve) frame;
                writeString(serve.pattern().value(), out);
                writeString(serve.group(), out);
                yield confirm(serve.confirm()) | writeHeaders(serve.options(), out);
            }
            case UNSUBSCRIBE -> confirm(((Frame.Unsubscribe) frame).confirm());
        };
    }

    private static int writeRequest(Frame.Request request, ByteBuf out) {
        writeString(request.subject().value(), out);
        int flags = 0;
        if (request.deadlineMillis() != Frame.ABSENT) {
            out.writeInt((int) request.deadlineMillis());
            flags |= Flags.DEADLINE;
        }
        if (request.isStream()) {
            out.writeInt((int) request.credit());
            flags |= Flags.STREAM;
        }
        return flags | writeHeaders(request.headers(), out) | writePayload(request.payload(), out);
    }

    private static int writeError(Frame.Error error, ByteBuf out) {
        int flags = error.notProcessed() ? Flags.NOT_PROCESSED : 0;
        out.writeShort(error.code());
        if (error.retryAfterMillis() != Frame.ABSENT) {
            out.writeInt((int) error.retryAfterMillis());
            flags |= Flags.RETRY_AFTER;
        }
        writeString(error.message(), out);
        return flags;
    }

    private static int confirm(boolean confirm) {
        return confirm ? Flags.CONFIRM : 0;
    }

    private static int writeHeaders(Headers headers, ByteBuf out) {
        if (headers.isEmpty()) {
            return 0;
        }
        out.writeShort(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            writeString(headers.name(i), out);
            writeString(headers.value(i), out);
        }
        return Flags.HEADERS;
    }

    private static void writeString(String text, ByteBuf out) {
        int sizeIndex = out.writerIndex();
        out.writeShort(0);
        out.setShort(sizeIndex, ByteBufUtil.writeUtf8(out, text));
    }

    /** Copies straight into the buffer's memory: a payload hands out no array. */
    private static int writePayload(Payload payload, ByteBuf out) {
        int length = payload.length();
        if (length > 0) {
            out.ensureWritable(length);
            payload.copyTo(out.internalNioBuffer(out.writerIndex(), length));
            out.writerIndex(out.writerIndex() + length);
        }
        return payload.content().flag();
    }
}
