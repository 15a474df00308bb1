package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Whether our reading and writing of JSON differ from Jackson's: what is taken, what is refused, and every value. */
final class JsonDifference {
    private JsonDifference() {}

    /** Any bytes: as a document, in each place of a body, and as a text to be written. */
    static void check(byte[] bytes) {
        checkData(bytes);
        checkBody(bytes);
        for (String body : new String[] {
            "{\"x\":#}",
            "{\"id\":#,\"data\":#}",
            "{\"text\":\"#\"}",
            "{\"#\":1,\"bytes\":\"#\"}",
            "{\"headers\":{\"#\":\"#\"}}",
            "{\"headers\":#,\"type\":#}",
            "{#}",
            "{\"limits\":{#},\"version\":1}"
        }) {
            checkBody(filled(body, bytes));
        }
        checkWriting(bytes);
    }

    private static byte[] filled(String body, byte[] bytes) {
        ByteArrayOutputStream filled = new ByteArrayOutputStream();
        for (byte b : body.getBytes(StandardCharsets.US_ASCII)) {
            filled.writeBytes(b == '#' ? bytes : new byte[] {b});
        }
        return filled.toByteArray();
    }

    private static void checkData(byte[] bytes) {
        byte[] array = new byte[1 + bytes.length + JsonScanner.PADDING_BYTES];
        Arrays.fill(array, (byte) '1');
        System.arraycopy(bytes, 0, array, 1, bytes.length);
        same("is data", bytes, JacksonMembers.isData(bytes), new JsonScanner().isData(array, 1, 1 + bytes.length));
    }

    private static void checkBody(byte[] body) {
        if (body.length == 0 || body[0] != '{') {
            return;
        }
        JacksonMembers expected = null;
        String fault = null;
        try {
            expected = JacksonMembers.of(body);
        } catch (ProtocolException e) {
            fault = e.message();
        }
        ByteBuf in = Unpooled.wrappedBuffer(body, new byte[] {'}', '"'});
        JsonMembers members;
        try {
            members = JsonMembers.of(in, body.length);
        } catch (ProtocolException e) {
            if (fault == null
                    || isUtf8(fault) != isUtf8(e.message())
                    || !e.message().startsWith("json: ")) {
                throw different("a fault", body, fault, e.message());
            }
            return;
        }
        if (expected == null) {
            throw different("a fault", body, fault, "none");
        }
        compare(body, expected, members);
    }

    private static boolean isUtf8(String fault) {
        return !fault.equals("json: invalid UTF-8");
    }

    private static void compare(byte[] body, JacksonMembers expected, JsonMembers members) {
        for (JsonName name : JsonName.values()) {
            String key = name.toString();
            same(key, body, outcome(() -> expected.optionalText(key)), outcome(() -> members.optionalText(name)));
            same(key, body, outcome(() -> expected.optionalU32(key)), outcome(() -> members.optionalU32(name)));
            same(key, body, outcome(() -> expected.flag(key)), outcome(() -> members.flag(name)));
        }
        same("headers", body, outcome(() -> List.of(expected.headers())), outcome(() -> List.of(members.headers())));
        same("payload", body, outcome(expected::payload), outcome(members::payload));
        same("limits", body, outcome(() -> expected.welcome(1)), outcome(() -> JsonFrameCodec.welcome(1, members)));
        same("type", body, outcome(() -> FrameType.ofJsonName(expected.text("type"))), outcome(members::type));
        same("subject", body, outcome(() -> expected.text("subject")), outcome(() -> {
            members.requireSubject();
            return members.text(JsonName.SUBJECT);
        }));
    }

    private static @Nullable Object outcome(Supplier<? extends @Nullable Object> asked) {
        try {
            return asked.get();
        } catch (ProtocolException e) {
            return "fault: " + e.message();
        }
    }

    private static void checkWriting(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        same("written", bytes, written("reason", text), text(new Frame.GoAway(0, text, Frame.ABSENT)));
        boolean isText = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
        String asBytes = written("bytes", Base64.getEncoder().encodeToString(bytes));
        same(
                "text",
                bytes,
                isText ? written("text", text) : asBytes,
                text(new Frame.Ping(0, Payload.owning(Content.TEXT, bytes.clone()))));
        same(
                "data",
                bytes,
                JacksonMembers.isData(bytes) ? "{\"data\":" + text + "}" : asBytes,
                text(new Frame.Ping(0, Payload.owning(Content.JSON, bytes.clone()))));
    }

    /** What a frame's document has behind its type. */
    private static String text(Frame frame) {
        String document = new String(Bodies.encode(frame, Form.JSON), StandardCharsets.UTF_8);
        String beginning = "{\"type\":\"" + frame.type().jsonName() + "\",";
        if (!document.startsWith(beginning)) {
            throw new AssertionError("begins otherwise: " + document);
        }
        return "{" + document.substring(beginning.length());
    }

    /** A document of one text, as Jackson writes it. */
    static String written(String name, String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JacksonMembers.FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject().writeStringProperty(name, text).writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void same(String what, byte[] about, @Nullable Object expected, @Nullable Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw different(what, about, expected, actual);
        }
    }

    private static AssertionError different(
            String what, byte[] about, @Nullable Object expected, @Nullable Object actual) {
        return new AssertionError(what + ": Jackson says " + expected + ", we say " + actual + ", of "
                + new String(about, StandardCharsets.UTF_8) + " = "
                + HexFormat.of().formatHex(about));
    }
}
