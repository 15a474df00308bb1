package io.socketgateway.protocol.codec;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The {@code frame} of a vector, read as one of our frames. */
record VectorFrame(JsonNode json) {
    /** The frame as its sender meant it; false claims of its payload included. */
    Frame meant() {
        return frame(payload());
    }

    /** The frame as a peer of the JSON form gets it: without claims that do not hold, and JSON without white space around. */
    Frame meantInJson() {
        Payload payload = payload();
        if (json.has("claims")) {
            payload = Payload.bytes(payload.toByteArray());
        } else if (payload.content() == Content.JSON) {
            payload = Payload.json(payload.text().strip());
        }
        return frame(payload);
    }

    private Frame frame(Payload payload) {
        int id = (int) json.get("id").asLong();
        return switch (FrameType.valueOf(json.get("type").asString().toUpperCase(Locale.ROOT))) {
            case HELLO ->
                new Frame.Hello(
                        id,
                        number("version"),
                        text("token"),
                        text("clientId"),
                        number("keepAliveSeconds"),
                        number("maxFrameBytes"),
                        text("resume"),
                        text("cookie"),
                        text("agent"));
            case WELCOME ->
                new Frame.Welcome(
                        id,
                        number("version"),
                        required("sessionId"),
                        required("clientId"),
                        text("datagramToken"),
                        required("resume"),
                        flag("resumed"),
                        number("keepAliveSeconds"),
                        number("maxFrameBytes"),
                        new Frame.SessionLimits(
                                json.at("/limits/requests").asLong(),
                                json.at("/limits/subscriptions").asLong(),
                                json.at("/limits/datagramWindow").asLong()),
                        required("node"));
            case PING -> new Frame.Ping(id, payload);
            case PONG -> new Frame.Pong(id, payload);
            case GOAWAY -> new Frame.GoAway(id, text("reason"), number("reconnectAfterMillis"));
            case CHALLENGE -> new Frame.Challenge(id, required("text"));
            case REQUEST ->
                new Frame.Request(id, subject(), number("deadlineMillis"), number("credit"), headers(), payload);
            case RESPONSE -> new Frame.Response(id, flag("more"), headers(), payload);
            case ERROR ->
                new Frame.Error(
                        id,
                        (int) number("code"),
                        number("retryAfterMillis"),
                        flag("notProcessed"),
                        required("message"));
            case CANCEL -> new Frame.Cancel(id);
            case CREDIT -> new Frame.Credit(id, number("n"));
            case ACK -> new Frame.Ack(id);
            case PUBLISH -> new Frame.Publish(id, subject(), flag("confirm"), headers(), payload);
            case SUBSCRIBE -> new Frame.Subscribe(id, pattern(), group(), flag("confirm"), headers());
            case UNSUBSCRIBE -> new Frame.Unsubscribe(id, flag("confirm"));
            case MESSAGE -> new Frame.Message(id, subject(), headers(), payload);
            case SERVE -> new Frame.Serve(id, pattern(), group(), flag("confirm"), headers());
        };
    }

    private Payload payload() {
        String data = text("dataText");
        String text = text("text");
        String base64 = text("bytes");
        Content content =
                data != null ? Content.JSON : text != null ? Content.TEXT : flag("cbor") ? Content.CBOR : Content.BYTES;
        if (json.has("claims")) {
            content = Content.valueOf(required("claims").toUpperCase(Locale.ROOT));
        }
        byte[] bytes = data != null
                ? data.getBytes(StandardCharsets.UTF_8)
                : text != null
                        ? text.getBytes(StandardCharsets.UTF_8)
                        : base64 != null ? Base64.getDecoder().decode(base64) : new byte[0];
        return Payload.owning(content, bytes);
    }

    private Headers headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        json.path("headers").properties().forEach(header -> headers.put(header.getKey(), text(header.getValue())));
        return Headers.of(headers);
    }

    private Subject subject() {
        return Subject.of(required("subject"));
    }

    private SubjectPattern pattern() {
        return SubjectPattern.of(required("subject"));
    }

    private String group() {
        String group = text("group");
        return group == null ? "" : group;
    }

    private long number(String member) {
        return json.path(member).asLong(Frame.ABSENT);
    }

    private boolean flag(String member) {
        return json.path(member).asBoolean(false);
    }

    private String required(String member) {
        return Objects.requireNonNull(text(member), member);
    }

    private @Nullable String text(String member) {
        return json.has(member) ? text(json.get(member)) : null;
    }

    /** A text, or a list of texts and repetitions. */
    private static String text(JsonNode value) {
        if (value.isString()) {
            return value.asString();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : value) {
            text.append(
                    part.isString()
                            ? part.asString()
                            : part.get("repeat")
                                    .asString()
                                    .repeat(part.get("times").asInt()));
        }
        return text.toString();
    }
}
