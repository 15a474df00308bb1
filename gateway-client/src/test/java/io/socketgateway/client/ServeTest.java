package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ServeTest {
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final GatewayClient client = gateway.connect();

    record OrderId(int id) {}

    record Order(int id, String item) {}

    @AfterEach
    void close() {
        gateway.close();
    }

    private Service serve(Function<GatewayClient, Service> serving) {
        CompletableFuture<Service> service = CompletableFuture.supplyAsync(() -> serving.apply(client));
        gateway.peer().confirm(Frame.Serve.class);
        return Futures.soon(service);
    }

    private void request(int id, String subject, Payload payload) {
        gateway.peer().send(new Frame.Request(id, Subject.of(subject), 5000, Frame.ABSENT, Headers.EMPTY, payload));
    }

    private void streamRequest(int id, String subject, long credit) {
        gateway.peer().send(new Frame.Request(id, Subject.of(subject), 5000, credit, Headers.EMPTY, Payload.EMPTY));
    }

    private Frame.Error error(int id) {
        Frame.Error error = gateway.peer().expect(Frame.Error.class);
        assertThat(error.id()).isEqualTo(id);
        return error;
    }

    @Test
    void aHandlerSeesTheRequestAndItsAnswerGoesBack() {
        Service service = serve(c -> c.serve("orders.*", ServeOptions.defaults().withGroup("g"), request -> {
            assertThat(request.subject()).isEqualTo("orders.get");
            assertThat(request.headers().get("k")).isEqualTo("v");
            assertThat(request.timeLeft()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(5));
            assertThat(request.isCancelled()).isFalse();
            assertThat(Threads.isEventLoop()).isFalse();
            return Response.of(Headers.of("a", "b"), Payload.text(request.text() + "!"));
        }));
        assertThat(service.pattern()).isEqualTo("orders.*");
        assertThat(service.group()).isEqualTo("g");
        gateway.peer()
                .send(new Frame.Request(
                        5, Subject.of("orders.get"), 5000, Frame.ABSENT, Headers.of("k", "v"), Payload.text("7")));
        assertThat(gateway.peer().next())
                .isEqualTo(new Frame.Response(5, false, Headers.of("a", "b"), Payload.text("7!")));
    }

    @Test
    void objectsAreAnsweredWithObjects() {
        serve(c -> c.serve("orders.get", OrderId.class, id -> new Order(id.id(), "pen")));
        request(1, "orders.get", Payload.json("{\"id\":7}"));
        assertThat(gateway.peer().expect(Frame.Response.class).payload())
                .isEqualTo(Payload.json("{\"id\":7,\"item\":\"pen\"}"));
        request(2, "orders.get", Payload.text("oops"));
        assertThat(error(2).errorCode()).isEqualTo(ErrorCode.MALFORMED);
    }

    @Test
    void theMostSpecificServiceAnswers() {
        serve(c -> c.serve(">", request -> Response.text("rest")));
        serve(c -> c.serve("a.*", request -> Response.text("one")));
        serve(c -> c.serve("a.b", request -> Response.text("literal")));
        for (String[] expected : new String[][] {{"a.b", "literal"}, {"a.c", "one"}, {"x.y.z", "rest"}}) {
            request(9, expected[0], Payload.EMPTY);
            assertThat(gateway.peer().expect(Frame.Response.class).payload().text())
                    .isEqualTo(expected[1]);
        }
    }

    @Test
    void errorsOfHandlersTellNoMoreThanTheyShould() {
        serve(c -> c.serve("a.refuses", request -> {
            throw new GatewayException(ErrorCode.FORBIDDEN, "not you")
                    .asNotProcessed()
                    .withRetryAfter(Duration.ofSeconds(2));
        }));
        serve(c -> c.serve("a.breaks", request -> {
            throw new IllegalStateException("password=secret");
        }));
        serve(c -> c.serve("a.asks", request -> {
            throw GatewayException.ofCall(404, "inner", true, null, null);
        }));
        request(1, "a.refuses", Payload.EMPTY);
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Error(1, 403, 2000, true, "not you"));
        request(2, "a.breaks", Payload.EMPTY);
        assertThat(gateway.peer().next()).isEqualTo(Frame.Error.of(2, ErrorCode.FAILED, "the worker failed"));
        request(3, "a.asks", Payload.EMPTY);
        assertThat(gateway.peer().next()).isEqualTo(Frame.Error.of(3, ErrorCode.FAILED, "the worker failed"));
    }

    @Test
    void whatNobodyHandlesIsAnsweredNoWorker() {
        request(1, "client.client-1", Payload.EMPTY);
        assertThat(error(1).errorCode()).isEqualTo(ErrorCode.NO_WORKER);
        request(2, "some.thing", Payload.EMPTY);
        Frame.Error error = error(2);
        assertThat(error.errorCode()).isEqualTo(ErrorCode.NO_WORKER);
        assertThat(error.notProcessed()).isTrue();
        client.onRequest(request -> Response.text("me"));
        request(3, "client.client-1", Payload.EMPTY);
        assertThat(gateway.peer().expect(Frame.Response.class).payload().text()).isEqualTo("me");
    }

    @Test
    void overItsBoundsAServiceRefusesAtOnce() {
        CountDownLatch goOn = new CountDownLatch(1);
        serve(c -> c.serve("slow", ServeOptions.defaults().withConcurrency(2).withQueueCapacity(1), request -> {
            goOn.await();
            return Response.text(request.text());
        }));
        for (int id = 1; id <= 4; id++) {
            request(id, "slow", Payload.text("x"));
        }
        Frame.Error refused = error(4);
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused.notProcessed()).isTrue();
        goOn.countDown();
        List<Integer> answered = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answered.add(gateway.peer().expect(Frame.Response.class).id());
        }
        assertThat(answered).containsExactlyInAnyOrder(1, 2, 3);
        request(5, "slow", Payload.text("x"));
        assertThat(gateway.peer().expect(Frame.Response.class).id()).isEqualTo(5);
    }

    @Test
    void cancelInterruptsTheHandlerAndNothingIsAnswered() {
        CompletableFuture<IncomingRequest> begun = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Boolean> actionOnLoop = new CompletableFuture<>();
        serve(c -> c.serve("slow", request -> {
            request.onCancel(() -> actionOnLoop.complete(Threads.isEventLoop()));
            begun.complete(request);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            return Response.text("too late");
        }));
        request(1, "slow", Payload.EMPTY);
        IncomingRequest request = Futures.soon(begun);
        gateway.peer().send(new Frame.Cancel(1));
        assertThat(Futures.soon(interrupted)).isTrue();
        assertThat(Futures.soon(actionOnLoop)).isFalse();
        assertThat(request.isCancelled()).isTrue();
        request(2, "nobody", Payload.EMPTY);
        assertThat(error(2).errorCode()).isEqualTo(ErrorCode.NO_WORKER); // and no answer to 1 before it
    }

    @Test
    void aRequestThatIsCancelledWhileItWaitsIsNeverHandled() {
        CountDownLatch goOn = new CountDownLatch(1);
        List<String> handled = new ArrayList<>();
        serve(c -> c.serve("slow", ServeOptions.defaults().withConcurrency(1), request -> {
            handled.add(request.text());
            goOn.await();
            return Response.empty();
        }));
        request(1, "slow", Payload.text("1"));
        request(2, "slow", Payload.text("2"));
        request(3, "slow", Payload.text("3"));
        gateway.peer().send(new Frame.Cancel(2));
        Futures.pingPong(client, gateway.peer());
        goOn.countDown();
        assertThat(gateway.peer().expect(Frame.Response.class).id()).isEqualTo(1);
        assertThat(gateway.peer().expect(Frame.Response.class).id()).isEqualTo(3);
        assertThat(handled).containsExactly("1", "3");
    }

    @Test
    void aLostConnectionCancelsWhatIsBeingAnswered() {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        serve(c -> c.serve("slow", request -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            return Response.empty();
        }));
        request(1, "slow", Payload.EMPTY);
        await().until(() -> begun.getCount() == 0);
        gateway.peer().reset();
        assertThat(Futures.soon(interrupted)).isTrue();
        gateway.accept().welcome();
        gateway.peer().confirm(Frame.Serve.class);
    }

    @Test
    void laterAnswersHoldNoThread() {
        CompletableFuture<Response> first = new CompletableFuture<>();
        CompletableFuture<Response> second = new CompletableFuture<>();
        serve(c -> c.serveAsync("later", request -> request.text().equals("1") ? first : second));
        request(1, "later", Payload.text("1"));
        request(2, "later", Payload.text("2"));
        Futures.pingPong(client, gateway.peer());
        second.complete(Response.text("two"));
        assertThat(gateway.peer().expect(Frame.Response.class).id()).isEqualTo(2);
        first.completeExceptionally(new GatewayException(ErrorCode.NO_WORKER, "gone"));
        assertThat(error(1).errorCode()).isEqualTo(ErrorCode.NO_WORKER);
    }

    @Test
    void cancelCancelsALaterAnswerAndFreesItsPlace() {
        CompletableFuture<Response> stage = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        serve(c ->
                c.serveAsync("later", ServeOptions.defaults().withConcurrency(1).withQueueCapacity(0), request -> {
                    begun.countDown();
                    return request.text().equals("1") ? stage : CompletableFuture.completedFuture(Response.empty());
                }));
        request(1, "later", Payload.text("1"));
        await().until(() -> begun.getCount() == 0);
        gateway.peer().send(new Frame.Cancel(1));
        await().until(stage::isCancelled);
        Futures.pingPong(client, gateway.peer());
        request(2, "later", Payload.text("2"));
        assertThat(gateway.peer().expect(Frame.Response.class).id()).isEqualTo(2);
    }

    @Test
    void aStreamSendsNoMoreThanItsCredit() {
        serve(c -> c.serveStream(
                "count",
                request -> Responses.from(IntStream.range(0, 10).mapToObj(i -> Response.text(Integer.toString(i))))));
        streamRequest(1, "count", 2);
        assertThat(item(1)).isEqualTo("0");
        assertThat(item(1)).isEqualTo("1");
        Futures.pingPong(client, gateway.peer()); // nothing comes between
        gateway.peer().send(new Frame.Credit(1, 100));
        for (int i = 2; i < 10; i++) {
            assertThat(item(1)).isEqualTo(Integer.toString(i));
        }
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Response(1, false, Headers.EMPTY, Payload.EMPTY));
    }

    private String item(int id) {
        Frame.Response response = gateway.peer().expect(Frame.Response.class);
        assertThat(response.id()).isEqualTo(id);
        assertThat(response.more()).isTrue();
        return response.payload().text();
    }

    @Test
    void aLongStreamGoesOnWithItsCredit() {
        int total = 5000;
        serve(c -> c.serveStream(
                "count",
                request ->
                        Responses.from(IntStream.range(0, total).mapToObj(i -> Response.text(Integer.toString(i))))));
        streamRequest(1, "count", 100);
        for (int i = 0; i < total; i++) {
            assertThat(item(1)).isEqualTo(Integer.toString(i));
            if (i % 100 == 50) {
                gateway.peer().send(new Frame.Credit(1, 100));
            }
        }
        assertThat(gateway.peer().expect(Frame.Response.class).more()).isFalse();
    }

    @Test
    void cancelCancelsThePublisher() {
        CountDownLatch closed = new CountDownLatch(1);
        serve(c -> c.serveStream(
                "endless",
                request -> Responses.from(IntStream.iterate(0, i -> i + 1)
                        .mapToObj(i -> Response.text("x"))
                        .onClose(closed::countDown))));
        streamRequest(1, "endless", 3);
        for (int i = 0; i < 3; i++) {
            item(1);
        }
        gateway.peer().send(new Frame.Cancel(1));
        await().until(() -> closed.getCount() == 0);
    }

    @Test
    void aStreamThatFailsEndsWithAnError() {
        serve(c -> c.serveStream(
                "bad",
                request -> Responses.from(IntStream.range(0, 3).mapToObj(i -> {
                    if (i == 1) {
                        throw new GatewayException(ErrorCode.LIMITED, "only one");
                    }
                    return Response.text("x");
                }))));
        streamRequest(1, "bad", 10);
        item(1);
        assertThat(error(1).errorCode()).isEqualTo(ErrorCode.LIMITED);
    }

    @Test
    void aStreamHandlerAnswersASingleRequestWithItsFirst() {
        serve(c -> c.serveStream("count", request -> Responses.of(Response.text("1"), Response.text("2"))));
        request(1, "count", Payload.EMPTY);
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Response(1, false, Headers.EMPTY, Payload.text("1")));
    }

    @Test
    void aPlainHandlerAnswersAStreamOnceThereIsCredit() {
        serve(c -> c.serve("one", request -> Response.text("1")));
        streamRequest(1, "one", 0);
        Futures.pingPong(client, gateway.peer());
        gateway.peer().send(new Frame.Credit(1, 1));
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Response(1, false, Headers.EMPTY, Payload.text("1")));
    }

    @Test
    void anAnswerThatIsTooLongBecomesAnError() {
        serve(c -> c.serve("big", request -> Response.of(Payload.bytes(new byte[1 << 20]))));
        request(1, "big", Payload.EMPTY);
        assertThat(error(1).errorCode()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void anIdInUseIsAConflictAndTheFirstGoesOn() {
        CompletableFuture<Response> stage = new CompletableFuture<>();
        serve(c -> c.serveAsync("later", request -> stage));
        request(1, "later", Payload.EMPTY);
        request(1, "later", Payload.EMPTY);
        assertThat(error(1).errorCode()).isEqualTo(ErrorCode.CONFLICT);
        stage.complete(Response.text("first"));
        assertThat(gateway.peer().expect(Frame.Response.class).payload().text()).isEqualTo("first");
    }

    @Test
    void aRequestWithoutIdIsHandledAndNotAnswered() {
        CountDownLatch handled = new CountDownLatch(1);
        serve(c -> c.serve("tell", request -> {
            handled.countDown();
            return Response.text("nobody reads this");
        }));
        request(0, "tell", Payload.EMPTY);
        await().until(() -> handled.getCount() == 0);
        request(7, "nobody", Payload.EMPTY);
        assertThat(error(7).errorCode()).isEqualTo(ErrorCode.NO_WORKER);
    }

    @Test
    void aClosedServiceAnswersUntilTheGatewayKnows() {
        Service service = serve(c -> c.serve("a", request -> Response.text("x")));
        service.close();
        Frame.Unsubscribe end = gateway.peer().expect(Frame.Unsubscribe.class);
        assertThat(end.confirm()).isTrue();
        request(1, "a", Payload.EMPTY);
        assertThat(gateway.peer().expect(Frame.Response.class).id()).isEqualTo(1);
        gateway.peer().respond(end.id(), Payload.EMPTY);
        request(2, "a", Payload.EMPTY);
        assertThat(error(2).errorCode()).isEqualTo(ErrorCode.NO_WORKER);
        assertThat(service.isActive()).isFalse();
    }
}
