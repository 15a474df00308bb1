package io.socketgateway.server;

import static io.socketgateway.server.Reach.AT;
import static io.socketgateway.server.Reach.OVER;
import static io.socketgateway.server.Reach.UNDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.config.Limit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each limit of datagrams, just below it, at it, and just above: what happens, and what is counted. */
class DatagramLimitsTest {
    private static final int HEAD_BYTES = 6; // type, flags, id
    private static final int KEPT_OVERHEAD_BYTES = 128; // what an answer costs beside its content

    private Harness gateway;

    private Harness start(String... keysAndValues) {
        gateway = Harness.startWithDatagrams(1, Form.BINARY, keysAndValues);
        return gateway;
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void expectReached(Limit limit, int times) {
        assertThat(gateway.gateway.counters().timesReached(limit)).isEqualTo(times);
    }

    /** What makes a session's datagram so long that holds nothing but one frame with that payload. */
    private static String payloadFor(int datagramBytes) {
        return "x".repeat(datagramBytes - RawDatagramPeer.OVERHEAD_BYTES - HEAD_BYTES);
    }

    @Test
    @Reaches(
            limit = Limit.MAX_DATAGRAM_BYTES,
            at = {UNDER, AT, OVER})
    void aDatagramMayBeAsLongAsStatedAndNoLonger() {
        RawDatagramPeer peer = start("limits.max-datagram-bytes", "1200").datagramSession(null);
        for (int bytes : new int[] {1199, 1200}) {
            peer.send(new Frame.Ping(5, Payload.text(payloadFor(bytes)))).receive(Frame.Pong.class);
        }
        expectReached(Limit.MAX_DATAGRAM_BYTES, 0);
        peer.send(new Frame.Ping(5, Payload.text(payloadFor(1201)))).expectNothing();
        expectReached(Limit.MAX_DATAGRAM_BYTES, 1);
    }

    @Test
    @Reaches(
            limit = Limit.MAX_DATAGRAM_BYTES_SENT,
            at = {UNDER, AT, OVER})
    void anAnswerMayBeAsLongAsADatagramAndNoLonger() {
        RawPeer worker =
                start("limits.max-datagram-bytes-sent", "1100").connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null).takes(1100);
        int id = 1;
        for (int bytes : new int[] {1099, 1100}) {
            peer.request(++id, "work", "");
            worker.takeAndRespond(payloadFor(bytes));
            peer.answer(id);
            assertThat(peer.latestBytes()).isEqualTo(bytes);
        }
        expectReached(Limit.MAX_DATAGRAM_BYTES_SENT, 0);
        peer.request(++id, "work", "");
        worker.takeAndRespond(payloadFor(1101));
        peer.expectError(id, ErrorCode.TOO_LARGE);
        expectReached(Limit.MAX_DATAGRAM_BYTES_SENT, 1);
    }

    @Test
    void aMessageThatFitsInNoDatagramReachesItToo() {
        RawDatagramPeer peer = start().datagramSession(null).subscribe(2, "news");
        gateway.connect().publish(1, "news", "x".repeat(1_200));
        peer.expectNothing();
        expectReached(Limit.MAX_DATAGRAM_BYTES_SENT, 1);
    }

    /** That two answers which fill what may be kept both stay, and one byte more drops the first. */
    private void expectBound(Limit limit) {
        for (int difference : new int[] {-1, 0, 1}) {
            start(limit.key().name(), "1KiB");
            RawDatagramPeer peer = gateway.datagramSession(null);
            peer.request(2, "gateway.echo", "first").answer(2);
            String text = "x".repeat(1024 - 2 * KEPT_OVERHEAD_BYTES - "first".length() + difference);
            peer.request(3, "gateway.echo", text).answer(3);
            expectReached(limit, difference > 0 ? 1 : 0);
            peer.request(2, "gateway.echo", "first");
            if (difference > 0) {
                peer.expectError(2, ErrorCode.DEADLINE);
            } else {
                assertThat(peer.answer(2)).isEqualTo("first");
            }
            assertThat(peer.request(3, "gateway.echo", text).answer(3)).isEqualTo(text);
            stop();
        }
    }

    @Test
    @Reaches(
            limit = Limit.ANSWER_CACHE_BYTES_PER_SESSION,
            at = {UNDER, AT, OVER})
    void theOldestAnswersOfASessionMakeWay() {
        expectBound(Limit.ANSWER_CACHE_BYTES_PER_SESSION);
    }

    @Test
    @Reaches(
            limit = Limit.ANSWER_CACHE_BYTES,
            at = {UNDER, AT, OVER})
    void theOldestAnswersOfAllSessionsMakeWay() {
        expectBound(Limit.ANSWER_CACHE_BYTES);
    }

    @Test
    @Reaches(
            limit = Limit.ANSWER_CACHE_TIME,
            at = {UNDER, AT, OVER})
    void anAnswerIsKeptForItsTime() {
        RawDatagramPeer peer = start("limits.answer-cache-time", "5s").datagramSession(null);
        gateway.pass(1_000);
        peer.request(2, "gateway.echo", "once").answer(2);
        gateway.pass(4_950);
        expectReached(Limit.ANSWER_CACHE_TIME, 0);
        assertThat(peer.request(2, "gateway.echo", "once").answer(2)).isEqualTo("once");
        gateway.pass(60);
        peer.request(2, "gateway.echo", "once").expectError(2, ErrorCode.DEADLINE);
        expectReached(Limit.ANSWER_CACHE_TIME, 1);
    }

    @Test
    @Reaches(
            limit = Limit.STATELESS_REQUESTS,
            at = {UNDER, AT, OVER})
    void oneRequestMoreWithoutASessionIs429() {
        gateway = Harness.start(
                List.of("tcp://127.0.0.1:0", "udp://127.0.0.1:0?stateless=true"),
                1,
                Form.BINARY,
                "limits.stateless-requests",
                "2");
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        String text = "x".repeat(100);
        peer.sendOutside(PeerFrames.request(1, "work", text), PeerFrames.request(2, "work", text));
        int first = worker.take().id();
        worker.take();
        expectReached(Limit.STATELESS_REQUESTS, 0);
        peer.sendOutside(PeerFrames.request(3, "work", text)).expectErrorOutside(3, ErrorCode.LIMITED);
        expectReached(Limit.STATELESS_REQUESTS, 1);
        worker.respond(first, "done");
        peer.receiveOutside(Frame.Response.class);
        peer.sendOutside(PeerFrames.request(3, "work", text));
        worker.take();
        expectReached(Limit.STATELESS_REQUESTS, 1);
    }
}
