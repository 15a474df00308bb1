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
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, found in one pass. Which of them matter is known only once {@code type} is: until a
 * frame asks for one, only its place in the body is known, or what is wrong with it.
 */
final class JsonMembers {
    private static final int FIRST_BODY_BYTES = 1024;
    private static final int MOST_KEPT_BYTES = 64 << 10; // what a thread keeps; a longer body has an array of its own

    private static final FastThreadLocal<JsonMembers> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected JsonMembers initialValue() {
            return new JsonMembers(FIRST_BODY_BYTES);
        }
    };

    private static final int MAX_INTEGER_BYTES = 11; // 2^32-1 and a sign
    private static final JsonName[] NAMES = JsonName.values();
    private static final NameTable<FrameType> TYPES = new NameTable<>(FrameType.values(), FrameType::jsonName);
    private static final String[] NO_HEADERS = {};
    private static final String OUT_OF_RANGE = "out of range";

    /** What was found, or is wrong with it. */
    private enum Kind {
        ABSENT,
        TEXT,
        TEXT_WITH_ESCAPES,
        NUMBER,
        TRUE,
        FALSE,
        DATA,
        HEADERS,
        LIMITS,
        WRONG_TYPE,
        OUT_OF_RANGE,
        TWICE
    }

    private final JsonScanner scanner;
    private byte[] body; // with what the scanner needs behind it
    private int length;

    private long present; // a bit for each name; the arrays tell of those alone
    private final Kind[] kinds = new Kind[NAMES.length];
    private final long[] values = new long[NAMES.length]; // a number, or a range: start and end
    private int headerCount;
    private @Nullable JsonMembers limits; // made for who greets us as a gateway
    private final boolean nested;

    private JsonMembers(int bodyBytes) {
        scanner = new JsonScanner();
        body = new byte[bodyBytes + JsonScanner.PADDING_BYTES];
        nested = false;
    }

    private JsonMembers(JsonMembers outer) {
        scanner = outer.scanner;
        body = outer.body;
        nested = true;
    }

    /**
     * Reads a body, or the payload of a frame whose payload is one JSON object: an object and nothing before it. What is
     * returned holds until this thread reads the next.
     */
    static JsonMembers of(ByteBuf in, int length) {
        if (length == 0 || in.getByte(in.readerIndex()) != '{') {
            throw ProtocolException.malformed("json: does not begin with '{'");
        }
        JsonMembers members = length <= MOST_KEPT_BYTES ? OF_THREAD.get() : new JsonMembers(length);
        members.read(in, length);
        return members;
    }

    /** Reads the rest of a binary body. */
    static JsonMembers ofPayload(ByteBuf in, int end) {
        return of(in, end - in.readerIndex());
    }

    private void read(ByteBuf in, int bodyBytes) {
        if (body.length < bodyBytes + JsonScanner.PADDING_BYTES) {
            body = new byte[Math.min(2 * bodyBytes, MOST_KEPT_BYTES) + JsonScanner.PADDING_BYTES];
        }
        in.readBytes(body, 0, bodyBytes);
        length = bodyBytes;
        scanner.begin(body, 0, bodyBytes, 0);
        readObject();
        if (!scanner.isAtEnd()) {
            throw scanner.fault("something after the object");
        }
    }

    private void readObject() {
        present = 0;
        for (boolean more = scanner.firstMember(); more; more = scanner.nextMember()) {
            JsonName name = readName();
            byte first = scanner.value();
            if (name == null) {
                scanner.skipValue();
            } else {
                int index = name.index();
                Kind kind = readValue(name, index, first);
                kinds[index] = (present & 1L << index) == 0 ? kind : Kind.TWICE;
                present |= 1L << index;
            }
        }
    }

    private @Nullable JsonName readName() {
        int start = scanner.at() + 1;
        boolean escapes = scanner.skipString();
        int end = scanner.at() - 1;
        if (!escapes) {
            return JsonName.TABLE.find(body, start, end);
        }
        byte[] name = JsonEscapes.resolve(body, start, end);
        return name == null
                ? null
                : JsonName.TABLE.find(Arrays.copyOf(name, name.length + JsonScanner.PADDING_BYTES), 0, name.length);
    }

    private Kind readValue(JsonName name, int index, byte first) {
        return switch (name) {
            case DATA -> {
                int start = scanner.at();
                scanner.skipValue();
                values[index] = range(start, scanner.at());
                yield Kind.DATA;
            }
            case HEADERS -> first == '{' ? readHeaders(index) : skipped();
            case LIMITS -> first == '{' && !nested ? readLimits() : skipped();
            default -> readScalar(index, first);
        };
    }

    private Kind readScalar(int index, byte first) {
        switch (first) {
            case '"' -> {
                int start = scanner.at() + 1;
                boolean escapes = scanner.skipString();
                values[index] = range(start, scanner.at() - 1);
                return escapes ? Kind.TEXT_WITH_ESCAPES : Kind.TEXT;
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                int start = scanner.at();
                long number = scanner.number();
                values[index] = number;
                return number == JsonScanner.NO_INTEGER
                        ? Kind.WRONG_TYPE
                        : scanner.at() - start > MAX_INTEGER_BYTES ? Kind.OUT_OF_RANGE : Kind.NUMBER;
            }
            default -> {
                scanner.skipValue();
                return first == 't' ? Kind.TRUE : first == 'f' ? Kind.FALSE : Kind.WRONG_TYPE;
            }
        }
    }

    private Kind skipped() {
        scanner.skipValue();
        return Kind.WRONG_TYPE;
    }

    private Kind readHeaders(int index) {
        int start = scanner.at();
        headerCount = 0;
        boolean strings = true;
        for (boolean more = scanner.firstMember(); more; more = scanner.nextMember()) {
            scanner.skipString();
            strings &= scanner.value() == '"';
            scanner.skipValue();
            headerCount++;
        }
        values[index] = range(start, scanner.at());
        return strings ? Kind.HEADERS : Kind.WRONG_TYPE;
    }

    private Kind readLimits() {
        JsonMembers granted = limits;
        if (granted == null) {
            granted = new JsonMembers(this);
            limits = granted;
        }
        granted.body = body;
        granted.readObject();
        return Kind.LIMITS;
    }

    private static long range(int start, int end) {
        return (long) start << Integer.SIZE | end;
    }

    private int start(JsonName name) {
        return (int) (values[name.index()] >>> Integer.SIZE);
    }

    private int end(JsonName name) {
        return (int) values[name.index()];
    }

    private Kind kind(JsonName name) {
        int index = name.index();
        return (present & 1L << index) == 0 ? Kind.ABSENT : kinds[index];
    }

    /** What is told of a member that is not what was asked for. */
    private ProtocolException flaw(JsonName name) {
        String flaw = switch (kind(name)) {
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
        return kind(JsonName.TYPE) == Kind.TEXT
                ? TYPES.find(body, start(JsonName.TYPE), end(JsonName.TYPE))
                : FrameType.ofJsonName(text(JsonName.TYPE));
    }

    /** The UTF-8 of that member's text; null if absent. */
    private byte @Nullable [] optionalUtf8(JsonName name) {
        return switch (kind(name)) {
            case ABSENT -> null;
            case TEXT -> Arrays.copyOfRange(body, start(name), end(name));
            case TEXT_WITH_ESCAPES -> {
                byte[] text = JsonEscapes.resolve(body, start(name), end(name));
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
        if (kind(name) == Kind.TEXT) {
            int start = start(name);
            return new String(body, start, end(name) - start, StandardCharsets.UTF_8);
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
        if (kind(JsonName.SUBJECT) != Kind.TEXT) {
            text(JsonName.SUBJECT);
        }
    }

    /** The subject, of which the text was required before. */
    Subject subject() {
        if (kind(JsonName.SUBJECT) != Kind.TEXT) {
            return Subject.of(text(JsonName.SUBJECT));
        }
        int start = start(JsonName.SUBJECT);
        return RecentSubjects.ofThread().read(body, start, end(JsonName.SUBJECT) - start);
    }

    /** The number of that member, unsigned and at most {@code max}; {@link Frame#ABSENT} if absent. */
    private long optionalNumber(JsonName name, long max) {
        return switch (kind(name)) {
            case ABSENT -> Frame.ABSENT;
            case NUMBER -> {
                long number = values[name.index()];
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
        return switch (kind(name)) {
            case ABSENT, FALSE -> false;
            case TRUE -> true;
            default -> throw flaw(name);
        };
    }

    /** Names and values in turn; not yet checked as {@link Headers}. */
    String[] headers() {
        return switch (kind(JsonName.HEADERS)) {
            case ABSENT -> NO_HEADERS;
            case HEADERS -> {
                String[] pairs = new String[2 * headerCount];
                scanner.begin(body, start(JsonName.HEADERS), length, 0);
                int i = 0;
                for (boolean more = scanner.firstMember(); more; more = scanner.nextMember()) {
                    pairs[i++] = headerText();
                    scanner.value();
                    pairs[i++] = headerText();
                }
                yield pairs;
            }
            default -> throw flaw(JsonName.HEADERS);
        };
    }

    private String headerText() {
        int start = scanner.at() + 1;
        boolean escapes = scanner.skipString();
        int end = scanner.at() - 1;
        if (!escapes) {
            return new String(body, start, end - start, StandardCharsets.UTF_8);
        }
        byte[] text = JsonEscapes.resolve(body, start, end);
        if (text == null) {
            throw unpaired(JsonName.HEADERS);
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    /** At most one of data, text and bytes. */
    Payload payload() {
        Kind data = kind(JsonName.DATA);
        if (data == Kind.TWICE) {
            throw flaw(JsonName.DATA);
        }
        byte[] text = optionalUtf8(JsonName.TEXT);
        byte[] base64 = optionalUtf8(JsonName.BYTES);
        if ((data == Kind.ABSENT ? 0 : 1) + (text == null ? 0 : 1) + (base64 == null ? 0 : 1) > 1) {
            throw ProtocolException.malformed("payload: more than one of data, text, bytes");
        }
        if (data == Kind.DATA) {
            return Payload.owning(Content.JSON, Arrays.copyOfRange(body, start(JsonName.DATA), end(JsonName.DATA)));
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

    Frame.Hello hello(int id) {
        long version = optionalU32(JsonName.VERSION);
        return new Frame.Hello(
                id,
                version == Frame.ABSENT ? 1 : version,
                optionalText(JsonName.TOKEN),
                optionalText(JsonName.CLIENT_ID),
                optionalU32(JsonName.KEEP_ALIVE_SECONDS),
                optionalU32(JsonName.MAX_FRAME_BYTES),
                optionalText(JsonName.RESUME),
                optionalText(JsonName.COOKIE),
                optionalText(JsonName.AGENT));
    }

    Frame.Welcome welcome(int id) {
        Kind kind = kind(JsonName.LIMITS);
        if (kind != Kind.LIMITS && kind != Kind.ABSENT) {
            throw flaw(JsonName.LIMITS);
        }
        JsonMembers granted = required(JsonName.LIMITS, kind == Kind.ABSENT ? null : limits);
        return new Frame.Welcome(
                id,
                u32(JsonName.VERSION),
                text(JsonName.SESSION_ID),
                text(JsonName.CLIENT_ID),
                optionalText(JsonName.DATAGRAM_TOKEN),
                text(JsonName.RESUME),
                flag(JsonName.RESUMED),
                u32(JsonName.KEEP_ALIVE_SECONDS),
                u32(JsonName.MAX_FRAME_BYTES),
                new Frame.SessionLimits(
                        granted.u32(JsonName.REQUESTS),
                        granted.u32(JsonName.SUBSCRIPTIONS),
                        granted.u32(JsonName.DATAGRAM_WINDOW)),
                text(JsonName.NODE));
    }

    Frame.GoAway goAway(int id) {
        return new Frame.GoAway(id, optionalText(JsonName.REASON), optionalU32(JsonName.RECONNECT_AFTER_MILLIS));
    }
}
