package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.contract.Target.Capability;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One question, one answer, and all that may come instead. */
public interface RequestContract extends TargetHolder {
    /** What a typed request asks. */
    record OrderId(int id) {}

    /** What it is answered. */
    record Order(int id, String item, List<String> tags) {}

    /** Room for all of a request's frame but the payload. */
    int FRAME_OVERHEAD = 512;

    @Test
    default void aRequestIsAnsweredByAWorker() {
        String subject = target().subject("greet");
        target().worker().serve(subject, request -> Response.text("Hello, " + request.text()));

        assertThat(target().client().requestAndWait(subject, Payload.text("world")))
                .isEqualTo(Payload.text("Hello, world"));
    }

    @Test
    default void subjectHeadersAndPayloadArriveAsTheyWereSent() {
        String subject = target().subject("seen");
        AtomicReference<Map<String, String>> seenHeaders = new AtomicReference<>();
        AtomicReference<String> seenSubject = new AtomicReference<>();
        target().worker().serve(subject + ".>", request -> {
            seenSubject.set(request.subject());
            seenHeaders.set(request.headers().toMap());
            return Response.of(Headers.of("answer", "größer ✓", "Answer", ""), request.payload());
        });

        Response response = Await.value(target().client()
                .request(Request.to(subject + ".a.b")
                        .header("tenant", "blue")
                        .header("X", "snow ☃ 🙂")
                        .text("hi")
                        .build()));

        assertThat(seenSubject).hasValue(subject + ".a.b");
        assertThat(seenHeaders.get()).isEqualTo(Map.of("tenant", "blue", "X", "snow ☃ 🙂"));
        assertThat(response.headers().toMap()).isEqualTo(Map.of("answer", "größer ✓", "Answer", ""));
        assertThat(response.text()).isEqualTo("hi");
    }

    @Test
    default void everyKindOfContentKeepsItsKind() {
        String subject = target().subject("mirror");
        target().worker().serve(subject, request -> Response.of(request.payload()));
        GatewayClient client = target().client();

        for (Payload payload : List.of(
                Payload.EMPTY,
                Payload.text(""),
                Payload.text("text ☃"),
                Payload.json("{ \"spaces\" : [1.50, 1e3], \"lone\":\"\\ud800\" }"),
                Payload.cbor(new byte[] {(byte) 0xA1, 0x01, 0x02}),
                Payload.bytes(new byte[] {0, -1, 127, '{', 0}),
                Payload.owning(io.socketgateway.protocol.Content.JSON, new byte[] {'{'}),
                Payload.owning(io.socketgateway.protocol.Content.TEXT, new byte[] {(byte) 0xFF}))) {
            assertThat(client.requestAndWait(subject, payload)).isEqualTo(payload);
            assertThat(client.requestAndWait("gateway.echo", payload)).isEqualTo(payload);
        }
    }

    @Test
    default void aPayloadOfAlmostAMebibyteArrivesWhole() {
        target().requires(Capability.LARGE_FRAMES);
        byte[] bytes = new byte[(1 << 20) - FRAME_OVERHEAD];
        new Random(1).nextBytes(bytes);
        String subject = target().subject("large");
        target().worker().serve(subject, request -> Response.of(request.payload()));
        GatewayClient client = target().client();

        for (int i = 0; i < 3; i++) {
            assertThat(Arrays.equals(
                            client.requestAndWait(subject, Payload.bytes(bytes)).toByteArray(), bytes))
                    .isTrue();
        }
    }

    @Test
    default void subjectsAreUnicode() {
        String subject = target().subject("größe.温度.🙂-\u202E");
        target().worker().serve(subject, request -> Response.text(request.subject()));

        assertThat(target().client().requestAndWait(subject, Payload.EMPTY).text())
                .isEqualTo(subject);
    }

    @Test
    default void typedRequestsAreJsonOnBothSides() {
        String subject = target().subject("orders.get");
        target().worker()
                .serve(subject, OrderId.class, id -> new Order(id.id(), "tea ☕", List.of("hot", "green \"x\"")));
        GatewayClient client = target().client();

        assertThat(Await.value(client.request(subject, new OrderId(7), Order.class)))
                .isEqualTo(new Order(7, "tea ☕", List.of("hot", "green \"x\"")));
        assertThat(client.requestAndWait(subject, new OrderId(8), Order.class).id())
                .isEqualTo(8);
        assertThat(client.requestAndWait(subject, Payload.json("{\"id\":9}")).text())
                .startsWith("{\"id\":9,");
    }

    @Test
    default void jsonThatIsNoneIsTheRequestersFaultAndSaysSo() {
        String subject = target().subject("orders.get");
        target().worker().serve(subject, OrderId.class, id -> new Order(id.id(), "x", List.of()));
        GatewayClient client = target().client();

        GatewayException fault = Await.failure(client.request(subject, Payload.json("[]")));
        assertThat(fault.code()).isEqualTo(ErrorCode.MALFORMED);
        GatewayException answerFault = Await.failure(client.request("gateway.echo", "text", Order.class));
        assertThat(answerFault.code()).isEqualTo(ErrorCode.MALFORMED);
    }

    @Test
    default void nobodyThereIs404AndNothingWasDone() {
        GatewayException fault = Await.failure(target().client().request(target().subject("nobody"), Payload.EMPTY));

        assertThat(fault.code()).isEqualTo(ErrorCode.NO_WORKER);
        assertThat(fault.notProcessed()).isTrue();
    }

    @Test
    default void aBadSubjectFailsTheFutureAndNothingIsSent() {
        GatewayClient client = target().client();
        for (String bad :
                List.of("", "a..b", ".a", "a b", "a.*", ">", "a\tb", "x".repeat(256), "a.".repeat(16) + "a")) {
            GatewayException fault = Await.failure(client.request(bad, Payload.EMPTY));
            assertThat(fault.code()).as(bad).isEqualTo(ErrorCode.MALFORMED);
            assertThat(fault.notProcessed()).as(bad).isTrue();
        }
        assertThat(client.requestAndWait("gateway.echo", Payload.text("still here"))
                        .text())
                .isEqualTo("still here");
    }

    @Test
    default void theDeadlinePassesAndTheWorkerHearsOfIt() {
        String subject = target().subject("slow");
        CompletableFuture<Duration> timeLeft = new CompletableFuture<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        target().worker().serveAsync(subject, request -> {
            timeLeft.complete(request.timeLeft());
            request.onCancel(cancelled::countDown);
            return new CompletableFuture<>();
        });

        GatewayException fault = Await.failure(target().client()
                .request(Request.to(subject).timeout(Duration.ofMillis(500)).build()));

        assertThat(fault.code()).isEqualTo(ErrorCode.DEADLINE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        assertThat(Await.value(timeLeft)).isBetween(Duration.ZERO, Duration.ofMillis(500));
        Await.opened(cancelled);
    }

    @Test
    default void aRequestThatIsCancelledIsCancelledAtTheWorkerToo() {
        String subject = target().subject("long");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        target().worker().serve(subject, request -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return Response.empty();
        });
        CompletableFuture<Response> answer = target().client().request(subject, Payload.EMPTY);
        Await.opened(begun);

        assertThat(answer.cancel(true)).isTrue();

        Await.opened(interrupted);
        assertThatThrownBy(answer::join).isInstanceOf(CancellationException.class);
    }

    @Test
    default void cancellingATypedRequestCancelsIt() {
        String subject = target().subject("long.typed");
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Response> stage = new CompletableFuture<>();
        target().worker().serveAsync(subject, request -> {
            begun.countDown();
            return stage;
        });
        CompletableFuture<Order> answer = target().client().request(subject, new OrderId(1), Order.class);
        Await.opened(begun);

        answer.cancel(true);

        Await.until("the worker's stage is cancelled", stage::isCancelled);
    }

    @Test
    default void anInterruptedThreadCancelsItsRequest() throws InterruptedException {
        String subject = target().subject("long.wait");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        target().worker().serveAsync(subject, request -> {
            request.onCancel(cancelled::countDown);
            begun.countDown();
            return new CompletableFuture<>();
        });
        GatewayClient client = target().client();
        CompletableFuture<GatewayException> fault = new CompletableFuture<>();
        Thread waiting =
                new Thread(() -> fault.complete(Await.thrown(() -> client.requestAndWait(subject, Payload.EMPTY))));
        waiting.start();
        Await.opened(begun);

        waiting.interrupt();

        assertThat(Await.value(fault).code()).isEqualTo(ErrorCode.CANCELLED);
        Await.opened(cancelled);
        waiting.join();
    }

    @Test
    default void anAnswerThatNobodyWantsAnyMoreDisturbsNothing() {
        String subject = target().subject("late");
        CompletableFuture<Response> late = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        target().worker().serveAsync(subject, request -> {
            if (request.text().equals("wait")) {
                begun.countDown();
                return late.copy(); // not cancelled with the request
            }
            return CompletableFuture.completedFuture(Response.text("at once"));
        });
        GatewayClient client = target().client();
        CompletableFuture<Response> given = client.request(subject, Payload.text("wait"));
        Await.opened(begun);
        given.cancel(true);

        late.complete(Response.text("too late"));

        assertThat(client.requestAndWait(subject, Payload.EMPTY).text()).isEqualTo("at once");
    }

    @Test
    default void whatAHandlerThrowsIsWhatTheRequesterGets() {
        String subject = target().subject("fails");
        target().worker().serve(subject, request -> switch (request.text()) {
            case "refuse" ->
                throw new GatewayException(ErrorCode.LIMITED, "come back later")
                        .withRetryAfter(Duration.ofMillis(1234))
                        .asNotProcessed();
            case "forbid" -> throw new GatewayException(ErrorCode.FORBIDDEN, "not yours");
            case "null" -> null;
            default -> throw new IllegalStateException("secret details");
        });
        GatewayClient client = target().client();

        GatewayException refused = Await.failure(client.request(subject, Payload.text("refuse")));
        assertThat(refused.code()).isEqualTo(ErrorCode.LIMITED);
        assertThat(refused).hasMessageContaining("come back later");
        assertThat(refused.retryAfter()).contains(Duration.ofMillis(1234));
        assertThat(refused.notProcessed()).isTrue();
        GatewayException forbidden = Await.failure(client.request(subject, Payload.text("forbid")));
        assertThat(forbidden.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(forbidden.mayHaveBeenProcessed()).isTrue();
        GatewayException failed = Await.failure(client.request(subject, Payload.text("throw")));
        assertThat(failed.code()).isEqualTo(ErrorCode.FAILED);
        assertThat(failed.mayHaveBeenProcessed()).isTrue();
        assertThat(failed.getMessage()).doesNotContain("secret");
        assertThat(Await.failure(client.request(subject, Payload.text("null"))).code())
                .isEqualTo(ErrorCode.FAILED);
    }

    @Test
    default void whatAHandlersOwnRequestMetIsNotTakenForItsAnswer() {
        String subject = target().subject("chain");
        GatewayClient worker = target().worker();
        worker.serve(
                subject, request -> Response.of(worker.requestAndWait(target().subject("nobody"), request.payload())));

        GatewayException fault = Await.failure(target().client().request(subject, Payload.EMPTY));

        assertThat(fault.code()).isEqualTo(ErrorCode.FAILED);
        assertThat(fault.notProcessed()).isFalse();
    }

    @Test
    default void requestsThatHadNoEffectAreSentAgainUntilAWorkerIsThere() {
        String subject = target().subject("later");
        GatewayClient client =
                target().client(builder -> builder.reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50)));
        CompletableFuture<Response> answer = client.request(Request.to(subject)
                .retries(Integer.MAX_VALUE)
                .timeout(Await.LONG)
                .build());
        GatewayException refused = Await.failure(client.request(subject, Payload.EMPTY));
        assertThat(refused.code()).isEqualTo(ErrorCode.NO_WORKER);

        AtomicInteger calls = new AtomicInteger();
        target().worker().serve(subject, request -> Response.text("call " + calls.incrementAndGet()));

        assertThat(Await.value(answer).text()).isEqualTo("call 1");
        assertThat(calls).hasValue(1);
    }

    @Test
    default void aRefusalWithoutEffectIsTriedAgainButNoOtherError() {
        String subject = target().subject("moody");
        AtomicInteger calls = new AtomicInteger();
        target().worker().serve(subject, request -> {
            int call = calls.incrementAndGet();
            GatewayException fault = new GatewayException(ErrorCode.UNAVAILABLE, "call " + call);
            if (call <= 2) {
                throw fault.withRetryAfter(Duration.ofMillis(5)).asNotProcessed();
            } else if (call == 3) {
                throw fault;
            }
            return Response.text("never reached");
        });
        GatewayClient client = target().client(
                        builder -> builder.reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50))
                                .retries(9));

        GatewayException fault = Await.failure(client.request(subject, Payload.EMPTY));

        assertThat(fault).hasMessageContaining("call 3");
        assertThat(calls).hasValue(3);
    }

    @Test
    default void codeOfTheUserNeverRunsOnAnEventLoop() {
        String subject = target().subject("threads");
        List<String> threads = new java.util.concurrent.CopyOnWriteArrayList<>();
        target().worker().serve(subject, request -> {
            threads.add(Thread.currentThread().getName());
            return Response.empty();
        });
        GatewayClient client = target().client();
        client.onState((state, reason) -> threads.add(Thread.currentThread().getName()));

        Await.value(client.request(subject, Payload.EMPTY)
                .thenAccept(response -> threads.add(Thread.currentThread().getName())));
        Await.value(client.ping()
                .thenAccept(rtt -> threads.add(Thread.currentThread().getName())));
        Await.value(client.request(target().subject("nobody"), Payload.EMPTY)
                .handle((response, fault) -> threads.add(Thread.currentThread().getName())));

        assertThat(threads).noneMatch(name -> name.contains("loop"));
    }

    @Test
    default void aRequestFromACompletionHandlerMayBlock() {
        GatewayClient client = target().client();

        String chained = Await.value(client.request("gateway.echo", Payload.text("a"))
                .thenApply(first -> first.text()
                        + client.requestAndWait("gateway.echo", Payload.text("b"))
                                .text()));

        assertThat(chained).isEqualTo("ab");
    }
}
