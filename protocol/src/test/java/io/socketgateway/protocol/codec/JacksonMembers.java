package io.socketgateway.protocol.codec;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The members of one JSON object as Jackson reads them: what {@link JsonMembers} is held against. A wrong type or a
 * second occurrence is kept as a {@link Flaw} and thrown when that member is asked for.
 */
final class JacksonMembers {
    static final JsonFactory FACTORY = factory(64);
    private static final JsonFactory DATA_FACTORY = factory(63);
    private static final int MAX_INTEGER_CHARS = 11; // 2^32-1 and a sign

    /** What a value can be instead of a value. */
    private enum Flaw {
        WRONG_TYPE("wrong type"),
        OUT_OF_RANGE("out of range"),
        TWICE("twice");

        final String words;

        Flaw(String words) {
            this.words = words;
        }
    }

    private static final Map<String, Integer> INDEX = new HashMap<>();

    static {
        for (String name : List.of(
                "type",
                "id",
                "version",
                "token",
                "clientId",
                "keepAliveSeconds",
                "maxFrameBytes",
                "resume",
                "cookie",
                "agent",
                "sessionId",
                "datagramToken",
                "resumed",
                "limits",
                "node",
                "reason",
                "reconnectAfterMillis",
                "subject",
                "deadlineMillis",
                "stream",
                "credit",
                "headers",
                "data",
                "text",
                "bytes",
                "cbor",
                "more",
                "code",
                "retryAfterMillis",
                "notProcessed",
                "message",
                "n",
                "confirm",
                "group",
                "requests",
                "subscriptions",
                "datagramWindow")) {
            INDEX.put(name, INDEX.size());
        }
    }

    /** By index: null if absent, else String, Long, Boolean, byte[] (data), String[] (headers), JacksonMembers (limits), Flaw. */
    private final @Nullable Object[] values = new @Nullable Object[INDEX.size()];

    private final boolean escaped; // only an escape can make a surrogate that is not paired

    private JacksonMembers(boolean escaped) {
        this.escaped = escaped;
    }

    private static JsonFactory factory(int maxDepth) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .build();
    }

    /** Reads a body that begins with a brace. */
    static JacksonMembers of(byte[] bytes) {
        String body = Utf8.decode(bytes, "json");
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            parser.nextToken();
            JacksonMembers members = new JacksonMembers(body.indexOf('\\') >= 0);
            members.read(parser, body);
            if (parser.nextToken() != null) {
                throw ProtocolException.malformed("json: something after the object");
            }
            return members;
        } catch (JacksonException e) {
            throw ProtocolException.malformed("json: " + e.getOriginalMessage());
        }
    }

    /** Whether this is one document that can stand as {@code data}. */
    static boolean isData(byte[] bytes) {
        try (JsonParser parser = DATA_FACTORY.createParser(ObjectReadContext.empty(), Utf8.decode(bytes, "data"))) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JacksonException | ProtocolException e) {
            return false;
        }
    }

    private void read(JsonParser parser, String body) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            Integer index = INDEX.get(name);
            if (index == null) {
                parser.skipChildren();
                continue;
            }
            Object value = switch (name) {
                case "data" -> raw(parser, body);
                case "headers" -> token == JsonToken.START_OBJECT ? pairs(parser) : skipped(parser);
                case "limits" -> token == JsonToken.START_OBJECT ? nested(parser, body) : skipped(parser);
                default -> scalar(parser, token);
            };
            values[index] = values[index] == null ? value : Flaw.TWICE;
        }
    }

    private static Object scalar(JsonParser parser, JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT ->
                parser.getStringLength() > MAX_INTEGER_CHARS ? Flaw.OUT_OF_RANGE : (Object) parser.getLongValue();
            default -> skipped(parser);
        };
    }

    private static Object skipped(JsonParser parser) {
        parser.skipChildren();
        return Flaw.WRONG_TYPE;
    }

    /** The value's text, exactly as written. */
    private static byte[] raw(JsonParser parser, String body) {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        return body.substring(start, end).getBytes(StandardCharsets.UTF_8);
    }

    private static Object pairs(JsonParser parser) {
        List<String> pairs = new ArrayList<>();
        boolean strings = true;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            strings &= parser.nextToken() == JsonToken.VALUE_STRING;
            if (strings) {
                pairs.add(name);
                pairs.add(parser.getString());
            } else {
                parser.skipChildren();
            }
        }
        return strings ? pairs.toArray(String[]::new) : Flaw.WRONG_TYPE;
    }

    private JacksonMembers nested(JsonParser parser, String body) {
        JacksonMembers members = new JacksonMembers(escaped);
        members.read(parser, body);
        return members;
    }

    private @Nullable Object value(String name) {
        Integer index = INDEX.get(name);
        Object value = index == null ? null : values[index];
        if (value instanceof Flaw flaw) {
            throw ProtocolException.malformed(name + ": " + flaw.words);
        }
        return value;
    }

    private static ProtocolException wrongType(String name) {
        return ProtocolException.malformed(name + ": " + Flaw.WRONG_TYPE.words);
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw ProtocolException.malformed(name + ": missing");
        }
        return value;
    }

    /** The text of that member; null if absent. */
    @Nullable
    String optionalText(String name) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String text) {
            requirePaired(name, text);
            return text;
        }
        throw wrongType(name);
    }

    /** The text of that member, which must be there. */
    String text(String name) {
        return required(name, optionalText(name));
    }

    /** The number of that member, unsigned and at most {@code max}; {@link Frame#ABSENT} if absent. */
    long optionalNumber(String name, long max) {
        Object value = value(name);
        if (value == null) {
            return Frame.ABSENT;
        }
        if (value instanceof Long number) {
            if (number < 0 || number > max) {
                throw ProtocolException.malformed(name + ": " + Flaw.OUT_OF_RANGE.words);
            }
            return number;
        }
        throw wrongType(name);
    }

    long optionalU32(String name) {
        return optionalNumber(name, Frame.MAX_U32);
    }

    long u32(String name) {
        return required(name, optionalU32(name));
    }

    private static long required(String name, long number) {
        if (number == Frame.ABSENT) {
            throw ProtocolException.malformed(name + ": missing");
        }
        return number;
    }

    /** The truth of that member; false if absent. */
    boolean flag(String name) {
        Object value = value(name);
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrongType(name);
    }

    /** Names and values in turn; not yet checked as {@link Headers}. */
    String[] headers() {
        Object value = value("headers");
        if (value == null) {
            return new String[0];
        }
        if (value instanceof String[] pairs) {
            for (String text : pairs) {
                requirePaired("headers", text);
            }
            return pairs;
        }
        throw wrongType("headers");
    }

    /** At most one of data, text and bytes. */
    Payload payload() {
        Object data = value("data");
        String text = optionalText("text");
        String base64 = optionalText("bytes");
        if ((data == null ? 0 : 1) + (text == null ? 0 : 1) + (base64 == null ? 0 : 1) > 1) {
            throw ProtocolException.malformed("payload: more than one of data, text, bytes");
        }
        if (data instanceof byte[] raw) {
            return Payload.owning(Content.JSON, raw);
        }
        if (text != null) {
            return Payload.owning(Content.TEXT, text.getBytes(StandardCharsets.UTF_8));
        }
        return base64 == null
                ? Payload.EMPTY
                : Payload.owning(flag("cbor") ? Content.CBOR : Content.BYTES, fromBase64(base64));
    }

    private static byte[] fromBase64(String base64) {
        try {
            if (base64.length() % 4 == 0) { // the decoder would take it without padding too
                return Base64.getDecoder().decode(base64);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw ProtocolException.malformed("bytes: not padded base64");
    }

    private void requirePaired(String name, String text) {
        for (int i = 0; escaped && i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(++i))) {
                    throw ProtocolException.malformed(name + ": unpaired surrogate");
                }
            }
        }
    }

    Frame.Welcome welcome(int id) {
        Object limits = required("limits", value("limits"));
        if (!(limits instanceof JacksonMembers granted)) {
            throw wrongType("limits");
        }
        return new Frame.Welcome(
                id,
                u32("version"),
                text("sessionId"),
                text("clientId"),
                optionalText("datagramToken"),
                text("resume"),
                flag("resumed"),
                u32("keepAliveSeconds"),
                u32("maxFrameBytes"),
                new Frame.SessionLimits(
                        granted.u32("requests"), granted.u32("subscriptions"), granted.u32("datagramWindow")),
                text("node"));
    }
}
