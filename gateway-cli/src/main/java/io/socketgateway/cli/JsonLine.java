package io.socketgateway.cli;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One object of JSON on one line, for machines. Payloads look as they do in the protocol's JSON form: {@code data},
 * {@code text} or {@code bytes}. Belongs to one thread.
 */
final class JsonLine {
    private static final JsonFactory JSON = new JsonFactory();

    private final StringWriter text = new StringWriter();
    private final JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text);

    JsonLine() {
        generator.writeStartObject();
    }

    JsonLine text(String name, String value) {
        generator.writeStringProperty(name, value);
        return this;
    }

    JsonLine number(String name, long value) {
        generator.writeNumberProperty(name, value);
        return this;
    }

    JsonLine flag(String name, boolean value) {
        generator.writeBooleanProperty(name, value);
        return this;
    }

    /** A time in milliseconds with three digits after the point. */
    JsonLine millis(String name, Duration value) {
        return decimal(name, value.toNanos() / 1e6, 3);
    }

    /** A number with as many digits after the point. */
    JsonLine decimal(String name, double value, int digits) {
        generator.writeName(name);
        generator.writeRawValue(String.format(Locale.ROOT, "%." + digits + "f", value));
        return this;
    }

    /** An object in the object. */
    JsonLine object(String name, Consumer<JsonLine> members) {
        generator.writeObjectPropertyStart(name);
        members.accept(this);
        generator.writeEndObject();
        return this;
    }

    /** The headers, unless there are none. */
    JsonLine headers(Headers headers) {
        if (!headers.isEmpty()) {
            generator.writeObjectPropertyStart("headers");
            headers.forEach(generator::writeStringProperty);
            generator.writeEndObject();
        }
        return this;
    }

    /** The payload, unless it is empty. What claims to be JSON or text and is not goes out as bytes. */
    JsonLine payload(Payload payload) {
        if (payload.isEmpty() && payload.content() != Content.TEXT) {
            return this;
        }
        switch (payload.content()) {
            case JSON -> {
                if (isJson(payload)) {
                    generator.writeName("data");
                    // a line break in JSON is white space between its tokens, never part of one
                    generator.writeRawValue(payload.text().replace('\n', ' ').replace('\r', ' '));
                } else {
                    bytes(payload);
                }
            }
            case TEXT -> {
                if (isUtf8(payload.asReadOnlyBuffer())) {
                    text("text", payload.text());
                } else {
                    bytes(payload);
                }
            }
            case BYTES -> bytes(payload);
            case CBOR -> bytes(payload).flag("cbor", true);
        }
        return this;
    }

    /** The whole line, without its end. */
    String end() {
        generator.writeEndObject();
        generator.close();
        return text.toString();
    }

    private JsonLine bytes(Payload payload) {
        return text("bytes", Base64.getEncoder().encodeToString(payload.toByteArray()));
    }

    /** Whether it is exactly one JSON value. */
    static boolean isJson(Payload payload) {
        if (!isUtf8(payload.asReadOnlyBuffer())) {
            return false;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), payload.toByteArray())) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    static boolean isUtf8(ByteBuffer bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
