package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 4: one request, one answer; what is carried across, deadlines, cancellation. */
@LoopsAndForms
class RequestTest {
    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    RequestTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.start(loops, form);
    }

    private static Frame.Request within(int id, String subject, long deadlineMillis) {
        return new Frame.Request(
                id, Subject.of(subject), deadlineMillis, Frame.ABSENT, Headers.EMPTY, Payload.text("in time"));
    }

    @Test
    void requestAndAnswerAreCarriedAcrossWhole() {
        RawPeer worker = gateway.connect().serve(1, "orders.get");
        RawPeer peer = gateway.connect();
        Headers asked = Headers.of("trace", "é1", "b", "");
        Headers answered = Headers.of("status", "fine");
        for (Payload payload : new Payload[] {
            Payload.EMPTY,
            Payload.bytes(new byte[] {0, 1, -1}),
            Payload.text("text é"),
            Payload.json("{\"a\" : [1.50,\"\\ud800\"]}"),
            Payload.cbor(new byte[] {(byte) 0xA0})
        }) {
            peer.send(new Frame.Request(70, Subject.of("orders.get"), Frame.ABSENT, Frame.ABSENT, asked, payload));
            Frame.Request request = worker.take();
            assertThat(request.subject()).isEqualTo(Subject.of("orders.get"));
            assertThat(request.headers()).isEqualTo(asked);
            assertThat(request.payload()).isEqualTo(payload);
            assertThat(request.isStream()).isFalse();
            assertThat(request.id()).isNotZero();
            worker.send(new Frame.Response(request.id(), false, answered, payload));
            assertThat(peer.receive()).isEqualTo(new Frame.Response(70, false, answered, payload));
        }
    }

    @Test
    void everyFormAnswersEveryOther() {
        RawPeer binaryWorker = gateway.connect(Form.BINARY).serve(1, "binary");
        RawPeer jsonWorker = gateway.connect(Form.JSON).serve(1, "json");
        RawPeer peer = gateway.connect();
        for (RawPeer worker : new RawPeer[] {binaryWorker, jsonWorker}) {
            String subject = worker == jsonWorker ? "json" : "binary";
            peer.send(new Frame.Request(
                    1, Subject.of(subject), Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, Payload.json("[1, 2]")));
            Frame.Request request = worker.take();
            assertThat(request.payload()).isEqualTo(Payload.json("[1, 2]"));
            worker.send(new Frame.Response(request.id(), false, Headers.EMPTY, Payload.cbor(new byte[] {1})));
            assertThat(peer.expectResponse(1).payload()).isEqualTo(Payload.cbor(new byte[] {1}));
        }
    }

    @Test
    void aPayloadThatClaimsJsonOrTextAndIsNotReachesAJsonPeerAsBytes() {
        RawPeer worker = gateway.connect(Form.JSON).serve(1, "w");
        RawPeer peer = gateway.connect(Form.BINARY);
        byte[] broken = {'{', -1};
        for (Content claim : new Content[] {Content.JSON, Content.TEXT}) {
            peer.send(new Frame.Request(
                    1,
                    Subject.of("w"),
                    Frame.ABSENT,
                    Frame.ABSENT,
                    Headers.EMPTY,
                    Payload.owning(claim, broken.clone())));
            assertThat(worker.takeAndRespond("ok").payload()).isEqualTo(Payload.bytes(broken));
            peer.answer(1);
        }
    }

    @Test
    void anErrorOfTheWorkerIsCarriedAcrossWhole() {
        RawPeer worker = gateway.connect().serve(1, "fails");
        RawPeer peer = gateway.connect();
        for (Frame.Error error : new Frame.Error[] {
            new Frame.Error(0, 404, Frame.ABSENT, false, "no such order"),
            new Frame.Error(0, 429, 1500, true, "slow down"),
            new Frame.Error(0, 777, 0, false, "é"),
            new Frame.Error(0, 499, Frame.ABSENT, true, "")
        }) {
            peer.request(8, "fails", "");
            int id = worker.take().id();
            worker.send(
                    new Frame.Error(id, error.code(), error.retryAfterMillis(), error.notProcessed(), error.message()));
            assertThat(peer.receive())
                    .isEqualTo(new Frame.Error(
                            8, error.code(), error.retryAfterMillis(), error.notProcessed(), error.message()));
        }
    }

    @Test
    void answersComeInWhateverOrderTheWorkerGivesThem() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect();
        for (int id = 1; id <= 5; id++) {
            peer.request(id, "w", "r" + id);
        }
        Frame.Request[] requests = new Frame.Request[5];
        Arrays.setAll(requests, i -> worker.take());
        for (int i = 4; i >= 0; i--) {
            worker.respond(requests[i].id(), "to " + requests[i].payload().text());
            assertThat(peer.answer(i + 1)).isEqualTo("to r" + (i + 1));
        }
    }

    @Test
    void whatAWorkerAnswersASecondTimeIsIgnored() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().request(1, "w", "");
        int id = worker.take().id();
        worker.respond(id, "once").respond(id, "twice").send(Frame.Error.of(id, ErrorCode.FAILED, "thrice"));
        assertThat(peer.answer(1)).isEqualTo("once");
        worker.expectNothing();
        peer.expectNothing();
    }

    @Test
    void nobodyServesItIs404AtOnceAndNotProcessed() {
        RawPeer peer = gateway.connect().request(1, "nobody.there", "");
        assertThat(peer.expectError(1, ErrorCode.NO_WORKER).notProcessed()).isTrue();
        peer.request(2, "gateway.unknown", "");
        assertThat(peer.expectError(2, ErrorCode.NO_WORKER).notProcessed()).isTrue();
        peer.request(3, "client", "").expectError(3, ErrorCode.NO_WORKER);
        peer.request(4, "client.nobody", "").expectError(4, ErrorCode.NO_WORKER);
        peer.request(5, "client.a.b", "").expectError(5, ErrorCode.NO_WORKER);
        peer.request(6, "gateway", "").expectError(6, ErrorCode.NO_WORKER);
        peer.request(0, "nobody.there", "").expectNothing();
    }

    @Test
    void theAnswerToARequestWithIdZeroIsDiscarded() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer =
                gateway.connect().request(0, "w", "a").request(0, "w", "b").request(0, "gateway.echo", "c");
        worker.takeAndRespond("discarded");
        Frame.Request second = worker.take();
        worker.send(Frame.Error.of(second.id(), ErrorCode.FAILED, "discarded"));
        peer.expectNothing();
        worker.expectNothing();
    }

    @Test
    void theWorkerIsToldWhatRemainsOfTheDeadline() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect();
        peer.send(within(1, "w", 5_000));
        assertThat(worker.takeAndRespond("").deadlineMillis()).isBetween(4_900L, 5_000L);
        peer.answer(1);
        peer.request(1, "w", "without");
        assertThat(worker.takeAndRespond("").deadlineMillis()).isBetween(29_900L, 30_000L);
        peer.answer(1);
        peer.send(within(1, "w", Frame.MAX_U32));
        assertThat(worker.takeAndRespond("").deadlineMillis()).isBetween(599_900L, 600_000L);
        peer.answer(1);
        peer.send(within(1, "w", 600_001));
        assertThat(worker.takeAndRespond("").deadlineMillis()).isBetween(599_900L, 600_000L);
        peer.answer(1);
        peer.send(within(1, "w", 1));
        assertThat(worker.takeAndRespond("").deadlineMillis()).isEqualTo(1);
        peer.answer(1);
    }

    @Test
    void aDeadlineOfZeroHasExpired() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().send(within(1, "w", 0), within(2, "gateway.echo", 0));
        peer.expectError(1, ErrorCode.DEADLINE);
        peer.expectError(2, ErrorCode.DEADLINE);
        peer.expectNothing();
        gateway.settle();
        worker.expectNothing();
    }

    @Test
    void whenTheDeadlineHasPassedTheRequesterGets408AndTheWorkerCancel() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().send(within(1, "w", 5_000));
        int id = worker.take().id();
        gateway.pass(4_900);
        peer.expectNothing();
        gateway.pass(150);
        assertThat(peer.expectError(1, ErrorCode.DEADLINE).notProcessed()).isFalse();
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        worker.respond(id, "late").expectNothing();
        peer.expectNothing().request(1, "w", "the id is free");
        worker.takeAndRespond("in time");
        assertThat(peer.answer(1)).isEqualTo("in time");
    }

    @Test
    void withoutADeadlineItIsThirtySeconds() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().request(1, "w", "");
        int id = worker.take().id();
        gateway.pass(29_900);
        peer.expectNothing();
        gateway.pass(150);
        peer.expectError(1, ErrorCode.DEADLINE);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void theLongestDeadlineIsTenMinutes() {
        RawPeer worker = gateway.connect().send(keptAlive(1));
        worker.receive(Frame.Welcome.class);
        worker.serve(2, "w");
        RawPeer peer = gateway.connect().send(keptAlive(1));
        peer.receive(Frame.Welcome.class);
        peer.send(within(2, "w", 3_600_000));
        worker.take();
        gateway.pass(599_900);
        peer.expectNothing();
        gateway.pass(200);
        peer.expectError(2, ErrorCode.DEADLINE);
        worker.receive(Frame.Cancel.class);
    }

    private static Frame.Hello keptAlive(int id) {
        return new Frame.Hello(id, 1, null, null, 3600, Frame.ABSENT, null, null, null);
    }

    @Test
    void aRequestWithIdZeroHasADeadlineToo() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().send(within(0, "w", 1_000));
        int id = worker.take().id();
        gateway.pass(1_100);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        peer.expectNothing();
    }

    @Test
    void cancelIs499ToTheRequesterAndCancelToTheWorker() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().request(1, "w", "");
        int id = worker.take().id();
        peer.send(new Frame.Cancel(1));
        peer.expectError(1, ErrorCode.CANCELLED);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        worker.respond(id, "late").expectNothing();
        peer.send(new Frame.Cancel(1)).expectNothing();
    }

    @Test
    void requestAndCancelInOneWriteEndWith499() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect();
        peer.send(RawPeer.requestFrame(1, "w", ""), new Frame.Cancel(1));
        peer.expectError(1, ErrorCode.CANCELLED);
        gateway.settle();
        Frame first = worker.receive();
        assertThat(first).isInstanceOf(Frame.Request.class);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(first.id()));
        worker.expectNothing();
    }

    @Test
    void cancelOfAnotherFramesIdDoesNothing() {
        RawPeer peer = gateway.connect().subscribe(4, "a").serve(5, "b");
        peer.send(new Frame.Cancel(4), new Frame.Cancel(5), new Frame.Cancel(0)).expectNothing();
        gateway.connect().publish(1, "a", "still");
        assertThat(peer.message(4)).isEqualTo("still");
    }

    @Test
    void aRequesterThatIsLostCancelsItsRequests() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer resets = gateway.connect().request(1, "w", "");
        int first = worker.take().id();
        RawPeer leaves = gateway.connect().request(1, "w", "").request(0, "w", "");
        int second = worker.take().id();
        int third = worker.take().id();
        RawPeer breaks = gateway.connect().request(1, "w", "");
        int fourth = worker.take().id();

        resets.reset();
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(first));
        leaves.send(new Frame.GoAway(9, null, Frame.ABSENT));
        assertThat(new Frame[] {worker.receive(), worker.receive()})
                .containsExactlyInAnyOrder(new Frame.Cancel(second), new Frame.Cancel(third));
        breaks.sendBytes(new byte[4]);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(fourth));
        worker.expectNothing();
    }

    @Test
    void aRequesterThatFallsSilentCancelsItsRequests() {
        RawPeer worker = gateway.connect().send(keptAlive(1));
        worker.receive(Frame.Welcome.class);
        worker.serve(2, "w");
        RawPeer peer = gateway.connect().send(within(1, "w", 600_000));
        int id = worker.take().id();
        gateway.advance(45_100);
        peer.expectError(0, ErrorCode.DEADLINE);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void aRequestLongerThanTheWorkerTakesIs413() {
        RawPeer worker = gateway.connect();
        worker.hello(null, null, 1024);
        worker.serve(2, "w");
        RawPeer peer = gateway.connect().request(1, "w", "x".repeat(1100));
        peer.expectError(1, ErrorCode.TOO_LARGE);
        worker.expectNothing();
        peer.request(1, "w", "x".repeat(800));
        worker.takeAndRespond("fits");
        assertThat(peer.answer(1)).isEqualTo("fits");
    }

    @Test
    void anAnswerLongerThanTheRequesterTakesIs413() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect();
        peer.hello(null, null, 1024);
        peer.request(2, "w", "");
        worker.takeAndRespond("x".repeat(1100));
        peer.expectError(2, ErrorCode.TOO_LARGE);
        worker.expectNothing();
        peer.request(2, "w", "");
        worker.takeAndRespond("x".repeat(800));
        assertThat(peer.answer(2)).hasSize(800);
    }

    @Test
    void aMebibyteGoesThereAndBack() {
        RawPeer worker = gateway.connect().serve(1, "w");
        String large = "x".repeat((1 << 20) - 200);
        RawPeer peer = gateway.connect().request(1, "w", large);
        assertThat(worker.takeAndRespond(large).payload().text()).isEqualTo(large);
        assertThat(peer.answer(1)).isEqualTo(large);
    }

    @Test
    void aResponseThatBreaksARuleIs500ToTheRequesterAndCancelToTheWorker() {
        RawPeer worker = gateway.connect(Form.JSON).serve(1, "w");
        RawPeer peer = gateway.connect().request(1, "w", "");
        int id = worker.take().id();
        worker.sendBody("{\"type\":\"response\",\"id\":" + id + ",\"headers\":{\"\":\"bad name\"}}");
        peer.expectError(1, ErrorCode.FAILED);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        worker.respond(id, "late").expectNothing();
        peer.expectNothing();
    }

    @Test
    void moreWithoutStreamIs500ToTheRequesterAndCancelToTheWorker() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().request(1, "w", "");
        int id = worker.take().id();
        worker.respondMore(id, "one").respond(id, "two");
        peer.expectError(1, ErrorCode.FAILED);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        worker.expectNothing();
        peer.expectNothing();
    }

    @Test
    void reservedSubjectsAre403ToServeAndSubscribe() {
        RawPeer peer = gateway.named("me");
        int id = 10;
        for (String subject : new String[] {
            "gateway", "gateway.echo", "gateway.*", "gateway.>", "client", "client.me", "client.*", "client.>"
        }) {
            peer.send(new Frame.Serve(++id, SubjectPattern.of(subject), "", false, Headers.EMPTY))
                    .expectError(id, ErrorCode.FORBIDDEN);
            peer.send(new Frame.Subscribe(++id, SubjectPattern.of(subject), "g", true, Headers.EMPTY))
                    .expectError(id, ErrorCode.FORBIDDEN);
        }
        peer.serve(1, "gatewayx")
                .serve(2, "clients.me")
                .subscribe(3, "a.gateway")
                .subscribe(4, "*.client");
    }

    @Test
    void wildcardsInTheFirstTokenDoNotMatchReservedSubjects() {
        RawPeer greedy = gateway.connect().serve(1, ">").serve(2, "*.echo").serve(3, "*.*");
        greedy.subscribe(4, ">").subscribe(5, "*.me");
        RawPeer peer = gateway.named("me").request(2, "gateway.echo", "mine");
        assertThat(peer.answer(2)).isEqualTo("mine");
        peer.request(3, "gateway.nothing", "").expectError(3, ErrorCode.NO_WORKER);
        peer.request(4, "client.nobody", "").expectError(4, ErrorCode.NO_WORKER);
        peer.send(new Frame.Publish(0, Subject.of("client.me"), false, Headers.EMPTY, Payload.text("to me")));
        assertThat(peer.message(0)).isEqualTo("to me");
        greedy.expectNothing();
    }

    @Test
    void unsubscribeEndsAServiceAndRequestsUnderWayFinish() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().request(1, "w", "");
        int id = worker.take().id();
        worker.unsubscribe(1);
        peer.request(2, "w", "").expectError(2, ErrorCode.NO_WORKER);
        worker.respond(id, "finished");
        assertThat(peer.answer(1)).isEqualTo("finished");
    }

    @Test
    void aClientMayAskItself() {
        RawPeer both = gateway.named("self").serve(2, "mine").request(3, "mine", "question");
        both.takeAndRespond("answer");
        assertThat(both.answer(3)).isEqualTo("answer");
        both.request(4, "client.self", "q");
        both.takeAndRespond("a");
        assertThat(both.answer(4)).isEqualTo("a");
    }

    @Test
    void aRequestToAClientGoesToThatClient() {
        RawPeer addressee = gateway.named("target");
        RawPeer peer = gateway.connect().request(1, "client.target", "direct");
        Frame.Request request = addressee.take();
        assertThat(request.subject()).isEqualTo(Subject.of("client.target"));
        assertThat(request.deadlineMillis()).isBetween(29_900L, 30_000L);
        addressee.respond(request.id(), "here");
        assertThat(peer.answer(1)).isEqualTo("here");

        peer.request(2, "client.target", "unwanted");
        addressee.send(Frame.Error.notProcessed(addressee.take().id(), ErrorCode.NO_WORKER, "handles none"));
        assertThat(peer.expectError(2, ErrorCode.NO_WORKER).notProcessed()).isTrue();
    }

    @Test
    void aClientThatIsLostWhileItAnswersIs503() {
        RawPeer addressee = gateway.named("target");
        RawPeer peer = gateway.connect().request(1, "client.target", "");
        addressee.take();
        addressee.reset();
        peer.expectError(1, ErrorCode.UNAVAILABLE);
    }

    @Test
    void aClientThatHasHalfClosedAnswersNothing() {
        RawPeer worker = gateway.connect().serve(1, "slow");
        RawPeer half = gateway.named("half").request(2, "slow", "");
        worker.take();
        half.halfClose();
        gateway.settle();
        RawPeer peer = gateway.connect();
        for (int id = 1; id <= 2 * loops; id++) { // from the same loop and from others
            gateway.connect().request(id, "client.half", "").expectError(id, ErrorCode.UNAVAILABLE);
        }
        peer.request(1, "client.half", "").expectError(1, ErrorCode.UNAVAILABLE);
        peer.publish(2, "client.half", "it still hears");
        assertThat(half.message(0)).isEqualTo("it still hears");
    }

    @Test
    void aLongErrorMessageIsCutToWhatTheRequesterTakes() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect();
        peer.hello(null, null, 1024);
        for (int before = 90; before < 110; before++) {
            peer.request(2, "w", "");
            int id = worker.take().id();
            worker.send(new Frame.Error(id, 500, 7, true, "x".repeat(before) + "\uD83D\uDE00".repeat(400)));
            Frame.Error error = peer.expectError(2, ErrorCode.FAILED);
            assertThat(error.message()).startsWith("x".repeat(90));
            assertThat(error.retryAfterMillis()).isEqualTo(7);
        }
    }

    @Test
    void aStreamFromAClientFlows() {
        RawPeer addressee = gateway.named("target");
        RawPeer peer = gateway.connect().requestStream(1, "client.target", 2);
        int id = addressee.take().id();
        addressee.respondMore(id, "1").respond(id, "2");
        assertThat(peer.expectResponse(1).more()).isTrue();
        assertThat(peer.answer(1)).isEqualTo("2");
    }

    @Test
    void theLimitOfDeadlinesIsTheConfiguredOne() {
        try (Harness brisk = Harness.start(loops, form, "limits.max-deadline", "2s")) {
            RawPeer worker = brisk.connect().serve(1, "w");
            RawPeer peer = brisk.connect().request(1, "w", "");
            assertThat(worker.take().deadlineMillis()).isBetween(1_900L, 2_000L);
            brisk.pass(2_100);
            peer.expectError(1, ErrorCode.DEADLINE);
        }
    }
}
