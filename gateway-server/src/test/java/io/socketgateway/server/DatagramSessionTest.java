package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3, datagram sessions: how they live, what they may have, and how they end. */
@LoopsAndForms
class DatagramSessionTest {
    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    DatagramSessionTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.startWithDatagrams(loops, form);
    }

    private static Frame.GoAway goAway(int id) {
        return new Frame.GoAway(id, null, Frame.ABSENT);
    }

    @Test
    void aDatagramClientIsAClientLikeAnyOther() {
        RawPeer other = gateway.connect().subscribe(1, "news.>").serve(2, "work");
        RawDatagramPeer peer = gateway.datagramSession("device");
        peer.subscribe(2, "news.*");
        peer.send(PeerFrames.publish(3, "news.today", true, "from datagrams"));
        assertThat(other.message(1)).isEqualTo("from datagrams");
        assertThat(peer.message(2)).isEqualTo("from datagrams");
        peer.expectConfirmed(3);
        peer.request(4, "work", "ask");
        other.takeAndRespond("answer");
        assertThat(peer.answer(4)).isEqualTo("answer");
        other.publish(3, "client.device", "hello");
        assertThat(peer.message(0)).isEqualTo("hello");
        peer.request(5, "nobody", "").expectError(5, ErrorCode.NO_WORKER);
        peer.request(6, "gateway.whoami", "");
        assertThat(peer.answer(6))
                .contains("\"clientId\":\"device\"")
                .contains("\"transport\":\"udp\"")
                .contains("\"remoteAddress\":\"127.0.0.1:" + peer.localPort() + "\"");
    }

    @Test
    void aSilentSessionIsToldAndEndsAfterOneAndAHalfTimesItsKeepAliveWithAllThatItHeld() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.openWith(new Frame.Hello(1, 1, null, "vanishing", 10, Frame.ABSENT, null, null, null));
        peer.subscribe(2, "news").request(3, "work", "never answered");
        Frame.Request held = worker.take();
        RawPeer asking = gateway.connect().request(1, "client.vanishing", "never answered");
        peer.take();

        for (int i = 0; i < 14; i++) {
            gateway.pass(1_000);
        }
        assertThat(gateway.sessionCount()).isEqualTo(3);
        gateway.pass(1_200);

        asking.expectError(1, ErrorCode.UNAVAILABLE);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(held.id()));
        assertThat(gateway.sessionCount()).isEqualTo(2);
        Frame last = peer.receive();
        while (last instanceof Frame.Request) { // repeated meanwhile
            last = peer.receive();
        }
        assertThat(((Frame.Error) last).code()).isEqualTo(ErrorCode.DEADLINE.code());
        assertThat(last.id()).isZero();
        peer.expectNoSession();
        asking.request(2, "client.vanishing", "").expectError(2, ErrorCode.NO_WORKER);
        assertThat(gateway.named("vanishing").localPort()).isPositive();
        worker.publish(2, "news", "to nobody");
        gateway.pass(5_000);
        peer.expectSilence();
    }

    @Test
    void anyDatagramOfTheSessionKeepsItAlive() {
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.openWith(new Frame.Hello(1, 1, null, null, 10, Frame.ABSENT, null, null, null));
        for (int i = 0; i < 5; i++) {
            gateway.pass(14_000);
            if (i % 2 == 0) {
                peer.expectNothing();
            } else {
                peer.send(new Frame.Cancel(99));
                gateway.settle();
            }
        }
        assertThat(gateway.sessionCount()).isEqualTo(1);
        peer.expectNothing();
    }

    @Test
    void strangersDoNotKeepASessionAlive() {
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.openWith(new Frame.Hello(1, 1, null, null, 10, Frame.ABSENT, null, null, null));
        long token = peer.token();
        for (int i = 0; i < 3; i++) {
            gateway.pass(4_000);
            peer.sendHello(Frame.Hello.of(7)).receiveOutside(Frame.Challenge.class);
            peer.bear(token + 1).expectNoSession();
            peer.bear(token);
        }
        gateway.pass(3_200);
        peer.expectError(0, ErrorCode.DEADLINE);
        gateway.awaitSessions(0);
    }

    @Test
    void goAwayFreesTheSessionAtOnceAndIsAnswered() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession("leaver").subscribe(2, "news");
        peer.request(3, "work", "");
        Frame.Request held = worker.take();
        peer.send(goAway(99));

        assertThat(peer.receive(Frame.GoAway.class).id()).isEqualTo(99);
        assertThat(peer.answeredIn()).isEqualTo(form);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(held.id()));
        gateway.awaitSessions(1);
        assertThat(gateway.named("leaver").localPort()).isPositive();
        worker.publish(2, "news", "to nobody");
        gateway.expectNoAnswer(peer);
    }

    @Test
    void aRepeatOfGoAwayThatMeetsNoSessionIs401() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(goAway(99)).receive(Frame.GoAway.class);
        for (int i = 0; i < 3; i++) {
            peer.send(new Frame.GoAway(99, "so that there is room for the answer", Frame.ABSENT))
                    .expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
        }
    }

    @Test
    void whatStandsBehindGoAwayIsNotCarriedOut() {
        RawPeer listener = gateway.connect().subscribe(1, "news");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(
                PeerFrames.publish(0, "news", false, "before"),
                goAway(2),
                PeerFrames.publish(0, "news", false, "behind"));
        peer.receive(Frame.GoAway.class);
        assertThat(listener.message(1)).isEqualTo("before");
        listener.expectNothing();
    }

    @Test
    void theSecretTakesTheNameOverAndTheOlderSessionGets409() {
        RawDatagramPeer older = gateway.datagramPeer();
        Frame.Welcome first = older.open("mine");
        older.subscribe(2, "news");
        RawDatagramPeer newer = gateway.datagramPeer();
        Frame.Welcome second = newer.openWith(
                new Frame.Hello(5, 1, null, "mine", Frame.ABSENT, Frame.ABSENT, first.resume(), null, null));

        assertThat(second.clientId()).isEqualTo("mine");
        assertThat(second.resumed()).isFalse();
        assertThat(second.sessionId()).isNotEqualTo(first.sessionId());
        older.expectError(0, ErrorCode.CONFLICT);
        older.expectNoSession();
        gateway.connect().publish(1, "client.mine", "for the newer").publish(2, "news", "for nobody");
        assertThat(newer.message(0)).isEqualTo("for the newer");
        newer.expectNothing();
        older.expectSilence();
    }

    @Test
    void aNameIsTakenOverFromTcpAndBackAgain() {
        RawPeer stream = gateway.connect();
        String secret = stream.hello("mine").resume();
        RawDatagramPeer datagrams = gateway.datagramPeer();
        Frame.Welcome welcome =
                datagrams.openWith(new Frame.Hello(5, 1, null, "mine", Frame.ABSENT, Frame.ABSENT, secret, null, null));
        stream.expectError(0, ErrorCode.CONFLICT);
        stream.expectOrderlyEnd();

        RawPeer again = gateway.connect();
        assertThat(again.hello("mine", welcome.resume(), Frame.ABSENT).datagramToken())
                .isNull();
        datagrams.expectError(0, ErrorCode.CONFLICT);
        datagrams.expectNoSession();
    }

    @Test
    void oneRequestTooManyIs429NotProcessed() {
        try (Harness few = Harness.startWithDatagrams(loops, form, "limits.requests-per-session", "2")) {
            RawPeer worker = few.connect().serve(1, "work");
            RawDatagramPeer peer = few.datagramPeer();
            assertThat(peer.open(null).limits().requests()).isEqualTo(2);
            peer.request(2, "work", "").request(3, "work", "").request(4, "work", "");
            assertThat(peer.expectError(4, ErrorCode.LIMITED).notProcessed()).isTrue();
            worker.takeAndRespond("a");
            peer.answer(2);
            peer.request(5, "work", "");
            worker.takeAndRespond("b");
            worker.takeAndRespond("c");
            assertThat(peer.answer(3)).isEqualTo("b");
            assertThat(peer.answer(5)).isEqualTo("c");
        }
    }

    @Test
    void oneSubscriptionTooManyIs429() {
        try (Harness few = Harness.startWithDatagrams(loops, form, "limits.subscriptions-per-session", "2")) {
            RawDatagramPeer peer = few.datagramSession(null).subscribe(2, "a").subscribe(3, "b");
            peer.send(PeerFrames.subscribe(4, "c")).expectError(4, ErrorCode.LIMITED);
            peer.send(new Frame.Unsubscribe(3, true)).expectConfirmed(3).subscribe(5, "c");
        }
    }

    @Test
    void theDeadlinePassesAndBothSidesHearOfIt() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(new Frame.Request(2, Subject.of("work"), 500, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY));
        Frame.Request held = worker.take();
        assertThat(held.deadlineMillis()).isBetween(450L, 500L);
        gateway.pass(600);
        Frame.Error error = peer.expectError(2, ErrorCode.DEADLINE);
        assertThat(error.notProcessed()).isFalse();
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(held.id()));
        assertThat(peer.request(2, "work", "").receive()).isEqualTo(error);
    }

    @Test
    void aRepeatDoesNotProlongTheDeadline() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        for (int i = 0; i < 4; i++) {
            peer.send(new Frame.Request(2, Subject.of("work"), 500, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY));
            if (i > 0) {
                peer.expectAck(2);
            }
            gateway.pass(120);
        }
        gateway.pass(100);
        peer.expectError(2, ErrorCode.DEADLINE);
        worker.take();
        worker.receive(Frame.Cancel.class);
        worker.expectNothing();
    }

    @Test
    void aWorkerThatIsLostIs503AndARepeatHearsTheSame() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.request(2, "work", "");
        worker.take();
        worker.reset();
        Frame.Error error = peer.expectError(2, ErrorCode.UNAVAILABLE);
        gateway.connect().serve(1, "work");
        assertThat(peer.request(2, "work", "").receive()).isEqualTo(error);
    }

    @Test
    void whoPublishesFasterThanADatagramClientReadsDoesNotMakeTheGatewayKeepIt() {
        RawDatagramPeer peer = gateway.datagramSession(null).subscribe(2, "flood");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 2000; i++) {
            publisher.send(PeerFrames.publish(0, "flood", false, "x".repeat(1000)));
        }
        publisher.publish(1, "flood", "last");
        int arrived = 0;
        while (peer.hasSomething()) {
            peer.message(2);
            arrived++;
        }
        assertThat(arrived).isBetween(1, 2001);
        peer.request(3, "gateway.echo", "alive");
        Frame frame = peer.receive();
        while (frame instanceof Frame.Message) {
            frame = peer.receive();
        }
        assertThat(((Frame.Response) frame).payload().text()).isEqualTo("alive");
    }

    @Test
    void aGatewayThatClosesTellsItsDatagramClients() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        gateway.gateway.close();
        peer.expectError(0, ErrorCode.UNAVAILABLE);
    }
}
