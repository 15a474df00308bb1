package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.JsonBody.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, as a frame asks for them. Which of them matter is known only once {@code type} is, so
 * a wrong type or a second occurrence is a fault when that member is asked for.
 */
final class JsonMembers {
    private static final int FIRST_BODY_BYTES = 1024;

    private static final FastThreadLocal<JsonMembers> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected JsonMembers initialValue() {
            return new JsonMembers(new JsonBody(FIRST_BODY_BYTES));
        }
    };

    private static final NameTable<FrameType> TYPES = new NameTable<>(FrameType.values(), FrameType::jsonName);
    private static final String[] NO_HEADERS = {};
    private static final String OUT_OF_RANGE = "out of range";

    private final JsonBody body;

    private JsonMembers(JsonBody body) {
        this.body = body;
    }

    /**
     * Reads a body, or the payload of a frame whose payload is one JSON object: an object and nothing before it. What is
     * returned holds until this thread reads the next.
     */
    static JsonMembers of(ByteBuf in, int length) {
        if (length == 0 || in.getByte(in.readerIndex()) != '{') {
            throw ProtocolException.malformed("json: does not begin with '{'");
        }
        JsonMembers members =
                length <= JsonBody.MOST_KEPT_BYTES ? OF_THREAD.get() : new JsonMembers(new JsonBody(length));
        members.body.read(in, length);
        return members;
    }

    /** What is told of a member that is not what was asked for. */
    private ProtocolException flaw(JsonName name) {
        String flaw = switch (body.kind(name)) {
            case TWICE -> "twice";
            case OUT_OF_RANGE -> OUT_OF_RANGE;
            default -> "wrong type";
        };
        return ProtocolException.malformed(name + ": " + flaw);
    }

    private static ProtocolException unpaired(JsonName name) {
        return ProtocolException.malformed(name + ": unpaired surrogate");
    }

    private static <T> T required(JsonName name, @Nullable T value) {
        if (value == null) {
            throw ProtocolException.malformed(name + ": missing");
        }
        return value;
    }

    /** The type; null if none has that name. */
    @Nullable
    FrameType type() {
        return body.kind(JsonName.TYPE) == Kind.TEXT
                ? body.find(TYPES, JsonName.TYPE)
                : FrameType.ofJsonName(text(JsonName.TYPE));
    }

    /** The UTF-8 of that member's text; null if absent. */
    private byte @Nullable [] optionalUtf8(JsonName name) {
        return switch (body.kind(name)) {
            case ABSENT -> null;
            case TEXT -> body.bytes(name);
            case TEXT_WITH_ESCAPES -> {
                byte[] text = body.resolved(name);
                if (text == null) {
                    throw unpaired(name);
                }
                yield text;
            }
            default -> throw flaw(name);
        };
    }

    /** The text of that member; null if absent. */
    @Nullable
    String optionalText(JsonName name) {
        if (body.kind(name) == Kind.TEXT) {
            return body.string(name);
        }
        byte[] text = optionalUtf8(name);
        return text == null ? null : new String(text, StandardCharsets.UTF_8);
    }

    /** The text of that member, which must be there. */
    String text(JsonName name) {
        return required(name, optionalText(name));
    }

    /** The text of that member; empty if absent. */
    String textOrEmpty(JsonName name) {
        String text = optionalText(name);
        return text == null ? "" : text;
    }

    /** That there is a text which could be a subject; whether it is one is a rule, and asked for later. */
    void requireSubject() {
        if (body.kind(JsonName.SUBJECT) != Kind.TEXT) {
            text(JsonName.SUBJECT);
        }
    }

    /** The subject, of which the text was required before. */
    Subject subject() {
        return body.kind(JsonName.SUBJECT) == Kind.TEXT ? body.subject() : Subject.of(text(JsonName.SUBJECT));
    }

    /** The number of that member, unsigned and at most {@code max}; {@link Frame#ABSENT} if absent. */
    private long optionalNumber(JsonName name, long max) {
        return switch (body.kind(name)) {
            case ABSENT -> Frame.ABSENT;
            case NUMBER -> {
                long number = body.number(name);
                if (number < 0 || number > max) {
                    throw ProtocolException.malformed(name + ": " + OUT_OF_RANGE);
                }
                yield number;
            }
            default -> throw flaw(name);
        };
    }

    long optionalU32(JsonName name) {
        return optionalNumber(name, Frame.MAX_U32);
    }

    long u32(JsonName name) {
        return required(name, optionalU32(name));
    }

    private static long required(JsonName name, long number) {
        if (number == Frame.ABSENT) {
            throw ProtocolException.malformed(name + ": missing");
        }
        return number;
    }

    int u16(JsonName name) {
        return (int) required(name, optionalNumber(name, 0xFFFF));
    }

    int id() {
        long id = optionalU32(JsonName.ID);
        return id == Frame.ABSENT ? 0 : (int) id;
    }

    /** The truth of that member; false if absent. */
    boolean flag(JsonName name) {
        return switch (body.kind(name)) {
            case ABSENT, FALSE -> false;
            case TRUE -> true;
            default -> throw flaw(name);
        };
    }

    /** Names and values in turn; not yet checked as {@link Headers}. */
    String[] headers() {
        return switch (body.kind(JsonName.HEADERS)) {
            case ABSENT -> NO_HEADERS;
            case HEADERS -> {
                String[] pairs = body.headers();
                if (pairs == null) {
                    throw unpaired(JsonName.HEADERS);
                }
                yield pairs;
            }
            default -> throw flaw(JsonName.HEADERS);
        };
    }

    /** At most one of data, text and bytes. */
    Payload payload() {
        Kind data = body.kind(JsonName.DATA);
        if (data == Kind.TWICE) {
            throw flaw(JsonName.DATA);
        }
        byte[] text = optionalUtf8(JsonName.TEXT);
        byte[] base64 = optionalUtf8(JsonName.BYTES);
        if ((data == Kind.ABSENT ? 0 : 1) + (text == null ? 0 : 1) + (base64 == null ? 0 : 1) > 1) {
            throw ProtocolException.malformed("payload: more than one of data, text, bytes");
        }
        if (data == Kind.DATA) {
            return Payload.owning(Content.JSON, body.bytes(JsonName.DATA));
        }
        if (text != null) {
            return Payload.owning(Content.TEXT, text);
        }
        return base64 == null
                ? Payload.EMPTY
                : Payload.owning(flag(JsonName.CBOR) ? Content.CBOR : Content.BYTES, fromBase64(base64));
    }

    private static byte[] fromBase64(byte[] base64) {
        try {
            if (base64.length % 4 == 0) { // the decoder would take it without padding too
                return Base64.getDecoder().decode(base64);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw ProtocolException.malformed("bytes: not padded base64");
    }

    /** What is in the limits, which must be there. */
    JsonMembers limits() {
        JsonBody limits = switch (body.kind(JsonName.LIMITS)) {
            case ABSENT -> null;
            case LIMITS -> body.limits();
            default -> throw flaw(JsonName.LIMITS);
        };
        return new JsonMembers(required(JsonName.LIMITS, limits));
    }
}
