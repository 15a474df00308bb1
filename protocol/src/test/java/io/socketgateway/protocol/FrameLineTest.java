package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FrameLineTest {
    private static final Subject SUBJECT = Subject.of("orders.get");
    private static final SubjectPattern PATTERN = SubjectPattern.of("orders.*");
    private static final Headers HEADERS = Headers.of("secret-header", "secret", "b", "2");
    private static final Payload JSON = Payload.json("{\"a\":\"secret\"}");

    private static Map<Frame, String> lines() {
        Map<Frame, String> lines = new LinkedHashMap<>();
        lines.put(Frame.Hello.of(1), "hello id=1");
        lines.put(
                new Frame.Hello(1, 1, "secret", "me", 20, 4096, "secret", "secret", "secret"),
                "hello id=1 clientId=me keepAliveSeconds=20 maxFrameBytes=4096 token resume cookie");
        lines.put(
                new Frame.Welcome(
                        1,
                        1,
                        "5e551011",
                        "me",
                        "secret",
                        "secret",
                        true,
                        30,
                        1 << 20,
                        new Frame.SessionLimits(1, 2, 3),
                        "node"),
                "welcome id=1 sessionId=5e551011 clientId=me resumed keepAliveSeconds=30 maxFrameBytes=1048576");
        lines.put(new Frame.Ping(2, Payload.EMPTY), "ping id=2 payload=0");
        lines.put(new Frame.Pong(-1, Payload.text("secret")), "pong id=4294967295 payload=6 text");
        lines.put(new Frame.GoAway(3, "secret", Frame.ABSENT), "goaway id=3");
        lines.put(new Frame.GoAway(0, null, 1500), "goaway id=0 reconnectAfterMillis=1500");
        lines.put(new Frame.Challenge(1, "secret"), "challenge id=1");
        lines.put(
                new Frame.Request(7, SUBJECT, Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY),
                "request id=7 subject=orders.get payload=0");
        lines.put(
                new Frame.Request(7, SUBJECT, 500, 10, HEADERS, JSON),
                "request id=7 subject=orders.get deadlineMillis=500 credit=10 headers=2 payload=14 json");
        lines.put(
                new Frame.Response(7, true, HEADERS, Payload.bytes("secret".getBytes(StandardCharsets.UTF_8))),
                "response id=7 more headers=2 payload=6 bytes");
        lines.put(
                new Frame.Response(7, false, Headers.EMPTY, Payload.cbor(new byte[] {1})),
                "response id=7 payload=1 cbor");
        lines.put(Frame.Error.of(7, ErrorCode.FAILED, "secret"), "error id=7 code=500");
        lines.put(
                new Frame.Error(7, 429, 1000, true, "secret"),
                "error id=7 code=429 retryAfterMillis=1000 notProcessed");
        lines.put(new Frame.Cancel(7), "cancel id=7");
        lines.put(new Frame.Credit(7, 3), "credit id=7 n=3");
        lines.put(new Frame.Ack(7), "ack id=7");
        lines.put(
                new Frame.Publish(8, SUBJECT, true, Headers.EMPTY, JSON),
                "publish id=8 subject=orders.get confirm payload=14 json");
        lines.put(new Frame.Subscribe(9, PATTERN, "", false, Headers.EMPTY), "subscribe id=9 subject=orders.*");
        lines.put(
                new Frame.Subscribe(9, PATTERN, "a group\n2026 INFO forged", true, HEADERS),
                "subscribe id=9 subject=orders.* group=a?group?2026?INFO?forged confirm headers=2");
        lines.put(new Frame.Unsubscribe(9, true), "unsubscribe id=9 confirm");
        lines.put(
                new Frame.Message(9, SUBJECT, HEADERS, JSON),
                "message id=9 subject=orders.get headers=2 payload=14 json");
        lines.put(
                new Frame.Serve(10, PATTERN, "g", true, Headers.EMPTY), "serve id=10 subject=orders.* group=g confirm");
        return lines;
    }

    @Test
    void everyTypeHasItsLineAndNoneTellsWhatItCarries() {
        lines().forEach((frame, line) -> assertThat(FrameLine.of(frame))
                .isEqualTo(line)
                .doesNotContain("secret")
                .doesNotContainPattern("[^ -~]"));
        Set<FrameType> types = lines().keySet().stream()
                .map(Frame::type)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(FrameType.class)));
        assertThat(types).isEqualTo(EnumSet.allOf(FrameType.class));
    }

    @Test
    void aMessageIsWrittenWithTheIdOfItsSubscription() {
        assertThat(FrameLine.of(new Frame.Message(0, SUBJECT, Headers.EMPTY, Payload.EMPTY), 12))
                .isEqualTo("message id=12 subject=orders.get payload=0");
    }

    @Test
    void whatBrokeARuleIsNamedAndNotShown() {
        ProtocolException fault = new ProtocolException(ErrorCode.MALFORMED, "subject: secret");
        assertThat(FrameLine.ofRejected(FrameType.PUBLISH, fault)).isEqualTo("publish id=0 rejected=400");
    }
}
