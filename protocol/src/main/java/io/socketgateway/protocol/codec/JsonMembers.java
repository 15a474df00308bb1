package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
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

/**
 * The members of one JSON object, read in one pass. Which of them matter is known only once {@code type} is, so a wrong
 * type or a second occurrence is kept as a {@link Flaw} and thrown when a frame asks for that member.
 */
final class JsonMembers {
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

    /** By index: null if absent, else String, Long, Boolean, byte[] (data), String[] (headers), JsonMembers (limits), Flaw. */
    private final @Nullable Object[] values = new @Nullable Object[INDEX.size()];

    private final boolean escaped; // only an escape can make a surrogate that is not paired

    private JsonMembers(boolean escaped) {
        this.escaped = escaped;
    }

    /** Reads a body, or the payload of a frame whose payload is one JSON object: an object and nothing before it. */
    static JsonMembers of(ByteBuf in, int length) {
        if (length == 0 || in.getByte(in.readerIndex()) != '{') {
            throw ProtocolException.malformed("json: does not begin with '{'");
        }
        String body = Utf8.read(in, length, "json");
        try (JsonParser parser = JsonText.FACTORY.createParser(ObjectReadContext.empty(), body)) {
            parser.nextToken();
            JsonMembers members = new JsonMembers(body.indexOf('\\') >= 0);
            members.read(parser, body);
            if (parser.nextToken() != null) {
                throw ProtocolException.malformed("json: something after the object");
            }
            return members;
        } catch (JacksonException e) {
            throw ProtocolException.malformed("json: " + e.getOriginalMessage());
        }
    }

    /** Reads the rest of a binary body. */
    static JsonMembers ofPayload(ByteBuf in, int end) {
        return of(in, end - in.readerIndex());
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

    private JsonMembers nested(JsonParser parser, String body) {
        JsonMembers members = new JsonMembers(escaped);
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

    /** The text of that member; empty if absent. */
    String textOrEmpty(String name) {
        String text = optionalText(name);
        return text == null ? "" : text;
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

    int u16(String name) {
        return (int) required(name, optionalNumber(name, 0xFFFF));
    }

    int id() {
        long id = optionalU32("id");
        return id == Frame.ABSENT ? 0 : (int) id;
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

    Frame.Hello hello(int id) {
        long version = optionalU32("version");
        return new Frame.Hello(
                id,
                version == Frame.ABSENT ? 1 : version,
                optionalText("token"),
                optionalText("clientId"),
                optionalU32("keepAliveSeconds"),
                optionalU32("maxFrameBytes"),
                optionalText("resume"),
                optionalText("cookie"),
                optionalText("agent"));
    }

    Frame.Welcome welcome(int id) {
        Object limits = required("limits", value("limits"));
        if (!(limits instanceof JsonMembers granted)) {
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

    Frame.GoAway goAway(int id) {
        return new Frame.GoAway(id, optionalText("reason"), optionalU32("reconnectAfterMillis"));
    }
}
