package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.SubjectPattern;
import java.io.OutputStream;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** The JSON form (SPEC section 2): the same fields under the same names, {@code type} and {@code id} first. */
final class JsonFrameCodec {
    private JsonFrameCodec() {}

    /** Reads one body; see {@link FrameCodec#decode}. Reads all members before any rule is checked. */
    static Frame decode(ByteBuf in, int length, Side sender, Carrier carrier) {
        JsonMembers members = JsonMembers.of(in, length);
        String name = members.text("type");
        FrameType type = FrameCodec.requireSendable(FrameType.ofJsonName(name), "'" + name + "'", sender, carrier);
        int id = members.id();
        try {
            return frame(type, id, members);
        } catch (ProtocolException e) {
            throw e.inFrame(type, id);
        }
    }

    private static Frame frame(FrameType type, int id, JsonMembers members) {
        FrameCodec.requireId(id, type, false);
        return switch (type) {
            case HELLO -> members.hello(id);
            case WELCOME -> members.welcome(id);
            case GOAWAY -> members.goAway(id);
            case PING -> new Frame.Ping(id, members.payload());
            case PONG -> new Frame.Pong(id, members.payload());
            case CHALLENGE -> new Frame.Challenge(id, members.text("text"));
            case REQUEST -> request(id, members);
            case RESPONSE -> {
                boolean more = members.flag("more");
                Payload payload = members.payload();
                yield new Frame.Response(id, more, Headers.of(members.headers()), payload);
            }
            case ERROR ->
                new Frame.Error(
                        id,
                        members.u16("code"),
                        members.optionalU32("retryAfterMillis"),
                        members.flag("notProcessed"),
                        members.textOrEmpty("message"));
            case CANCEL -> new Frame.Cancel(id);
            case CREDIT -> new Frame.Credit(id, members.u32("n"));
            case ACK -> new Frame.Ack(id);
            case PUBLISH -> {
                String subject = members.text("subject");
                boolean confirm = confirm(id, type, members);
                String[] headers = members.headers();
                Payload payload = members.payload();
                yield new Frame.Publish(
                        id, RecentSubjects.ofThread().of(subject), confirm, Headers.of(headers), payload);
            }
            case MESSAGE -> {
                String subject = members.text("subject");
                String[] headers = members.headers();
                Payload payload = members.payload();
                yield new Frame.Message(id, RecentSubjects.ofThread().of(subject), Headers.of(headers), payload);
            }
            case SUBSCRIBE, SERVE -> {
                String subject = members.text("subject");
                String group = members.textOrEmpty("group");
                boolean confirm = confirm(id, type, members);
                String[] options = members.headers();
                SubjectPattern pattern = SubjectPattern.of(subject);
                yield type == FrameType.SUBSCRIBE
                        ? new Frame.Subscribe(id, pattern, group, confirm, Headers.of(options))
                        : new Frame.Serve(id, pattern, group, confirm, Headers.of(options));
            }
            case UNSUBSCRIBE -> new Frame.Unsubscribe(id, confirm(id, type, members));
        };
    }

    private static boolean confirm(int id, FrameType type, JsonMembers members) {
        boolean confirm = members.flag("confirm");
        FrameCodec.requireId(id, type, confirm);
        return confirm;
    }

    private static Frame request(int id, JsonMembers members) {
        String subject = members.text("subject");
        long deadlineMillis = members.optionalU32("deadlineMillis");
        boolean stream = members.flag("stream");
        long credit = stream ? members.u32("credit") : Frame.ABSENT;
        String[] headers = members.headers();
        Payload payload = members.payload();
        FrameCodec.requireId(id, FrameType.REQUEST, stream);
        return new Frame.Request(
                id, RecentSubjects.ofThread().of(subject), deadlineMillis, credit, Headers.of(headers), payload);
    }

    /** Appends the body of a frame. */
    static void encode(Frame frame, ByteBuf out) {
        try (JsonGenerator json = generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("type", frame.type().jsonName());
            if (frame.id() != 0) {
                json.writeNumberProperty("id", Integer.toUnsignedLong(frame.id()));
            }
            writeMembers(frame, json).writeEndObject();
        }
    }

    /** Appends one object with the members of a HELLO, WELCOME or GOAWAY: their payload in the binary form. */
    static void encodeMembers(Frame frame, ByteBuf out) {
        try (JsonGenerator json = generator(out)) {
            json.writeStartObject();
            writeMembers(frame, json).writeEndObject();
        }
    }

    private static JsonGenerator generator(ByteBuf out) {
        return JsonText.FACTORY.createGenerator(
                ObjectWriteContext.empty(), (OutputStream) new ByteBufOutputStream(out));
    }

    private static JsonGenerator writeMembers(Frame frame, JsonGenerator json) {
        return switch (frame.type()) {
            case HELLO -> writeHello((Frame.Hello) frame, json);
            case WELCOME -> writeWelcome((Frame.Welcome) frame, json);
            case GOAWAY -> {
                Frame.GoAway goAway = (Frame.GoAway) frame;
                writeText("reason", goAway.reason(), json);
                yield writeNumber("reconnectAfterMillis", goAway.reconnectAfterMillis(), json);
            }
            case PING -> writePayload(((Frame.Ping) frame).payload(), json);
            case PONG -> writePayload(((Frame.Pong) frame).payload(), json);
            case CHALLENGE -> writeText("text", ((Frame.Challenge) frame).cookie(), json);
            case REQUEST -> {
                Frame.Request request = (Frame.Request) frame;
                writeText("subject", request.subject().value(), json);
                writeNumber("deadlineMillis", request.deadlineMillis(), json);
                writeFlag("stream", request.isStream(), json);
                writeNumber("credit", request.credit(), json);
                writeHeaders(request.headers(), json);
                yield writePayload(request.payload(), json);
            }
            case RESPONSE -> {
                Frame.Response response = (Frame.Response) frame;
                writeFlag("more", response.more(), json);
                writeHeaders(response.headers(), json);
                yield writePayload(response.payload(), json);
            }
            case ERROR -> {
                Frame.Error error = (Frame.Error) frame;
                writeNumber("code", error.code(), json);
                writeNumber("retryAfterMillis", error.retryAfterMillis(), json);
                writeFlag("notProcessed", error.notProcessed(), json);
                String message = error.message();
                yield writeText("message", message.isEmpty() ? null : Utf8.paired(message), json);
            }
            case CANCEL, ACK -> json;
            case CREDIT -> writeNumber("n", ((Frame.Credit) frame).n(), json);
            case PUBLISH -> {
                Frame.Publish publish = (Frame.Publish) frame;
                writeText("subject", publish.subject().value(), json);
                writeFlag("confirm", publish.confirm(), json);
                writeHeaders(publish.headers(), json);
                yield writePayload(publish.payload(), json);
            }
            case MESSAGE -> {
                Frame.Message message = (Frame.Message) frame;
                writeText("subject", message.subject().value(), json);
                writeHeaders(message.headers(), json);
                yield writePayload(message.payload(), json);
            }
            case SUBSCRIBE -> {
                Frame.Subscribe subscribe = (Frame.Subscribe) frame;
                yield writeInterest(
                        subscribe.pattern(), subscribe.group(), subscribe.confirm(), subscribe.options(), json);
            }
            case SERVE -> {
                Frame.Serve serve = (Frame.Serve) frame;
                yield writeInterest(serve.pattern(), serve.group(), serve.confirm(), serve.options(), json);
            }
            case UNSUBSCRIBE -> writeFlag("confirm", ((Frame.Unsubscribe) frame).confirm(), json);
        };
    }

    private static JsonGenerator writeHello(Frame.Hello hello, JsonGenerator json) {
        writeNumber("version", hello.version(), json);
        writeText("token", hello.token(), json);
        writeText("clientId", hello.clientId(), json);
        writeNumber("keepAliveSeconds", hello.keepAliveSeconds(), json);
        writeNumber("maxFrameBytes", hello.maxFrameBytes(), json);
        writeText("resume", hello.resume(), json);
        writeText("cookie", hello.cookie(), json);
        return writeText("agent", hello.agent(), json);
    }

    private static JsonGenerator writeWelcome(Frame.Welcome welcome, JsonGenerator json) {
        writeNumber("version", welcome.version(), json);
        writeText("sessionId", welcome.sessionId(), json);
        writeText("clientId", welcome.clientId(), json);
        writeText("datagramToken", welcome.datagramToken(), json);
        writeText("resume", welcome.resume(), json);
        json.writeBooleanProperty("resumed", welcome.resumed());
        writeNumber("keepAliveSeconds", welcome.keepAliveSeconds(), json);
        writeNumber("maxFrameBytes", welcome.maxFrameBytes(), json);
        json.writeObjectPropertyStart("limits");
        writeNumber("requests", welcome.limits().requests(), json);
        writeNumber("subscriptions", welcome.limits().subscriptions(), json);
        writeNumber("datagramWindow", welcome.limits().datagramWindow(), json);
        json.writeEndObject();
        return writeText("node", welcome.node(), json);
    }

    private static JsonGenerator writeInterest(
            SubjectPattern pattern, String group, boolean confirm, Headers options, JsonGenerator json) {
        writeText("subject", pattern.value(), json);
        writeText("group", group.isEmpty() ? null : group, json);
        writeFlag("confirm", confirm, json);
        return writeHeaders(options, json);
    }

    private static JsonGenerator writeText(String name, @Nullable String text, JsonGenerator json) {
        return text == null ? json : json.writeStringProperty(name, text);
    }

    private static JsonGenerator writeNumber(String name, long number, JsonGenerator json) {
        return number == Frame.ABSENT ? json : json.writeNumberProperty(name, number);
    }

    private static JsonGenerator writeFlag(String name, boolean flag, JsonGenerator json) {
        return flag ? json.writeBooleanProperty(name, true) : json;
    }

    private static JsonGenerator writeHeaders(Headers headers, JsonGenerator json) {
        if (headers.isEmpty()) {
            return json;
        }
        json.writeObjectPropertyStart("headers");
        headers.forEach(json::writeStringProperty);
        return json.writeEndObject();
    }

    /** What claims to be JSON or text and is not goes as bytes: the document stays valid. */
    private static JsonGenerator writePayload(Payload payload, JsonGenerator json) {
        if (payload.isEmpty() && payload.content() == Content.BYTES) {
            return json;
        }
        if (payload.content() == Content.JSON) {
            String data = JsonText.asData(payload);
            if (data != null) {
                return json.writeName("data").writeRawValue(data);
            }
        } else if (payload.content() == Content.TEXT) {
            String text = Utf8.textOf(payload);
            if (text != null) {
                return json.writeStringProperty("text", text);
            }
        }
        json.writeStringProperty("bytes", Base64.getEncoder().encodeToString(payload.toByteArray()));
        return writeFlag("cbor", payload.content() == Content.CBOR, json);
    }
}
