package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.server.service.ServiceResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Sections 1 and 3: a listener that takes requests outside of any session. */
@LoopsAndForms
class StatelessListenerTest {
    private static final String LONG = "x".repeat(300);

    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    StatelessListenerTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = start();
    }

    private Harness start(String... keysAndValues) {
        return Harness.start(
                List.of("tcp://127.0.0.1:0", "udp://127.0.0.1:0?stateless=true"), loops, form, keysAndValues);
    }

    private static Frame.Response answer(RawDatagramPeer peer, int id) {
        Frame.Response response = peer.receiveOutside(Frame.Response.class);
        assertThat(response.id()).isEqualTo(id);
        return response;
    }

    private static Frame.Request request(int id, String subject) {
        return PeerFrames.request(id, subject, LONG);
    }

    @Test
    void aRequestToAServiceIsAnsweredWithoutASession() {
        RawPeer worker = gateway.connect().serve(1, "work");
        gateway.gateway.serve("inside", asked -> ServiceResponse.of(asked.payload()));
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(request(5, "work"));
        assertThat(worker.takeAndRespond("done").payload().text()).isEqualTo(LONG);
        assertThat(answer(peer, 5).payload().text()).isEqualTo("done");
        assertThat(peer.answeredIn()).isEqualTo(form);
        peer.sendOutside(request(6, "inside"));
        assertThat(answer(peer, 6).payload().text()).isEqualTo(LONG);
        peer.sendOutside(new Frame.Request(
                7, Subject.of("gateway.echo"), 5000, Frame.ABSENT, Headers.of("k", "v"), Payload.json("{\"n\":1}")));
        Frame.Response echo = answer(peer, 7);
        assertThat(echo.headers().get("k")).isEqualTo("v");
        assertThat(echo.payload()).isEqualTo(Payload.json("{\"n\":1}"));
        assertThat(gateway.sessionCount()).isEqualTo(1);
    }

    @Test
    void requestsOfOneDatagramAreAllAnswered() {
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(request(1, "gateway.echo"), request(2, "nobody"), request(3, "gateway.echo"));
        answer(peer, 1);
        peer.expectErrorOutside(2, ErrorCode.NO_WORKER);
        answer(peer, 3);
        gateway.expectNoAnswer(peer);
    }

    @Test
    void sixteenRequestsOfOneDatagramAreTaken() {
        Frame[] requests = new Frame[18];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = request(i + 1, "gateway.echo");
        }
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(requests);
        for (int i = 1; i <= 16; i++) {
            answer(peer, i);
        }
        assertThat(peer.expectErrorOutside(17, ErrorCode.LIMITED).notProcessed())
                .isTrue();
        peer.expectErrorOutside(18, ErrorCode.LIMITED);
        gateway.expectNoAnswer(peer);
    }

    /** Nobody can cancel it. */
    @Test
    void anAnswerIsWaitedForTenSecondsAtMost() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(
                new Frame.Request(5, Subject.of("work"), 600_000, Frame.ABSENT, Headers.EMPTY, Payload.text(LONG)));
        Frame.Request asked = worker.take();
        assertThat(asked.deadlineMillis()).isBetween(9_000L, 10_000L);
        gateway.pass(10_100);
        peer.expectErrorOutside(5, ErrorCode.DEADLINE);
        assertThat(worker.receive(Frame.Cancel.class).id()).isEqualTo(asked.id());
    }

    @Test
    void aRepeatIsCarriedOutAgain() {
        AtomicInteger count = new AtomicInteger();
        gateway.gateway.serve(
                "count", asked -> ServiceResponse.of(Payload.text(Integer.toString(count.incrementAndGet()))));
        RawDatagramPeer peer = gateway.datagramPeer();
        for (int i = 1; i <= 3; i++) {
            peer.sendOutside(request(9, "count"));
            assertThat(answer(peer, 9).payload().text()).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void theAnswerToIdZeroIsDiscarded() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(request(0, "work"), request(0, "nobody"));
        worker.takeAndRespond("nobody hears it");
        worker.expectNothing();
        gateway.expectNoAnswer(peer);
    }

    @Test
    void errorsAreAnswersToo() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(request(5, "nobody"));
        assertThat(peer.expectErrorOutside(5, ErrorCode.NO_WORKER).notProcessed())
                .isTrue();
        peer.sendOutside(request(6, "work"));
        worker.send(new Frame.Error(worker.take().id(), ErrorCode.FORBIDDEN.code(), 1234, false, "not you"));
        Frame.Error error = peer.expectErrorOutside(6, ErrorCode.FORBIDDEN);
        assertThat(error.retryAfterMillis()).isEqualTo(1234);
        assertThat(error.message()).isEqualTo("not you");
        peer.sendOutside(request(7, "work"));
        worker.take();
        worker.reset();
        peer.expectErrorOutside(7, ErrorCode.UNAVAILABLE);
    }

    @Test
    void theDeadlinePassesAndTheWorkerHearsOfIt() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(
                new Frame.Request(5, Subject.of("work"), 500, Frame.ABSENT, Headers.EMPTY, Payload.text(LONG)));
        int id = worker.take().id();
        gateway.pass(600);
        peer.expectErrorOutside(5, ErrorCode.DEADLINE);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        worker.respond(id, "too late").expectNothing();
        gateway.expectNoAnswer(peer);
    }

    @Test
    void clientsAreOutOfReach() {
        RawPeer client = gateway.named("someone");
        RawDatagramPeer peer = gateway.datagramPeer();
        for (String subject : new String[] {"client.someone", "client.nobody", "client.a.b"}) {
            peer.sendOutside(request(5, subject)).expectErrorOutside(5, ErrorCode.FORBIDDEN);
        }
        client.expectNothing();
    }

    @Test
    void aStreamIsForStreams() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(new Frame.Request(5, Subject.of("work"), Frame.ABSENT, 10, Headers.EMPTY, Payload.text(LONG)))
                .expectErrorOutside(5, ErrorCode.UNSUPPORTED);
        worker.expectNothing();
    }

    @Test
    void aRequestThatBreaksARuleIs400WithItsId() {
        RawDatagramPeer peer = gateway.datagramPeer(Form.JSON);
        String body = "{\"type\":\"request\",\"id\":7,\"subject\":\"a..b\",\"text\":\"" + LONG + "\"}";
        peer.sendBytes(RawPeer.withLength(body.getBytes(StandardCharsets.UTF_8)));
        peer.expectErrorOutside(7, ErrorCode.MALFORMED);
    }

    @Test
    void anAnswerOverThreeTimesTheDatagramIs413OrNothing() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        int tooLarge = 0;
        for (int bytes = 0; bytes < 1000; bytes += 50) {
            long sent = peer.sentBytes();
            long received = peer.receivedBytes();
            peer.sendOutside(PeerFrames.request(5, "work", ""));
            worker.takeAndRespond("x".repeat(bytes));
            worker.expectNothing();
            gateway.settle();
            while (peer.hasSomething()) {
                Frame frame = peer.next(false);
                if (frame instanceof Frame.Error error) {
                    assertThat(error.code()).isEqualTo(ErrorCode.TOO_LARGE.code());
                    tooLarge++;
                } else {
                    assertThat(((Frame.Response) frame).payload().length()).isEqualTo(bytes);
                }
            }
            assertThat(peer.receivedBytes() - received).isLessThanOrEqualTo(3 * (peer.sentBytes() - sent));
        }
        assertThat(tooLarge).isPositive();
    }

    @Test
    void anAnswerOver1200BytesIs413HoweverLongTheRequest() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendOutside(PeerFrames.request(5, "work", "x".repeat(2000)));
        worker.takeAndRespond("x".repeat(1300));
        assertThat(peer.expectErrorOutside(5, ErrorCode.TOO_LARGE).message()).contains("stream");
        peer.sendOutside(PeerFrames.request(6, "work", "x".repeat(2000)));
        worker.takeAndRespond("x".repeat(1100));
        assertThat(answer(peer, 6).payload().length()).isEqualTo(1100);
    }

    @Test
    void allElseNeedsASession() {
        RawPeer worker = gateway.connect().serve(1, "work").subscribe(2, "news");
        RawDatagramPeer peer = gateway.datagramPeer();
        Frame request = request(2, "work");
        for (Frame frame : new Frame[] {
            new Frame.Ping(2, Payload.text(LONG)),
            PeerFrames.publish(2, "news", true, LONG),
            PeerFrames.publish(0, "news", false, LONG),
            new Frame.Response(2, false, Headers.EMPTY, Payload.text(LONG)),
            PeerFrames.hello(2, null, peer.cookie())
        }) {
            peer.sendOutside(request, frame).expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
            peer.sendOutside(frame, request).expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
        }
        gateway.expectNoAnswer(peer);
        worker.expectNothing();
        assertThat(gateway.sessionCount()).isEqualTo(1);
    }

    @Test
    void sessionsAreThereAsWell() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession("device");
        peer.request(2, "work", "");
        worker.takeAndRespond("once");
        assertThat(peer.answer(2)).isEqualTo("once");
        peer.request(2, "work", "");
        assertThat(peer.answer(2)).isEqualTo("once");
        peer.sendOutside(request(2, "gateway.echo"));
        answer(peer, 2);
        worker.expectNothing();
        peer.expectNothing();
    }

    @Test
    void oneTooManyUnderWayIs429NotProcessed() {
        try (Harness few = start("limits.stateless-requests", "2")) {
            RawPeer worker = few.connect().serve(1, "work");
            RawDatagramPeer first = few.datagramPeer().sendOutside(request(1, "work"));
            int held = worker.take().id();
            RawDatagramPeer second = few.datagramPeer().sendOutside(request(1, "work"));
            worker.take();
            RawDatagramPeer third = few.datagramPeer();
            for (int i = 0; i < 3; i++) {
                third.sendOutside(request(3, "work"));
                assertThat(third.expectErrorOutside(3, ErrorCode.LIMITED).notProcessed())
                        .isTrue();
            }
            worker.respond(held, "done");
            answer(first, 1);
            third.sendOutside(request(4, "work"));
            worker.takeAndRespond("there is room");
            answer(third, 4);
            worker.reset();
            second.expectErrorOutside(1, ErrorCode.UNAVAILABLE);
            for (int i = 0; i < 5; i++) {
                third.sendOutside(request(5, "gateway.echo"));
                answer(third, 5);
            }
        }
    }

    @Test
    void aDrainWaitsForWhatIsUnderWayAndTakesNothingNew() throws Exception {
        CompletableFuture<ServiceResponse> work = new CompletableFuture<>();
        gateway.gateway.serve("inside", asked -> work.join());
        RawDatagramPeer peer = gateway.datagramPeer().sendOutside(request(1, "inside"));
        Harness.eventually(() -> gateway.gauge("gateway.stateless.active") == 1);
        CompletableFuture<Void> drained = gateway.gateway.drain();
        assertThat(peer.sendOutside(request(2, "inside"))
                        .expectErrorOutside(2, ErrorCode.UNAVAILABLE)
                        .notProcessed())
                .isTrue();
        assertThat(drained).isNotDone();
        work.complete(ServiceResponse.of(Payload.text("done")));
        assertThat(answer(peer, 1).payload().text()).isEqualTo("done");
        drained.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aDrainRefusesAlsoWhereThereIsNoPlace() {
        try (Harness few = start("limits.stateless-requests", "1")) {
            CompletableFuture<ServiceResponse> work = new CompletableFuture<>();
            few.gateway.serve("inside", asked -> work.join());
            RawDatagramPeer peer = few.datagramPeer().sendOutside(request(1, "inside"));
            Harness.eventually(() -> few.gauge("gateway.stateless.active") == 1);
            few.gateway.drain();
            peer.sendOutside(request(2, "inside"));
            assertThat(peer.expectErrorOutside(2, ErrorCode.UNAVAILABLE).notProcessed())
                    .isTrue();
            work.complete(ServiceResponse.of(Payload.EMPTY));
        }
    }

    @Test
    void aDrainWithNothingUnderWayIsDone() throws Exception {
        RawDatagramPeer peer = gateway.datagramPeer().sendOutside(request(1, "gateway.echo"));
        answer(peer, 1);
        gateway.gateway.drain().get(10, TimeUnit.SECONDS);
    }

    /** Its place is free once it is answered, so nothing else would bound what stayed. */
    @Test
    void anAnsweredRequestLeavesNoTimer() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        int before = timers();
        for (int id = 1; id <= 20; id++) {
            peer.sendOutside(request(id, "work"));
            worker.takeAndRespond("done");
            answer(peer, id);
        }
        Harness.eventually(() -> timers() <= before + 1); // the worker's own
    }

    private int timers() {
        return ReachableObjects.from(gateway.gateway, "RecentMatches").getOrDefault("Timer", 0);
    }
}
