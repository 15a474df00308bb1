package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes one document after another into an array that a thread keeps, and from there into buffers. */
final class JsonWriter {
    private static final int FIRST_BYTES = 1024;
    private static final int MOST_KEPT_BYTES =
            64 << 10; // what a thread keeps; a longer document has its array for itself
    private static final int MOST_GROWTH = 6; // a control character becomes a six-byte escape
    private static final int MOST_DIGITS = 20;

    private static final FastThreadLocal<JsonWriter> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected JsonWriter initialValue() {
            return new JsonWriter();
        }
    };

    /** How the document of a frame begins, by its type. */
    private static final Map<FrameType, byte[]> BEGINNINGS = new EnumMap<>(FrameType.class);

    /** How members begin that stand behind another. */
    private static final byte[][] KEYS = new byte[JsonName.values().length][];

    static {
        for (JsonName name : JsonName.values()) {
            KEYS[name.index()] = ascii(",\"" + name + "\":");
        }
        for (FrameType type : FrameType.values()) {
            BEGINNINGS.put(type, ascii("{\"type\":\"" + type.jsonName() + '"'));
        }
    }

    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");

    private final JsonScanner scanner = new JsonScanner();
    private byte[] bytes = new byte[FIRST_BYTES];
    private int at;

    private JsonWriter() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** That of this thread, for one document at a time. */
    static JsonWriter ofThread() {
        return OF_THREAD.get();
    }

    /** Begins a document. */
    JsonWriter begin() {
        at = 0;
        put('{');
        return this;
    }

    /** Begins the document of a frame, with its type. */
    JsonWriter begin(FrameType type) {
        at = 0;
        put(Objects.requireNonNull(BEGINNINGS.get(type)));
        return this;
    }

    /** Ends an object, or the document. */
    JsonWriter end() {
        put('}');
        return this;
    }

    /** Appends the document to the buffer. */
    void writeTo(ByteBuf out) {
        try {
            out.writeBytes(bytes, 0, at);
        } finally {
            if (bytes.length > MOST_KEPT_BYTES) {
                bytes = new byte[FIRST_BYTES];
                scanner.begin(bytes, 0, 0, 0);
            }
        }
    }

    private void reserve(long more) {
        long needed = at + more + JsonScanner.PADDING_BYTES;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.toIntExact(needed), (int) Math.min(2L * bytes.length, 1 << 30)));
        }
    }

    private void put(char ascii) {
        reserve(1);
        bytes[at++] = (byte) ascii;
    }

    private void put(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, at, more.length);
        at += more.length;
    }

    private void name(JsonName name) {
        byte[] key = KEYS[name.index()];
        reserve(key.length);
        int comma = bytes[at - 1] == '{' ? 1 : 0; // not before the first
        System.arraycopy(key, comma, bytes, at, key.length - comma);
        at += key.length - comma;
    }

    /** Begins an object inside. */
    JsonWriter object(JsonName name) {
        name(name);
        put('{');
        return this;
    }

    /** A member that is left away if it is null. */
    JsonWriter text(JsonName name, @Nullable String text) {
        if (text != null) {
            name(name);
            string(text);
        }
        return this;
    }

    /** A member that is left away if it is {@link Frame#ABSENT}. */
    JsonWriter number(JsonName name, long number) {
        if (number != Frame.ABSENT) {
            name(name);
            digits(number);
        }
        return this;
    }

    private void digits(long number) {
        if (number < 0) {
            put(ascii(Long.toString(number)));
            return;
        }
        reserve(MOST_DIGITS);
        int length = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            length++;
        }
        long rest = number;
        for (int i = at + length - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        at += length;
    }

    /** A member that is left away if it is false. */
    JsonWriter flag(JsonName name, boolean flag) {
        return flag ? truth(name, true) : this;
    }

    JsonWriter truth(JsonName name, boolean truth) {
        name(name);
        put(truth ? TRUE : FALSE);
        return this;
    }

    /** A member that is left away if it is empty. */
    JsonWriter headers(Headers headers) {
        if (headers.isEmpty()) {
            return this;
        }
        object(JsonName.HEADERS);
        for (int i = 0; i < headers.size(); i++) {
            if (i > 0) {
                put(',');
            }
            string(headers.name(i));
            put(':');
            string(headers.value(i));
        }
        return end();
    }

    private void string(String text) {
        reserve(text.length() + 2);
        bytes[at++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || JsonEscapes.isNeeded(c)) {
                stringRest(text, i);
                break;
            }
            bytes[at++] = (byte) c;
        }
        put('"');
    }

    /** What has no other half is written as a question mark, as the JDK does. */
    private void stringRest(String text, int from) {
        reserve(MOST_GROWTH * (long) (text.length() - from));
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                character(c);
            } else if (!Character.isSurrogate(c)) {
                at = Utf8.put(c, bytes, at);
            } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                at = Utf8.put(text.codePointAt(i), bytes, at);
                i++;
            } else {
                bytes[at++] = '?';
            }
        }
    }

    private void character(char ascii) {
        if (JsonEscapes.isNeeded(ascii)) {
            at = JsonEscapes.put(ascii, bytes, at);
        } else {
            bytes[at++] = (byte) ascii;
        }
    }

    /** What claims to be JSON or text and is not goes as bytes: the document stays valid. */
    JsonWriter payload(Payload payload) {
        Content content = payload.content();
        if (payload.isEmpty() && content == Content.BYTES) {
            return this;
        }
        int before = at;
        boolean asClaimed = switch (content) {
            case JSON -> data(payload);
            case TEXT -> text(payload);
            case BYTES, CBOR -> false;
        };
        if (!asClaimed) {
            at = before;
            name(JsonName.BYTES);
            put('"');
            put(Base64.getEncoder().encode(payload.toByteArray()));
            put('"');
            flag(JsonName.CBOR, content == Content.CBOR);
        }
        return this;
    }

    private boolean data(Payload payload) {
        name(JsonName.DATA);
        int start = at;
        copy(payload);
        return scanner.isData(bytes, start, at);
    }

    private void copy(Payload payload) {
        reserve(payload.length());
        payload.copyTo(bytes, at);
        at += payload.length();
    }

    private boolean text(Payload payload) {
        name(JsonName.TEXT);
        put('"');
        int start = at;
        copy(payload);
        bytes[at] = 0;
        long growth = JsonEscapes.growth(bytes, start, at);
        if (growth < 0) {
            return false;
        }
        if (growth > 0) {
            reserve(growth);
            JsonEscapes.spread(bytes, start, at, (int) growth);
            at += (int) growth;
        }
        put('"');
        return true;
    }
}
