package io.socketgateway.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A frame as one line of a log: what it is, what it is about, how much it carries. Never what it carries: no payload, no
 * header, no secret, no free text that a peer could break the line with.
 *
 * <pre>
 * request id=7 subject=orders.get deadlineMillis=500 headers=1 payload=128 json
 * error id=7 code=404 notProcessed
 * </pre>
 */
public final class FrameLine {
    private final StringBuilder line = new StringBuilder(80);

    private FrameLine(FrameType type, int id) {
        line.append(type.name().toLowerCase(Locale.ROOT)).append(" id=").append(Integer.toUnsignedString(id));
    }

    /** The line of a frame, without an end of line. */
    public static String of(Frame frame) {
        return of(frame, frame.id());
    }

    /** The line of a frame that has another id: one message goes to many subscriptions. */
    public static String of(Frame frame, int id) {
        FrameLine line = new FrameLine(frame.type(), id);
        switch (frame.type()) {
            case HELLO -> line.hello((Frame.Hello) frame);
            case WELCOME -> line.welcome((Frame.Welcome) frame);
            case PING -> line.payload(((Frame.Ping) frame).payload());
            case PONG -> line.payload(((Frame.Pong) frame).payload());
            case GOAWAY -> line.number("reconnectAfterMillis", ((Frame.GoAway) frame).reconnectAfterMillis());
            case REQUEST -> line.request((Frame.Request) frame);
            case RESPONSE -> line.response((Frame.Response) frame);
            case ERROR -> line.error((Frame.Error) frame);
            case CREDIT -> line.number("n", ((Frame.Credit) frame).n());
            case PUBLISH -> line.publish((Frame.Publish) frame);
            case SUBSCRIBE -> {
                Frame.Subscribe subscribe = (Frame.Subscribe) frame;
                line.pattern(subscribe.pattern(), subscribe.group(), subscribe.confirm(), subscribe.options());
            }
            case UNSUBSCRIBE -> line.flag("confirm", ((Frame.Unsubscribe) frame).confirm());
            case MESSAGE -> {
                Frame.Message message = (Frame.Message) frame;
                line.text("subject", message.subject().toString())
                        .headers(message.headers())
                        .payload(message.payload());
            }
            case SERVE -> {
                Frame.Serve serve = (Frame.Serve) frame;
                line.pattern(serve.pattern(), serve.group(), serve.confirm(), serve.options());
            }
            case CHALLENGE, CANCEL, ACK -> {} // the id says it all, and a cookie is nobody else's business
        }
        return line.line.toString();
    }

    /** The line of a frame that broke a rule, and was not read further than its id. */
    public static String ofRejected(FrameType type, ProtocolException fault) {
        return new FrameLine(type, fault.frameId())
                .number("rejected", fault.code().code())
                .line
                .toString();
    }

    private void hello(Frame.Hello hello) {
        text("clientId", hello.clientId())
                .number("keepAliveSeconds", hello.keepAliveSeconds())
                .number("maxFrameBytes", hello.maxFrameBytes())
                .flag("token", hello.token() != null)
                .flag("resume", hello.resume() != null)
                .flag("cookie", hello.cookie() != null);
    }

    private void welcome(Frame.Welcome welcome) {
        text("sessionId", welcome.sessionId())
                .text("clientId", welcome.clientId())
                .flag("resumed", welcome.resumed())
                .number("keepAliveSeconds", welcome.keepAliveSeconds())
                .number("maxFrameBytes", welcome.maxFrameBytes());
    }

    private void request(Frame.Request request) {
        text("subject", request.subject().toString())
                .number("deadlineMillis", request.deadlineMillis())
                .number("credit", request.credit())
                .headers(request.headers())
                .payload(request.payload());
    }

    private void response(Frame.Response response) {
        flag("more", response.more()).headers(response.headers()).payload(response.payload());
    }

    private void error(Frame.Error error) {
        number("code", error.code())
                .number("retryAfterMillis", error.retryAfterMillis())
                .flag("notProcessed", error.notProcessed());
    }

    private void publish(Frame.Publish publish) {
        text("subject", publish.subject().toString())
                .flag("confirm", publish.confirm())
                .headers(publish.headers())
                .payload(publish.payload());
    }

    private void pattern(SubjectPattern pattern, String group, boolean confirm, Headers options) {
        text("subject", pattern.toString());
        if (!group.isEmpty()) {
            text("group", group.replaceAll("[^!-~]", "?")); // any text may name a group, also an end of line
        }
        flag("confirm", confirm).headers(options);
    }

    private FrameLine text(String name, @Nullable String value) {
        if (value != null) {
            line.append(' ').append(name).append('=').append(value);
        }
        return this;
    }

    private FrameLine number(String name, long value) {
        if (value != Frame.ABSENT) {
            line.append(' ').append(name).append('=').append(value);
        }
        return this;
    }

    private FrameLine flag(String name, boolean isSet) {
        if (isSet) {
            line.append(' ').append(name);
        }
        return this;
    }

    private FrameLine headers(Headers headers) {
        return number("headers", headers.isEmpty() ? Frame.ABSENT : headers.size());
    }

    private void payload(Payload payload) {
        number("payload", payload.length());
        if (!payload.isEmpty()) {
            line.append(' ').append(payload.content().name().toLowerCase(Locale.ROOT));
        }
    }
}
