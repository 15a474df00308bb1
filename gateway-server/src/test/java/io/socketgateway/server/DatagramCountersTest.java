package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.metrics.Counters;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is dropped, refused or repeated on datagrams is counted. */
class DatagramCountersTest {
    @AutoClose
    private final Harness gateway = Harness.startWithDatagrams(1, Form.BINARY);

    private final Counters counters = gateway.gateway.counters();

    private void expectCounted(Function<Counters, LongAdder> counter, int times, Runnable action) {
        long before = counter.apply(counters).sum();
        action.run();
        assertThat(counter.apply(counters).sum() - before).isEqualTo(times);
    }

    @Test
    void whatComesAndGoesIsCounted() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        expectCounted(
                c -> c.datagramsReceived,
                3,
                () -> peer.sendBytes(new byte[0]).sendBytes(new byte[] {2}).expectNothing());
        expectCounted(c -> c.datagramsSent, 2, () -> peer.expectNothing().expectNothing());
    }

    @Test
    void malformedDatagramsAreCounted() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        byte[] bad = RawPeer.withLength(new byte[] {7});
        expectCounted(c -> c.datagramsMalformed, 6, () -> {
            peer.sendBytes(new byte[0]).sendBytes(new byte[] {2, 3}).sendBytes(new byte[] {1, 0, 0});
            peer.sendBytes(bad).sendBytes(PeerFrames.inSession(peer.token() + 1, bad));
            peer.sendBytes(PeerFrames.inSession(peer.token(), bad)).expectError(0, ErrorCode.MALFORMED);
        });
    }

    @Test
    void datagramsThatAreTooLongAreCounted() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        expectCounted(
                c -> c.datagramsTooLong,
                2,
                () -> peer.sendBytes(new byte[8193])
                        .sendBytes(new byte[RawDatagramPeer.MOST_BYTES])
                        .expectNothing());
        expectCounted(
                c -> c.datagramsTooLong, 0, () -> peer.sendBytes(new byte[8192]).expectNothing());
    }

    @Test
    void helloBelowItsFloorIsCounted() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        byte[] hello = peer.padded(Frame.Hello.of(5), 40);
        expectCounted(
                c -> c.datagramsTooShort,
                2,
                () -> peer.sendBytes(hello)
                        .sendBytes(PeerFrames.inSession(peer.token(), hello))
                        .expectNothing());
    }

    @Test
    void unknownTokensAndFramesWithoutASessionAreCounted() {
        RawDatagramPeer peer = gateway.datagramPeer().bear(7);
        expectCounted(c -> c.datagramsUnknownToken, 1, peer::expectNoSession);
        expectCounted(
                c -> c.datagramsOutsideSession,
                1,
                () -> peer.sendOutside(new Frame.Ping(1, Payload.text("outside")))
                        .expectErrorOutside(0, ErrorCode.UNAUTHENTICATED));
    }

    @Test
    void challengesAndBadCookiesAreCounted() {
        RawDatagramPeer peer = gateway.datagramPeer();
        expectCounted(c -> c.challengesSent, 1, peer::cookie);
        expectCounted(c -> c.cookiesRejected, 0, peer::cookie);
        expectCounted(
                c -> c.cookiesRejected,
                1,
                () -> peer.sendHello(PeerFrames.hello(1, null, "forged")).receiveOutside(Frame.Challenge.class));
    }

    @Test
    void refusedSessionsAreCounted() {
        try (Harness few = Harness.startWithDatagrams(1, Form.BINARY, "limits.sessions", "1")) {
            few.datagramSession(null);
            RawDatagramPeer peer = few.datagramPeer();
            peer.sendHello(PeerFrames.hello(1, null, peer.cookie())).expectErrorOutside(1, ErrorCode.UNAVAILABLE);
            assertThat(few.gateway.counters().sessionsRefused.sum()).isEqualTo(1);
        }
    }

    @Test
    void repeatsAreCountedByWhatTheyAreTold() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.request(2, "work", "");
        int held = worker.take().id();
        expectCounted(
                c -> c.framesAcknowledged,
                2,
                () -> peer.request(2, "work", "")
                        .expectAck(2)
                        .request(2, "work", "")
                        .expectAck(2));
        worker.respond(held, "done");
        peer.answer(2);
        expectCounted(
                c -> c.answersRepeated,
                1,
                () -> assertThat(peer.request(2, "work", "").answer(2)).isEqualTo("done"));
        peer.request(9000, "gateway.echo", "").answer(9000);
        expectCounted(
                c -> c.framesOutdated, 1, () -> peer.request(3, "work", "").expectError(3, ErrorCode.DEADLINE));
        Frame publish = PeerFrames.publish(9001, "news", false, "");
        expectCounted(
                c -> c.framesRepeated,
                2,
                () -> peer.send(publish, publish, publish).expectNothing());
    }

    @Test
    void repeatsOfTheGatewayAreCounted() {
        RawDatagramPeer peer = gateway.datagramSession("device");
        RawPeer asking = gateway.connect().request(1, "client.device", "");
        Frame.Request request = peer.take();
        expectCounted(c -> c.repeatsSent, 1, () -> {
            gateway.pass(300);
            assertThat(peer.take().id()).isEqualTo(request.id());
        });
        peer.respond(request.id(), "done");
        asking.answer(1);
    }

    @Test
    void movesToAnotherAddressAreCounted() {
        RawDatagramPeer elsewhere = gateway.elsewhere(gateway.datagramSession(null));
        elsewhere.expectNothing();
        Frame.Ping ping = elsewhere.proofsWanted().get(0);
        expectCounted(
                c -> c.addressesValidated,
                1,
                () -> elsewhere
                        .send(new Frame.Pong(0, ping.payload()), new Frame.Pong(0, ping.payload()))
                        .expectNothing());
    }

    @Test
    void answersThatAnAddressMayNotHaveAreCounted() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer elsewhere = gateway.elsewhere(gateway.datagramSession(null));
        expectCounted(c -> c.answersDroppedUnvalidated, 1, () -> {
            elsewhere.request(2, "work", "");
            worker.takeAndRespond("x".repeat(1000));
            worker.expectNothing();
        });
        assertThat(elsewhere.hasSomething()).isFalse();
    }

    @Test
    void requestsWithoutASessionThatAreTooManyAreCounted() {
        try (Harness few = Harness.start(
                List.of("tcp://127.0.0.1:0", "udp://127.0.0.1:0?stateless=true"),
                1,
                Form.BINARY,
                "limits.stateless-requests",
                "1")) {
            RawPeer worker = few.connect().serve(1, "work");
            RawDatagramPeer peer = few.datagramPeer();
            peer.sendOutside(PeerFrames.request(1, "work", "x".repeat(100)));
            worker.take();
            peer.sendOutside(PeerFrames.request(2, "work", "x".repeat(100))).expectErrorOutside(2, ErrorCode.LIMITED);
            assertThat(few.gateway.counters().statelessRequestsRefused.sum()).isEqualTo(1);
        }
    }

    @Test
    void messagesThatAreTooLongAreCounted() {
        RawDatagramPeer peer = gateway.datagramSession(null).subscribe(2, "news");
        RawPeer publisher = gateway.connect();
        expectCounted(c -> c.messagesDroppedTooLarge, 1, () -> publisher.publish(1, "news", "x".repeat(1200)));
        peer.expectNothing();
    }
}
