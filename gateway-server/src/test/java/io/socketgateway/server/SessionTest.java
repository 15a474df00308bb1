package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3: greeting, ids, leaving. */
@LoopsAndForms
class SessionTest {
    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    SessionTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.start(loops, form);
    }

    private static Frame.Hello hello(int id, long version, String clientId) {
        return new Frame.Hello(id, version, null, clientId, Frame.ABSENT, Frame.ABSENT, null, null, null);
    }

    private static Frame.Hello wish(int id, long keepAliveSeconds, long maxFrameBytes) {
        return new Frame.Hello(id, 1, null, null, keepAliveSeconds, maxFrameBytes, null, null, null);
    }

    private static Frame.Ping ping(int id, String text) {
        return new Frame.Ping(id, Payload.text(text));
    }

    private static Frame.Pong pong(int id, String text) {
        return new Frame.Pong(id, Payload.text(text));
    }

    @Test
    void welcomeTellsAllThatTheClientNeeds() {
        RawPeer peer = gateway.connect().send(hello(77, 1, "device-1"));
        Frame.Welcome welcome = peer.receive(Frame.Welcome.class);

        assertThat(welcome.id()).isEqualTo(77);
        assertThat(welcome.version()).isEqualTo(1);
        assertThat(welcome.sessionId()).isNotEmpty();
        assertThat(welcome.clientId()).isEqualTo("device-1");
        assertThat(welcome.datagramToken()).isNull();
        assertThat(welcome.resume()).hasSizeGreaterThanOrEqualTo(22);
        assertThat(welcome.resumed()).isFalse();
        assertThat(welcome.keepAliveSeconds()).isEqualTo(30);
        assertThat(welcome.maxFrameBytes()).isEqualTo(1 << 20);
        assertThat(welcome.limits()).isEqualTo(new Frame.SessionLimits(1024, 1000, 256));
        assertThat(welcome.node()).isEqualTo("node-under-test");
        assertThat(peer.answeredIn()).isEqualTo(form);
    }

    @Test
    void everySessionHasItsOwnNamesAndSecret() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            Frame.Welcome welcome = gateway.connect().hello(null);
            assertThat(welcome.clientId()).matches("[A-Za-z0-9_-]{1,64}");
            assertThat(seen.add("session " + welcome.sessionId())).isTrue();
            assertThat(seen.add("client " + welcome.clientId())).isTrue();
            assertThat(seen.add("secret " + welcome.resume())).isTrue();
        }
    }

    @Test
    void aHelloWithIdZeroIsAnsweredAllTheSame() {
        RawPeer peer = gateway.connect().send(hello(0, 1, null));
        assertThat(peer.receive(Frame.Welcome.class).id()).isZero();
        peer.expectNothing();
    }

    @Test
    void framesSentBehindTheHelloAreHandledAfterItInOrder() {
        RawPeer peer = gateway.connect().send(hello(1, 1, "eager"), ping(2, "a"), ping(3, "b"));
        assertThat(peer.receive(Frame.Welcome.class).id()).isEqualTo(1);
        assertThat(peer.receive()).isEqualTo(pong(2, "a"));
        assertThat(peer.receive()).isEqualTo(pong(3, "b"));
    }

    @Test
    void withoutHelloTheSessionIsAnonymousAndHasANameAllTheSame() {
        RawPeer peer = gateway.connect().request(1, "gateway.whoami", "");
        String who = peer.answer(1);
        assertThat(who).contains("\"identity\":null").containsPattern("\"clientId\":\"[A-Za-z0-9_-]+\"");
    }

    @Test
    void anotherVersionIs505WithTheIdAndTheEnd() {
        RawPeer peer = gateway.connect().send(hello(5, 2, null), ping(6, "late"));
        peer.expectError(5, ErrorCode.VERSION);
        assertThat(peer.answeredIn()).isEqualTo(form);
        peer.expectOrderlyEnd();
    }

    @Test
    void anOpeningHelloThatBreaksARuleIs400WithTheIdAndTheEnd() {
        for (String clientId : new String[] {"", "a b", "a.b", "ü", "x".repeat(65)}) {
            RawPeer peer = gateway.connect(Form.JSON)
                    .sendBody("{\"type\":\"hello\",\"id\":9,\"clientId\":\"" + clientId + "\"}");
            peer.expectError(9, ErrorCode.MALFORMED);
            assertThat(peer.answeredIn()).isEqualTo(Form.JSON);
            peer.expectOrderlyEnd();
        }
        RawPeer small = gateway.connect(Form.JSON).sendBody("{\"type\":\"hello\",\"id\":9,\"maxFrameBytes\":1023}");
        small.expectError(9, ErrorCode.MALFORMED);
        small.expectOrderlyEnd();
    }

    @Test
    void aLaterHelloThatBreaksARuleIs400WithTheIdAndTheSessionLives() {
        RawPeer peer = gateway.connect(Form.JSON).expectNothing();
        peer.sendBody("{\"type\":\"hello\",\"id\":9,\"clientId\":\"a b\"}").expectError(9, ErrorCode.MALFORMED);
        peer.sendBody("{\"type\":\"hello\",\"id\":9,\"maxFrameBytes\":1}").expectError(9, ErrorCode.MALFORMED);
        peer.expectNothing();
    }

    @Test
    void aLaterHelloIsAnsweredByWelcomeAndItsOtherMembersAreIgnored() {
        RawPeer peer = gateway.connect();
        Frame.Welcome first = peer.hello("first");
        peer.send(hello(2, 7, "second"));
        Frame.Welcome second = peer.receive(Frame.Welcome.class);

        assertThat(second.id()).isEqualTo(2);
        assertThat(second.clientId()).isEqualTo("first");
        assertThat(second.sessionId()).isEqualTo(first.sessionId());
        gateway.named("second").expectNothing();
    }

    @Test
    void theFirstHelloOfASessionThatOpenedWithoutMayNameIt() {
        RawPeer peer = gateway.connect().expectNothing();
        peer.send(hello(2, 1, "late-name"));
        assertThat(peer.receive(Frame.Welcome.class).clientId()).isEqualTo("late-name");
        peer.send(hello(3, 1, "later-name"));
        assertThat(peer.receive(Frame.Welcome.class).clientId()).isEqualTo("late-name");

        RawPeer other = gateway.connect();
        other.publish(1, "client.late-name", "hi");
        assertThat(peer.message(0)).isEqualTo("hi");
    }

    @Test
    void theNameThatWasAssignedIsGivenUpForTheChosenOne() {
        RawPeer peer = gateway.connect().request(1, "gateway.whoami", "");
        String assigned = peer.answer(1).replaceAll(".*\"clientId\":\"([^\"]+)\".*", "$1");
        peer.send(hello(2, 1, "chosen")).receive(Frame.Welcome.class);

        RawPeer other = gateway.connect().request(1, "client." + assigned, "");
        other.expectError(1, ErrorCode.NO_WORKER);
    }

    @Test
    void aLaterHelloMayNotUseAnIdThatIsUnderWay() {
        RawPeer peer = gateway.connect().subscribe(4, "a");
        peer.send(hello(4, 1, null)).expectError(4, ErrorCode.CONFLICT);
        peer.expectNothing();
        gateway.connect().publish(1, "a", "still there");
        assertThat(peer.message(4)).isEqualTo("still there");
    }

    @Test
    void keepAliveWishesAreClamped() {
        RawPeer peer = gateway.connect().send(wish(1, 0, Frame.ABSENT));
        assertThat(peer.receive(Frame.Welcome.class).keepAliveSeconds()).isEqualTo(1);
        peer.send(wish(2, Frame.MAX_U32, Frame.ABSENT));
        assertThat(peer.receive(Frame.Welcome.class).keepAliveSeconds()).isEqualTo(3600);
        peer.send(wish(3, 3600, Frame.ABSENT));
        assertThat(peer.receive(Frame.Welcome.class).keepAliveSeconds()).isEqualTo(3600);
        peer.send(wish(4, 17, Frame.ABSENT));
        assertThat(peer.receive(Frame.Welcome.class).keepAliveSeconds()).isEqualTo(17);
        peer.send(wish(5, Frame.ABSENT, Frame.ABSENT));
        assertThat(peer.receive(Frame.Welcome.class).keepAliveSeconds()).isEqualTo(17);
    }

    @Test
    void theClientsMaxFrameBytesBindsWhatTheGatewaySends() {
        RawPeer peer = gateway.connect();
        peer.hello(null, null, 1024);
        peer.request(2, "gateway.echo", "x".repeat(900));
        assertThat(peer.answer(2)).hasSize(900);
        peer.request(3, "gateway.echo", "x".repeat(1100)).expectError(3, ErrorCode.TOO_LARGE);
        peer.send(ping(4, "x".repeat(1100))).expectError(4, ErrorCode.TOO_LARGE);
        peer.hello(null, null, 4096);
        peer.request(3, "gateway.echo", "x".repeat(1100));
        assertThat(peer.answer(3)).hasSize(1100);
    }

    @Test
    void anExactlyFittingAnswerIsSent() {
        RawPeer peer = gateway.connect();
        peer.hello(null, null, 1024);
        int overhead = RawPeer.bytes(form, new Frame.Response(3, false, Headers.EMPTY, Payload.text(""))).length - 4;
        peer.request(3, "gateway.echo", "x".repeat(1024 - overhead));
        assertThat(peer.answer(3)).hasSize(1024 - overhead);
        peer.request(3, "gateway.echo", "x".repeat(1025 - overhead)).expectError(3, ErrorCode.TOO_LARGE);
    }

    @Test
    void pingIsAnsweredWithItsIdContentAndPayload() {
        RawPeer peer = gateway.connect();
        for (Payload payload : new Payload[] {
            Payload.EMPTY,
            Payload.bytes(new byte[] {0, -1}),
            Payload.text("é"),
            Payload.json("{ \"a\":1.50 }"),
            Payload.cbor(new byte[] {(byte) 0xA0})
        }) {
            peer.send(new Frame.Ping(-1, payload), new Frame.Ping(0, payload));
            assertThat(peer.receive()).isEqualTo(new Frame.Pong(-1, payload));
            assertThat(peer.receive()).isEqualTo(new Frame.Pong(0, payload));
        }
    }

    @Test
    void pingHoldsAndDisturbsNoId() {
        RawPeer peer = gateway.connect().subscribe(4, "a").send(ping(4, "p"));
        assertThat(peer.receive()).isEqualTo(pong(4, "p"));
        gateway.connect().publish(1, "a", "still there");
        assertThat(peer.message(4)).isEqualTo("still there");
    }

    @Test
    void anIdOfALiveSubscriptionServiceOrRequestIs409AndTheFirstGoesOn() {
        RawPeer worker = gateway.connect().serve(1, "hold");
        RawPeer peer = gateway.connect().subscribe(10, "sub").serve(11, "srv").request(12, "hold", "first");
        Frame.Request held = worker.take();

        for (int id = 10; id <= 12; id++) {
            peer.request(id, "gateway.echo", "second").expectError(id, ErrorCode.CONFLICT);
            peer.send(new Frame.Publish(id, Subject.of("sub"), false, Headers.EMPTY, Payload.EMPTY))
                    .expectError(id, ErrorCode.CONFLICT);
            peer.send(new Frame.Subscribe(id, SubjectPattern.of("other"), "", true, Headers.EMPTY))
                    .expectError(id, ErrorCode.CONFLICT);
            peer.send(new Frame.Serve(id, SubjectPattern.of("other"), "", false, Headers.EMPTY))
                    .expectError(id, ErrorCode.CONFLICT);
        }
        worker.respond(held.id(), "first answered");
        assertThat(peer.answer(12)).isEqualTo("first answered");
        RawPeer other = gateway.connect().publish(1, "sub", "m").request(2, "srv", "r");
        assertThat(peer.message(10)).isEqualTo("m");
        peer.takeAndRespond("served");
        assertThat(other.answer(2)).isEqualTo("served");
        other.publish(3, "other", "nobody").request(4, "other", "nobody").expectError(4, ErrorCode.NO_WORKER);
        peer.expectNothing();
    }

    @Test
    void anIdIsFreeAgainWhenItsUseHasEnded() {
        RawPeer peer = gateway.connect();
        for (int i = 0; i < 3; i++) {
            peer.request(5, "gateway.echo", "e" + i);
            assertThat(peer.answer(5)).isEqualTo("e" + i);
            peer.subscribe(5, "a").unsubscribe(5).serve(5, "b").unsubscribe(5).publish(5, "a", "x");
            peer.request(5, "nobody", "").expectError(5, ErrorCode.NO_WORKER);
        }
        peer.expectNothing();
    }

    @Test
    void idsOfBothDirectionsAreIndependent() {
        RawPeer peer = gateway.named("me").serve(1, "s").subscribe(2, "t");
        RawPeer other = gateway.connect();
        for (int i = 1; i <= 3; i++) {
            other.request(i, "s", "r" + i);
            assertThat(peer.takeAndRespond("a" + i).payload().text()).isEqualTo("r" + i);
            assertThat(other.answer(i)).isEqualTo("a" + i);
        }
        peer.expectNothing();
    }

    @Test
    void idsAreUnsigned() {
        RawPeer peer = gateway.connect().request(-2, "gateway.echo", "big");
        assertThat(peer.answer(-2)).isEqualTo("big");
        peer.subscribe(-1, "a");
        gateway.connect().publish(-3, "a", "m");
        assertThat(peer.message(-1)).isEqualTo("m");
    }

    @Test
    void goAwayFreesTheSessionAtOnceAndIsAnswered() {
        RawPeer peer = gateway.named("leaver");
        RawPeer worker = gateway.connect().serve(1, "hold");
        peer.subscribe(2, "a").serve(3, "b").request(4, "hold", "");
        Frame.Request held = worker.take();
        peer.send(new Frame.GoAway(99, "bye", Frame.ABSENT), ping(5, "late"));

        assertThat(peer.receive(Frame.GoAway.class).id()).isEqualTo(99);
        peer.expectOrderlyEnd();
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(held.id()));
        RawPeer other = gateway.connect().request(1, "b", "");
        other.expectError(1, ErrorCode.NO_WORKER);
        other.request(2, "client.leaver", "").expectError(2, ErrorCode.NO_WORKER);
        assertThat(gateway.connect().hello("leaver").clientId()).isEqualTo("leaver");
    }

    @Test
    void goAwayMayBeTheFirstFrame() {
        RawPeer peer = gateway.connect().send(new Frame.GoAway(0, null, Frame.ABSENT));
        assertThat(peer.receive(Frame.GoAway.class).id()).isZero();
        assertThat(peer.answeredIn()).isEqualTo(form);
        peer.expectOrderlyEnd();
    }

    @Test
    void aClientThatHalfClosesGetsTheAnswersUnderWay() {
        RawPeer worker = gateway.connect().serve(1, "slow");
        RawPeer peer = gateway.connect()
                .request(1, "slow", "a")
                .request(2, "slow", "b")
                .send(ping(3, "p"));
        peer.halfClose();
        assertThat(peer.receive()).isEqualTo(pong(3, "p"));
        worker.takeAndRespond("first");
        worker.takeAndRespond("second");

        assertThat(peer.answer(1)).isEqualTo("first");
        assertThat(peer.answer(2)).isEqualTo("second");
        peer.expectOrderlyEnd();
        gateway.awaitSessions(1);
        worker.expectNothing();
    }

    @Test
    void aHalfClosedStreamGetsAllItsResponses() {
        RawPeer worker = gateway.connect().serve(1, "flow");
        RawPeer peer = gateway.connect().requestStream(1, "flow", 3);
        peer.halfClose();
        int id = worker.take().id();
        worker.respondMore(id, "1").respondMore(id, "2").respond(id, "3");

        assertThat(peer.expectResponse(1).more()).isTrue();
        assertThat(peer.expectResponse(1).more()).isTrue();
        assertThat(peer.answer(1)).isEqualTo("3");
        peer.expectOrderlyEnd();
    }

    @Test
    void aHalfClosedClientIsClosedWhenNothingIsUnderWay() {
        RawPeer greeted = gateway.connect().subscribe(1, "a");
        greeted.halfClose();
        greeted.expectOrderlyEnd();
        RawPeer silent = gateway.connect();
        silent.halfClose();
        silent.expectOrderlyEnd();
        gateway.awaitSessions(0);
    }

    @Test
    void aHalfClosedClientGetsItsDeadlineErrorToo() {
        gateway.connect().serve(1, "never");
        RawPeer peer = gateway.connect().request(1, "never", "");
        peer.halfClose();
        gateway.settle();
        gateway.advance(30_100);
        peer.expectError(1, ErrorCode.DEADLINE);
        peer.expectOrderlyEnd();
    }

    @Test
    void aHalfClosedWorkerIsGone() {
        RawPeer worker = gateway.connect().serve(1, "s");
        RawPeer peer = gateway.connect().request(1, "s", "");
        worker.take();
        worker.halfClose();

        peer.expectError(1, ErrorCode.UNAVAILABLE);
        peer.request(2, "s", "").expectError(2, ErrorCode.NO_WORKER);
    }

    @Test
    void aHalfClosedPublisherGetsItsConfirmation() {
        RawPeer peer = gateway.connect();
        gateway.connect().subscribe(1, "a");
        gateway.connect().subscribe(1, "a");
        peer.send(new Frame.Publish(5, Subject.of("a"), true, Headers.EMPTY, Payload.text("last words")));
        peer.halfClose();
        peer.expectConfirmed(5);
        peer.expectOrderlyEnd();
    }

    @Test
    void oneSessionTooManyIs503AndTheEndAndAcceptingGoesOn() {
        try (Harness few = Harness.start(loops, form, "limits.sessions", "2")) {
            RawPeer first = few.connect().expectNothing();
            RawPeer second = few.connect().expectNothing();
            RawPeer third = few.connect();
            third.expectError(0, ErrorCode.UNAVAILABLE);
            third.expectOrderlyEnd();
            third.close();
            first.expectNothing();
            second.close();
            few.awaitSessions(1);
            few.connect().expectNothing();
        }
    }

    @Test
    void oneRequestTooManyIs429NotProcessed() {
        try (Harness few = Harness.start(loops, form, "limits.requests-per-session", "2")) {
            RawPeer worker = few.connect().serve(1, "hold");
            RawPeer peer = few.connect();
            assertThat(peer.hello(null).limits().requests()).isEqualTo(2);
            peer.request(1, "hold", "").request(0, "hold", "").request(3, "hold", "");
            assertThat(peer.expectError(3, ErrorCode.LIMITED).notProcessed()).isTrue();
            worker.takeAndRespond("a");
            peer.answer(1);
            peer.request(3, "hold", "");
            worker.takeAndRespond("discarded");
            worker.takeAndRespond("b");
            assertThat(peer.answer(3)).isEqualTo("b");
        }
    }

    @Test
    void oneSubscriptionTooManyIs429() {
        try (Harness few = Harness.start(loops, form, "limits.subscriptions-per-session", "2")) {
            RawPeer peer = few.connect();
            assertThat(peer.hello(null).limits().subscriptions()).isEqualTo(2);
            peer.subscribe(1, "a").serve(2, "b");
            peer.send(new Frame.Subscribe(3, SubjectPattern.of("c"), "", false, Headers.EMPTY))
                    .expectError(3, ErrorCode.LIMITED);
            peer.send(new Frame.Serve(3, SubjectPattern.of("c"), "", true, Headers.EMPTY))
                    .expectError(3, ErrorCode.LIMITED);
            peer.unsubscribe(1).serve(3, "c").expectNothing();
        }
    }

    @Test
    void unsubscribeOfAnUnknownIdIs404IfConfirmationIsWantedAndNothingElse() {
        RawPeer peer = gateway.connect();
        peer.send(new Frame.Unsubscribe(5, false)).expectNothing();
        peer.send(new Frame.Unsubscribe(5, true)).expectError(5, ErrorCode.NO_WORKER);
        peer.subscribe(5, "a").unsubscribe(5);
        peer.send(new Frame.Unsubscribe(5, true)).expectError(5, ErrorCode.NO_WORKER);
        peer.expectNothing();
    }
}
