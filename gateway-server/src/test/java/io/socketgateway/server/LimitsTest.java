package io.socketgateway.server;

import static io.socketgateway.server.Reach.AT;
import static io.socketgateway.server.Reach.OVER;
import static io.socketgateway.server.Reach.UNDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Gauge;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.server.config.ConfigException;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.Limit;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each limit of streams and sessions, just below it, at it, and just above: what happens, and what is counted. */
class LimitsTest {
    private static final int HEAD_BYTES = 6; // type, flags, id

    private Harness gateway;

    private Harness start(String... keysAndValues) {
        gateway = Harness.start(1, Form.BINARY, keysAndValues);
        return gateway;
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private void expectReached(Limit limit, int times) {
        Harness.eventually(() -> gateway.gateway.counters().timesReached(limit) >= times);
        assertThat(gateway.gateway.counters().timesReached(limit)).isEqualTo(times);
    }

    private static Frame.Ping pingOf(int bodyBytes) {
        return new Frame.Ping(7, Payload.text("x".repeat(bodyBytes - HEAD_BYTES)));
    }

    @Test
    @Reaches(
            limit = Limit.MAX_FRAME_BYTES,
            at = {UNDER, AT, OVER})
    void aFrameMayBeAsLongAsStatedAndNoLonger() {
        RawPeer peer = start("limits.max-frame-bytes", "4KiB").connect();
        peer.send(pingOf(4095)).receive(Frame.Pong.class);
        peer.send(pingOf(4096)).receive(Frame.Pong.class);
        expectReached(Limit.MAX_FRAME_BYTES, 0);
        peer.sendInVain(RawPeer.bytes(Form.BINARY, pingOf(4097)));
        peer.expectError(0, ErrorCode.TOO_LARGE);
        peer.expectEnd();
        expectReached(Limit.MAX_FRAME_BYTES, 1);
    }

    @Test
    @Reaches(
            limit = Limit.FRAME_TIMEOUT,
            at = {UNDER, AT, OVER})
    void aFrameMayTakeAsLongAsStated() {
        start("limits.frame-timeout", "2s");
        byte[] ping = RawPeer.bytes(Form.BINARY, pingOf(20));
        RawPeer brisk = gateway.connect().expectNothing().sendBytes(Arrays.copyOf(ping, 5));
        RawPeer slow = gateway.connect().expectNothing().sendBytes(Arrays.copyOf(ping, 5));
        gateway.settle();
        gateway.pass(1_980);
        brisk.sendBytes(Arrays.copyOfRange(ping, 5, ping.length)).receive(Frame.Pong.class);
        slow.expectSilence();
        expectReached(Limit.FRAME_TIMEOUT, 0);
        gateway.pass(40);
        slow.expectError(0, ErrorCode.DEADLINE);
        brisk.expectNothing();
        expectReached(Limit.FRAME_TIMEOUT, 1);
    }

    @Test
    @Reaches(
            limit = Limit.KEEP_ALIVE,
            at = {UNDER, AT, OVER})
    void aSessionMayBeSilentForOneAndAHalfTimesTheKeepAlive() {
        start("limits.keep-alive", "4s");
        RawPeer brisk = gateway.connect().expectNothing();
        RawPeer silent = gateway.connect().expectNothing();
        gateway.pass(5_970);
        brisk.expectNothing();
        silent.expectSilence();
        expectReached(Limit.KEEP_ALIVE, 0);
        gateway.pass(40);
        silent.expectError(0, ErrorCode.DEADLINE);
        brisk.expectNothing();
        expectReached(Limit.KEEP_ALIVE, 1);
    }

    @Test
    @Reaches(
            limit = Limit.MAX_DEADLINE,
            at = {UNDER, AT, OVER})
    void aLongerDeadlineIsShortened() {
        RawPeer worker = start("limits.max-deadline", "5s").connect().serve(1, "work");
        RawPeer peer = gateway.connect();
        assertThat(takenWith(4_999, peer, worker)).isEqualTo(4_999);
        assertThat(takenWith(5_000, peer, worker)).isEqualTo(5_000);
        expectReached(Limit.MAX_DEADLINE, 0);
        assertThat(takenWith(5_001, peer, worker)).isEqualTo(5_000);
        expectReached(Limit.MAX_DEADLINE, 1);
    }

    private static long takenWith(long deadlineMillis, RawPeer peer, RawPeer worker) {
        peer.send(new Frame.Request(
                (int) deadlineMillis, Subject.of("work"), deadlineMillis, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY));
        return worker.take().deadlineMillis();
    }

    @Test
    @Reaches(
            limit = Limit.STREAM_IDLE_TIMEOUT,
            at = {UNDER, AT, OVER})
    void aStreamMayRestForAsLongAsStated() {
        RawPeer worker = start("limits.stream-idle-timeout", "5s").connect().serve(1, "work");
        RawPeer peer = gateway.connect().requestStream(2, "work", 10);
        int id = worker.take().id();
        worker.respondMore(id, "one");
        peer.expectResponse(2);
        gateway.pass(4_970);
        worker.respondMore(id, "two").expectNothing();
        peer.expectResponse(2);
        gateway.pass(4_970);
        peer.expectSilence();
        expectReached(Limit.STREAM_IDLE_TIMEOUT, 0);
        gateway.pass(40);
        peer.expectError(2, ErrorCode.DEADLINE);
        worker.receive(Frame.Cancel.class);
        expectReached(Limit.STREAM_IDLE_TIMEOUT, 1);
    }

    @Test
    @Reaches(
            limit = Limit.SESSIONS,
            at = {UNDER, AT, OVER})
    void oneSessionMoreIs503AndAcceptingGoesOn() {
        start("limits.sessions", "2");
        gateway.connect().expectNothing();
        RawPeer second = gateway.connect().expectNothing();
        expectReached(Limit.SESSIONS, 0);
        RawPeer third = gateway.connect();
        third.expectError(0, ErrorCode.UNAVAILABLE);
        third.expectOrderlyEnd();
        expectReached(Limit.SESSIONS, 1);
        second.reset();
        gateway.awaitSessions(1);
        gateway.connect().expectNothing();
        expectReached(Limit.SESSIONS, 1);
    }

    @Test
    @Reaches(
            limit = Limit.REQUESTS_PER_SESSION,
            at = {UNDER, AT, OVER})
    void oneRequestMoreIs429() {
        RawPeer worker = start("limits.requests-per-session", "2").connect().serve(1, "work");
        RawPeer peer = gateway.connect().request(1, "work", "").request(2, "work", "");
        int first = worker.take().id();
        worker.take();
        expectReached(Limit.REQUESTS_PER_SESSION, 0);
        peer.request(3, "work", "");
        assertThat(peer.expectError(3, ErrorCode.LIMITED).notProcessed()).isTrue();
        expectReached(Limit.REQUESTS_PER_SESSION, 1);
        worker.respond(first, "");
        peer.answer(1);
        peer.request(3, "work", "").expectNothing();
        worker.take();
        expectReached(Limit.REQUESTS_PER_SESSION, 1);
    }

    @Test
    @Reaches(
            limit = Limit.SUBSCRIPTIONS_PER_SESSION,
            at = {UNDER, AT, OVER})
    void oneSubscriptionMoreIs429() {
        RawPeer peer = start("limits.subscriptions-per-session", "2").connect();
        peer.subscribe(1, "one").serve(2, "two");
        expectReached(Limit.SUBSCRIPTIONS_PER_SESSION, 0);
        peer.send(PeerFrames.subscribe(3, "three")).expectError(3, ErrorCode.LIMITED);
        expectReached(Limit.SUBSCRIPTIONS_PER_SESSION, 1);
        peer.unsubscribe(1).subscribe(3, "three").expectNothing();
        expectReached(Limit.SUBSCRIPTIONS_PER_SESSION, 1);
    }

    @Test
    @Reaches(
            limit = Limit.INBOUND_BYTES,
            at = {UNDER, AT, OVER})
    void framesBegunMayHoldSoMuchTogetherAndThenTheLargestIsGivenUp() {
        start("limits.inbound-bytes", "4KiB");
        byte[] begun = RawPeer.bytes(Form.BINARY, pingOf(10_000));
        RawPeer small = gateway.connect().expectNothing().sendBytes(Arrays.copyOf(begun, 1_000));
        RawPeer large = gateway.connect().expectNothing().sendBytes(Arrays.copyOf(begun, 3_095));
        awaitInbound(4_095);
        large.sendBytes(new byte[] {'x'});
        awaitInbound(4_096);
        gateway.settle();
        expectReached(Limit.INBOUND_BYTES, 0);
        small.sendBytes(new byte[] {'x'});
        large.expectError(0, ErrorCode.TOO_LARGE);
        expectReached(Limit.INBOUND_BYTES, 1);
        awaitInbound(1_001);
        small.sendBytes(Arrays.copyOfRange(begun, 1_001, begun.length)).receive(Frame.Pong.class);
        awaitInbound(0);
        expectReached(Limit.INBOUND_BYTES, 1);
    }

    private void awaitInbound(long bytes) {
        Gauge gauge = gateway.gateway.metrics().get("gateway.inbound.bytes").gauge();
        Harness.eventually(() -> gauge.value() == bytes);
    }

    @Test
    @Reaches(
            limit = Limit.BACKLOG_BYTES,
            at = {UNDER, OVER})
    void whenTooMuchWaitsForAllTheLargestBacklogGivesWay() {
        gateway = Harness.start(
                "tcp://127.0.0.1:0?send-buffer-bytes=8KiB&receive-buffer-bytes=8KiB",
                1,
                Form.BINARY,
                "limits.backlog-bytes",
                "256KiB");
        gateway.connect(4 * 1024).subscribe(1, "news");
        RawPeer publisher = gateway.connect();
        Gauge waiting = gateway.gateway.metrics().get("gateway.backlog.bytes").gauge();
        String text = "x".repeat(16 * 1024);
        while (waiting.value() < 200 * 1024) {
            publisher.publish(1, "news", text);
        }
        expectReached(Limit.BACKLOG_BYTES, 0);
        for (int i = 0; i < 10; i++) {
            publisher.publish(1, "news", text);
        }
        Harness.eventually(() -> gateway.gateway.counters().timesReached(Limit.BACKLOG_BYTES) > 0);
        Harness.eventually(() -> waiting.value() <= 256 * 1024);
        assertThat(gateway.gateway.counters().messagesDroppedOldest.sum()).isPositive();
        publisher.expectNothing();
    }

    /** A session whose connection is lost is gone at once: there is no other window yet, and so nothing to count. */
    @Test
    @Reaches(
            limit = Limit.RESUME_WINDOW,
            at = {UNDER, AT, OVER})
    void noResumeWindowIsTakenButNone() {
        GatewayConfig defaults = GatewayConfig.defaults();
        assertThat(defaults.with("limits.resume-window", "0s").limits().resumeWindow())
                .isEqualTo(Duration.ZERO);
        for (String other : new String[] {"-1s", "1s"}) {
            assertThatThrownBy(() -> defaults.with("limits.resume-window", other))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("limits.resume-window");
        }
        RawPeer peer = start().connect();
        String secret = peer.hello("device").resume();
        peer.reset();
        gateway.awaitSessions(0);
        assertThat(gateway.connect().hello("device", secret, Frame.ABSENT).resumed())
                .isFalse();
    }
}
