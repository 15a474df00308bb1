package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.SubjectPattern;

/** The JSON form (SPEC section 2): the same fields under the same names, {@code type} and {@code id} first. */
final class JsonFrameCodec {
    private JsonFrameCodec() {}

    /** Reads one body; see {@link FrameCodec#decode}. Reads all members before any rule is checked. */
    static Frame decode(ByteBuf in, int length, Side sender, Carrier carrier) {
        JsonMembers members = JsonMembers.of(in, length);
        FrameType named = members.type();
        Object told = named == null ? "'" + members.text(JsonName.TYPE) + "'" : named;
        FrameType type = FrameCodec.requireSendable(named, told, sender, carrier);
        int id = members.id();
        try {
            return frame(type, id, members);
        } catch (ProtocolException e) {
            throw e.inFrame(type, id);
        }
    }

    /** Reads the members of a HELLO, WELCOME or GOAWAY that are its payload in the binary form, to the end of the body. */
    static Frame decodeMembers(FrameType type, int id, ByteBuf in, int end) {
        JsonMembers members = JsonMembers.of(in, end - in.readerIndex());
        return frame(type, id, members);
    }

    private static Frame frame(FrameType type, int id, JsonMembers members) {
        FrameCodec.requireId(id, type, false);
        return switch (type) {
            case HELLO -> hello(id, members);
            case WELCOME -> welcome(id, members);
            case GOAWAY -> goAway(id, members);
            case PING -> new Frame.Ping(id, members.payload());
            case PONG -> new Frame.Pong(id, members.payload());
            case CHALLENGE -> new Frame.Challenge(id, members.text(JsonName.TEXT));
            case REQUEST -> request(id, members);
            case RESPONSE -> {
                boolean more = members.flag(JsonName.MORE);
                Payload payload = members.payload();
                yield new Frame.Response(id, more, Headers.of(members.headers()), payload);
            }
            case ERROR ->
                new Frame.Error(
                        id,
                        members.u16(JsonName.CODE),
                        members.optionalU32(JsonName.RETRY_AFTER_MILLIS),
                        members.flag(JsonName.NOT_PROCESSED),
                        members.textOrEmpty(JsonName.MESSAGE));
            case CANCEL -> new Frame.Cancel(id);
            case CREDIT -> new Frame.Credit(id, members.u32(JsonName.N));
            case ACK -> new Frame.Ack(id);
            case PUBLISH -> {
                members.requireSubject();
                boolean confirm = confirm(id, type, members);
                String[] headers = members.headers();
                Payload payload = members.payload();
                yield new Frame.Publish(id, members.subject(), confirm, Headers.of(headers), payload);
            }
            case MESSAGE -> {
                members.requireSubject();
                String[] headers = members.headers();
                Payload payload = members.payload();
                yield new Frame.Message(id, members.subject(), Headers.of(headers), payload);
            }
            case SUBSCRIBE, SERVE -> {
                String subject = members.text(JsonName.SUBJECT);
                String group = members.textOrEmpty(JsonName.GROUP);
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
        boolean confirm = members.flag(JsonName.CONFIRM);
        FrameCodec.requireId(id, type, confirm);
        return confirm;
    }

    private static Frame request(int id, JsonMembers members) {
        members.requireSubject();
        long deadlineMillis = members.optionalU32(JsonName.DEADLINE_MILLIS);
        boolean stream = members.flag(JsonName.STREAM);
        long credit = stream ? members.u32(JsonName.CREDIT) : Frame.ABSENT;
        String[] headers = members.headers();
        Payload payload = members.payload();
        FrameCodec.requireId(id, FrameType.REQUEST, stream);
        return new Frame.Request(id, members.subject(), deadlineMillis, credit, Headers.of(headers), payload);
    }

    private static Frame hello(int id, JsonMembers members) {
        long version = members.optionalU32(JsonName.VERSION);
        return new Frame.Hello(
                id,
                version == Frame.ABSENT ? 1 : version,
                members.optionalText(JsonName.TOKEN),
                members.optionalText(JsonName.CLIENT_ID),
                members.optionalU32(JsonName.KEEP_ALIVE_SECONDS),
                members.optionalU32(JsonName.MAX_FRAME_BYTES),
                members.optionalText(JsonName.RESUME),
                members.optionalText(JsonName.COOKIE),
                members.optionalText(JsonName.AGENT));
    }

    static Frame welcome(int id, JsonMembers members) {
        JsonMembers granted = members.limits();
        return new Frame.Welcome(
                id,
                members.u32(JsonName.VERSION),
                members.text(JsonName.SESSION_ID),
                members.text(JsonName.CLIENT_ID),
                members.optionalText(JsonName.DATAGRAM_TOKEN),
                members.text(JsonName.RESUME),
                members.flag(JsonName.RESUMED),
                members.u32(JsonName.KEEP_ALIVE_SECONDS),
                members.u32(JsonName.MAX_FRAME_BYTES),
                new Frame.SessionLimits(
                        granted.u32(JsonName.REQUESTS),
                        granted.u32(JsonName.SUBSCRIPTIONS),
                        granted.u32(JsonName.DATAGRAM_WINDOW)),
                members.text(JsonName.NODE));
    }

    private static Frame goAway(int id, JsonMembers members) {
        return new Frame.GoAway(
                id, members.optionalText(JsonName.REASON), members.optionalU32(JsonName.RECONNECT_AFTER_MILLIS));
    }

    /** Appends the body of a frame. */
    static void encode(Frame frame, ByteBuf out) {
        JsonWriter json = JsonWriter.ofThread().begin(frame.type());
        if (frame.id() != 0) {
            json.number(JsonName.ID, Integer.toUnsignedLong(frame.id()));
        }
        writeMembers(frame, json).end().writeTo(out);
    }

    /** Appends one object with the members of a HELLO, WELCOME or GOAWAY: their payload in the binary form. */
    static void encodeMembers(Frame frame, ByteBuf out) {
        writeMembers(frame, JsonWriter.ofThread().begin()).end().writeTo(out);
    }

    private static JsonWriter writeMembers(Frame frame, JsonWriter json) {
        return switch (frame.type()) {
            case HELLO -> writeHello((Frame.Hello) frame, json);
            case WELCOME -> writeWelcome((Frame.Welcome) frame, json);
            case GOAWAY -> {
                Frame.GoAway goAway = (Frame.GoAway) frame;
                json.text(JsonName.REASON, goAway.reason());
                yield json.number(JsonName.RECONNECT_AFTER_MILLIS, goAway.reconnectAfterMillis());
            }
            case PING -> json.payload(((Frame.Ping) frame).payload());
            case PONG -> json.payload(((Frame.Pong) frame).payload());
            case CHALLENGE -> json.text(JsonName.TEXT, ((Frame.Challenge) frame).cookie());
            case REQUEST -> {
                Frame.Request request = (Frame.Request) frame;
                json.text(JsonName.SUBJECT, request.subject().value());
                json.number(JsonName.DEADLINE_MILLIS, request.deadlineMillis());
                json.flag(JsonName.STREAM, request.isStream());
                json.number(JsonName.CREDIT, request.credit());
                json.headers(request.headers());
                yield json.payload(request.payload());
            }
            case RESPONSE -> {
                Frame.Response response = (Frame.Response) frame;
                json.flag(JsonName.MORE, response.more());
                json.headers(response.headers());
                yield json.payload(response.payload());
            }
            case ERROR -> {
                Frame.Error error = (Frame.Error) frame;
                json.number(JsonName.CODE, error.code());
                json.number(JsonName.RETRY_AFTER_MILLIS, error.retryAfterMillis());
                json.flag(JsonName.NOT_PROCESSED, error.notProcessed());
                String message = error.message();
                yield json.text(JsonName.MESSAGE, message.isEmpty() ? null : message);
            }
            case CANCEL, ACK -> json;
            case CREDIT -> json.number(JsonName.N, ((Frame.Credit) frame).n());
            case PUBLISH -> {
                Frame.Publish publish = (Frame.Publish) frame;
                json.text(JsonName.SUBJECT, publish.subject().value());
                json.flag(JsonName.CONFIRM, publish.confirm());
                json.headers(publish.headers());
                yield json.payload(publish.payload());
            }
            case MESSAGE -> {
                Frame.Message message = (Frame.Message) frame;
                json.text(JsonName.SUBJECT, message.subject().value());
                json.headers(message.headers());
                yield json.payload(message.payload());
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
            case UNSUBSCRIBE -> json.flag(JsonName.CONFIRM, ((Frame.Unsubscribe) frame).confirm());
        };
    }

    private static JsonWriter writeHello(Frame.Hello hello, JsonWriter json) {
        json.number(JsonName.VERSION, hello.version());
        json.text(JsonName.TOKEN, hello.token());
        json.text(JsonName.CLIENT_ID, hello.clientId());
        json.number(JsonName.KEEP_ALIVE_SECONDS, hello.keepAliveSeconds());
        json.number(JsonName.MAX_FRAME_BYTES, hello.maxFrameBytes());
        json.text(JsonName.RESUME, hello.resume());
        json.text(JsonName.COOKIE, hello.cookie());
        return json.text(JsonName.AGENT, hello.agent());
    }

    private static JsonWriter writeWelcome(Frame.Welcome welcome, JsonWriter json) {
        json.number(JsonName.VERSION, welcome.version());
        json.text(JsonName.SESSION_ID, welcome.sessionId());
        json.text(JsonName.CLIENT_ID, welcome.clientId());
        json.text(JsonName.DATAGRAM_TOKEN, welcome.datagramToken());
        json.text(JsonName.RESUME, welcome.resume());
        json.truth(JsonName.RESUMED, welcome.resumed());
        json.number(JsonName.KEEP_ALIVE_SECONDS, welcome.keepAliveSeconds());
        json.number(JsonName.MAX_FRAME_BYTES, welcome.maxFrameBytes());
        json.object(JsonName.LIMITS);
        json.number(JsonName.REQUESTS, welcome.limits().requests());
        json.number(JsonName.SUBSCRIPTIONS, welcome.limits().subscriptions());
        json.number(JsonName.DATAGRAM_WINDOW, welcome.limits().datagramWindow());
        json.end();
        return json.text(JsonName.NODE, welcome.node());
    }

    private static JsonWriter writeInterest(
            SubjectPattern pattern, String group, boolean confirm, Headers options, JsonWriter json) {
        json.text(JsonName.SUBJECT, pattern.value());
        json.text(JsonName.GROUP, group.isEmpty() ? null : group);
        json.flag(JsonName.CONFIRM, confirm);
        return json.headers(options);
    }
}
