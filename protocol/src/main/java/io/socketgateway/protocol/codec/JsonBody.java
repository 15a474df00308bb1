package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as it came: where each member of a frame stands in its bytes, found in one pass, or what is wrong with
 * it. Makes no text or array before somebody asks. For one thread, and one body after another.
 */
final class JsonBody {
    /** The longest body of which the array is kept for the next. */
    static final int MOST_KEPT_BYTES = 64 << 10;

    private static final int MAX_INTEGER_BYTES = 11; // 2^32-1 and a sign
    private static final int NAMES = JsonName.values().length;

    /** What was found, or is wrong with it. */
    enum Kind {
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
    private final Kind[] kinds = new Kind[NAMES];
    private final long[] values = new long[NAMES]; // a number, or a range: start and end
    private int headerCount;
    private @Nullable JsonBody limits; // made for who greets us as a gateway
    private final boolean nested;

    /** For bodies that are so long, or longer ones if they are not too long to be kept. */
    JsonBody(int bodyBytes) {
        scanner = new JsonScanner();
        body = new byte[bodyBytes + JsonScanner.PADDING_BYTES];
        nested = false;
    }

    private JsonBody(JsonBody outer) {
        scanner = outer.scanner;
        body = outer.body;
        nested = true;
    }

    /** Reads a body that begins with a brace; what was known of the one before is forgotten. */
    void read(ByteBuf in, int bodyBytes) {
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
        JsonBody granted = limits;
        if (granted == null) {
            granted = new JsonBody(this);
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

    /** What that member is. */
    Kind kind(JsonName name) {
        int index = name.index();
        return (present & 1L << index) == 0 ? Kind.ABSENT : kinds[index];
    }

    /** The value of a number. */
    long number(JsonName name) {
        return values[name.index()];
    }

    /** The bytes of data as it is written, or of a text without escapes. */
    byte[] bytes(JsonName name) {
        return Arrays.copyOfRange(body, start(name), end(name));
    }

    /** The UTF-8 of a text with escapes; null if a surrogate has no other half. */
    byte @Nullable [] resolved(JsonName name) {
        return JsonEscapes.resolve(body, start(name), end(name));
    }

    /** A text without escapes. */
    String string(JsonName name) {
        return string(start(name), end(name));
    }

    private String string(int start, int end) {
        return new String(body, start, end - start, StandardCharsets.UTF_8);
    }

    /** What has the name that is a text without escapes; null if nothing has. */
    <E> @Nullable E find(NameTable<E> table, JsonName name) {
        return table.find(body, start(name), end(name));
    }

    /** The subject, if it is a text without escapes. */
    Subject subject() {
        int start = start(JsonName.SUBJECT);
        return RecentSubjects.ofThread().read(body, start, end(JsonName.SUBJECT) - start);
    }

    /** Names and values of the headers in turn; null if a surrogate has no other half. */
    String @Nullable [] headers() {
        String[] pairs = new String[2 * headerCount];
        scanner.begin(body, start(JsonName.HEADERS), length, 0);
        int i = 0;
        for (boolean more = scanner.firstMember(); more; more = scanner.nextMember()) {
            String name = nextString();
            scanner.value();
            String value = nextString();
            if (name == null || value == null) {
                return null;
            }
            pairs[i++] = name;
            pairs[i++] = value;
        }
        return pairs;
    }

    private @Nullable String nextString() {
        int start = scanner.at() + 1;
        boolean escapes = scanner.skipString();
        int end = scanner.at() - 1;
        if (!escapes) {
            return string(start, end);
        }
        byte[] text = JsonEscapes.resolve(body, start, end);
        return text == null ? null : new String(text, StandardCharsets.UTF_8);
    }

    /** What the limits hold, if they are an object; null before there were any. */
    @Nullable
    JsonBody limits() {
        return limits;
    }
}
