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

/** Section 4: streams of responses and their credit. */
@LoopsAndForms
class StreamTest {
    private final RawPeer worker;
    private final RawPeer peer;

    @AutoClose
    private final Harness gateway;

    StreamTest(int loops, Form form) {
        gateway = Harness.start(loops, form);
        Frame.Hello patient = new Frame.Hello(1, 1, null, null, 3600, Frame.ABSENT, null, null, null);
        worker = gateway.connect().send(patient);
        worker.receive(Frame.Welcome.class);
        worker.serve(2, "flow");
        peer = gateway.connect().send(patient);
        peer.receive(Frame.Welcome.class);
    }

    private int begin(long credit) {
        peer.requestStream(7, "flow", credit);
        Frame.Request request = worker.take();
        assertThat(request.credit()).isEqualTo(credit);
        return request.id();
    }

    private void expectFailedAndCancelled(int id) {
        peer.expectError(7, ErrorCode.FAILED);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        worker.respond(id, "late").expectNothing();
        peer.expectNothing();
    }

    @Test
    void responsesWithMoreAreFollowedByOneWithout() {
        int id = begin(10);
        Headers headers = Headers.of("n", "1");
        worker.send(new Frame.Response(id, true, headers, Payload.json("{\"n\":1}")))
                .respondMore(id, "")
                .respond(id, "last");
        assertThat(peer.receive()).isEqualTo(new Frame.Response(7, true, headers, Payload.json("{\"n\":1}")));
        assertThat(peer.expectResponse(7).more()).isTrue();
        assertThat(peer.receive()).isEqualTo(new Frame.Response(7, false, Headers.EMPTY, Payload.text("last")));
        peer.request(7, "gateway.echo", "the id is free");
        assertThat(peer.answer(7)).isEqualTo("the id is free");
    }

    @Test
    void aStreamMayEndWithError() {
        int id = begin(10);
        worker.respondMore(id, "1").send(Frame.Error.of(id, ErrorCode.UNSUPPORTED, "no more"));
        assertThat(peer.answer(7)).isEqualTo("1");
        peer.expectError(7, ErrorCode.UNSUPPORTED);
        worker.respond(id, "late").expectNothing();
        peer.expectNothing();
    }

    @Test
    void oneResponseMayBeAll() {
        int id = begin(1);
        worker.respond(id, "all");
        assertThat(peer.answer(7)).isEqualTo("all");
    }

    @Test
    void eachResponseUsesOneCreditAndCreditAddsUp() {
        int id = begin(1);
        worker.respondMore(id, "1");
        assertThat(peer.answer(7)).isEqualTo("1");
        peer.send(new Frame.Credit(7, 1), new Frame.Credit(7, 2));
        assertThat(worker.receive()).isEqualTo(new Frame.Credit(id, 1));
        assertThat(worker.receive()).isEqualTo(new Frame.Credit(id, 2));
        worker.respondMore(id, "2").respondMore(id, "3").respond(id, "4");
        assertThat(peer.answer(7)).isEqualTo("2");
        assertThat(peer.answer(7)).isEqualTo("3");
        assertThat(peer.answer(7)).isEqualTo("4");
        worker.expectNothing();
    }

    @Test
    void aWorkerThatExceedsItsCreditIs500AndCancelled() {
        int id = begin(2);
        worker.respondMore(id, "1").respondMore(id, "2").respondMore(id, "3");
        assertThat(peer.answer(7)).isEqualTo("1");
        assertThat(peer.answer(7)).isEqualTo("2");
        expectFailedAndCancelled(id);
    }

    @Test
    void aLastResponseWithPayloadNeedsCreditToo() {
        int id = begin(1);
        worker.respondMore(id, "1").respond(id, "2");
        assertThat(peer.answer(7)).isEqualTo("1");
        expectFailedAndCancelled(id);
    }

    @Test
    void anEmptyLastResponseNeedsNone() {
        int id = begin(0);
        worker.respondEmpty(id);
        assertThat(peer.receive()).isEqualTo(new Frame.Response(7, false, Headers.EMPTY, Payload.EMPTY));
        int next = begin(1);
        worker.respondMore(next, "1").respondEmpty(next);
        assertThat(peer.answer(7)).isEqualTo("1");
        assertThat(peer.receive()).isEqualTo(new Frame.Response(7, false, Headers.EMPTY, Payload.EMPTY));
    }

    @Test
    void anEmptyResponseWithMoreNeedsCredit() {
        int id = begin(0);
        worker.send(new Frame.Response(id, true, Headers.EMPTY, Payload.EMPTY));
        expectFailedAndCancelled(id);
    }

    @Test
    void withoutCreditNothingMayCome() {
        int id = begin(0);
        worker.respond(id, "x");
        expectFailedAndCancelled(id);
    }

    @Test
    void creditStaysAtItsLargestNumber() {
        int id = begin(Frame.MAX_U32);
        peer.send(new Frame.Credit(7, Frame.MAX_U32), new Frame.Credit(7, 5));
        worker.receive(Frame.Credit.class);
        worker.receive(Frame.Credit.class);
        for (int i = 0; i < 20; i++) {
            worker.respondMore(id, "" + i);
            assertThat(peer.answer(7)).isEqualTo("" + i);
        }
        worker.respond(id, "end");
        assertThat(peer.answer(7)).isEqualTo("end");
    }

    @Test
    void creditForAnythingElseIsIgnored() {
        peer.request(7, "flow", "no stream");
        int id = worker.take().id();
        peer.send(new Frame.Credit(7, 3), new Frame.Credit(99, 3), new Frame.Credit(0, 1))
                .expectNothing();
        worker.expectNothing().respond(id, "done");
        assertThat(peer.answer(7)).isEqualTo("done");
        peer.send(new Frame.Credit(7, 3)).expectNothing();
        worker.expectNothing();
    }

    @Test
    void requestAndCreditInOneWriteArriveInOrder() {
        peer.send(
                new Frame.Request(7, Subject.of("flow"), Frame.ABSENT, 1, Headers.EMPTY, Payload.EMPTY),
                new Frame.Credit(7, 2));
        int id = worker.take().id();
        assertThat(worker.receive()).isEqualTo(new Frame.Credit(id, 2));
        worker.respondMore(id, "1").respondMore(id, "2").respond(id, "3");
        assertThat(peer.answer(7)).isEqualTo("1");
        assertThat(peer.answer(7)).isEqualTo("2");
        assertThat(peer.answer(7)).isEqualTo("3");
    }

    @Test
    void cancelEndsAStreamInItsMidst() {
        int id = begin(10);
        worker.respondMore(id, "1");
        assertThat(peer.answer(7)).isEqualTo("1");
        peer.send(new Frame.Cancel(7)).expectError(7, ErrorCode.CANCELLED);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        worker.respondMore(id, "2").respond(id, "3").expectNothing();
        peer.expectNothing();
    }

    @Test
    void theDeadlineBoundsTheWaitForTheFirstResponse() {
        int id = begin(1);
        gateway.pass(30_100);
        peer.expectError(7, ErrorCode.DEADLINE);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void afterTheFirstResponseOnlyTenIdleMinutesEndIt() {
        int id = begin(10);
        worker.respondMore(id, "1");
        assertThat(peer.answer(7)).isEqualTo("1");
        gateway.pass(599_000);
        peer.expectNothing();
        worker.respondMore(id, "2");
        assertThat(peer.answer(7)).isEqualTo("2");
        gateway.pass(599_000);
        peer.expectNothing();
        worker.expectNothing();
        gateway.pass(1_200);
        peer.expectError(7, ErrorCode.DEADLINE);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void aWorkerLostInMidStreamIs503() {
        int id = begin(10);
        worker.respondMore(id, "1");
        assertThat(peer.answer(7)).isEqualTo("1");
        worker.reset();
        assertThat(peer.expectError(7, ErrorCode.UNAVAILABLE).notProcessed()).isFalse();
    }

    @Test
    void aRequesterLostInMidStreamCancelsIt() {
        int id = begin(10);
        worker.respondMore(id, "1");
        assertThat(peer.answer(7)).isEqualTo("1");
        peer.reset();
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void aResponseLongerThanTheRequesterTakesEndsTheStreamWith413() {
        peer.hello(null, null, 1024);
        int id = begin(10);
        worker.respondMore(id, "1").respondMore(id, "x".repeat(2000));
        assertThat(peer.answer(7)).isEqualTo("1");
        peer.expectError(7, ErrorCode.TOO_LARGE);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void severalStreamsOfOneWorkerDoNotMix() {
        peer.requestStream(1, "flow", 2).requestStream(2, "flow", 2);
        int first = worker.take().id();
        int second = worker.take().id();
        worker.respondMore(second, "b1")
                .respondMore(first, "a1")
                .respond(first, "a2")
                .respond(second, "b2");
        assertThat(peer.answer(2)).isEqualTo("b1");
        assertThat(peer.answer(1)).isEqualTo("a1");
        assertThat(peer.answer(1)).isEqualTo("a2");
        assertThat(peer.answer(2)).isEqualTo("b2");
    }
}
