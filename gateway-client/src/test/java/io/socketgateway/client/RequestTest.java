package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RequestTest {
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();

    record OrderId(int id) {}

    record Order(int id, String item) {}

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aRequestCarriesItsFieldsAndTheAnswerComesBack() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer = client.request(Request.to("orders.get")
                .text("7")
                .header("k", "v")
                .timeout(Duration.ofSeconds(2))
                .build());
        Frame.Request request = gateway.peer().expect(Frame.Request.class);
        assertThat(request.id()).isNotZero();
        assertThat(request.subject().value()).isEqualTo("orders.get");
        assertThat(request.payload()).isEqualTo(Payload.text("7"));
        assertThat(request.headers()).isEqualTo(Headers.of("k", "v"));
        assertThat(request.deadlineMillis()).isBetween(1L, 2000L);
        assertThat(request.isStream()).isFalse();

        gateway.peer().send(new Frame.Response(request.id(), false, Headers.of("a", "b"), Payload.text("seven")));
        assertThat(answer.join().text()).isEqualTo("seven");
        assertThat(answer.join().headers().get("a")).isEqualTo("b");
    }

    @Test
    void thirtySecondsAreTheTimeoutUnlessTold() {
        gateway.connect(GatewayClient.builder().clock(clock)).request("a", Payload.EMPTY);
        assertThat(gateway.peer().expect(Frame.Request.class).deadlineMillis()).isEqualTo(30_000);
    }

    @Test
    void answersMayComeInAnyOrderByteByByteAndTwoAtOnce() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> first = client.request("a", Payload.EMPTY);
        CompletableFuture<Response> second = client.request("b", Payload.EMPTY);
        CompletableFuture<Response> third = client.request("c", Payload.EMPTY);
        int[] ids = new int[3];
        for (int i = 0; i < 3; i++) {
            ids[i] = gateway.peer().expect(Frame.Request.class).id();
        }
        gateway.peer().sendSlowly(response(ids[2], "3"));
        gateway.peer().send(response(ids[1], "2"), response(ids[0], "1"), response(999, "nobody's"));
        assertThat(first.join().text()).isEqualTo("1");
        assertThat(second.join().text()).isEqualTo("2");
        assertThat(third.join().text()).isEqualTo("3");
    }

    private static Frame.Response response(int id, String text) {
        return new Frame.Response(id, false, Headers.EMPTY, Payload.text(text));
    }

    @Test
    void objectsTravelAsJson() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Order> order = client.request("orders.get", new OrderId(7), Order.class);
        Frame.Request request = gateway.peer().expect(Frame.Request.class);
        assertThat(request.payload()).isEqualTo(Payload.json("{\"id\":7}"));
        gateway.peer().respond(request.id(), Payload.json("{\"id\":7,\"item\":\"pen\"}"));
        assertThat(order.join()).isEqualTo(new Order(7, "pen"));
        assertThat(client.json(new OrderId(1)).content()).isEqualTo(Content.JSON);
    }

    @Test
    void anAnswerThatIsNotTheJsonOfTheTypeFailsTheFuture() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Order> order = client.request("orders.get", new OrderId(7), Order.class);
        gateway.peer().respond(gateway.peer().expect(Frame.Request.class).id(), Payload.text("oops"));
        assertThat(Futures.faultOf(order).code()).isEqualTo(ErrorCode.MALFORMED);
    }

    @Test
    void blockingCallsReturnTheAnswerOrThrowWithTheCallersStackTrace() throws Exception {
        GatewayClient client = gateway.connect();
        CompletableFuture<Payload> answer =
                CompletableFuture.supplyAsync(() -> client.requestAndWait("a", Payload.text("x")));
        gateway.peer().respond(gateway.peer().expect(Frame.Request.class).id(), Payload.text("y"));
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(Payload.text("y"));

        CompletableFuture<Payload> failing =
                CompletableFuture.supplyAsync(() -> client.requestAndWait("a", Payload.text("x")));
        gateway.peer()
                .send(Frame.Error.notProcessed(
                        gateway.peer().expect(Frame.Request.class).id(), ErrorCode.NO_WORKER, "nobody"));
        GatewayException fault = Futures.faultOf(failing);
        assertThat(fault.code()).isEqualTo(ErrorCode.NO_WORKER);
        assertThat(fault.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(getClass().getName()));
    }

    @Test
    void anInterruptedCallerCancelsItsRequest() throws Exception {
        GatewayClient client = gateway.connect();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                client.requestAndWait("a", Payload.EMPTY);
            } catch (GatewayException e) {
                thrown.set(e);
            }
        });
        caller.start();
        int id = gateway.peer().expect(Frame.Request.class).id();
        caller.interrupt();
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(id));
        caller.join();
        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    }

    @Test
    void anErrorTellsAllThatTheGatewayTold() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        gateway.peer()
                .send(new Frame.Error(gateway.peer().expect(Frame.Request.class).id(), 429, 250, true, "slow down"));
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.LIMITED);
        assertThat(fault).hasMessageContaining("slow down");
        assertThat(fault.notProcessed()).isTrue();
        assertThat(fault.mayHaveBeenProcessed()).isFalse();
        assertThat(fault.retryAfter()).contains(Duration.ofMillis(250));
    }

    @Test
    void aCodeOfALaterVersionKeepsItsNumber() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        gateway.peer()
                .send(new Frame.Error(gateway.peer().expect(Frame.Request.class).id(), 599, Frame.ABSENT, false, ""));
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.rawCode()).isEqualTo(599);
        assertThat(fault.code()).isEqualTo(ErrorCode.FAILED);
        assertThat(fault.retryAfter()).isEmpty();
    }

    @Test
    void cancellingTheFutureSendsCancelOnce() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        int id = gateway.peer().expect(Frame.Request.class).id();
        answer.cancel(true);
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(id));
        gateway.peer().send(Frame.Error.of(id, ErrorCode.CANCELLED, ""));

        CompletableFuture<Order> typed = client.request("a", new OrderId(1), Order.class);
        int typedId = gateway.peer().expect(Frame.Request.class).id();
        typed.cancel(true);
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(typedId));
    }

    @Test
    void aTimeoutOfTheFutureItselfSendsCancelToo() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        int id = gateway.peer().expect(Frame.Request.class).id();
        answer.completeExceptionally(new java.util.concurrent.TimeoutException());
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void aGatewayThatForgetsTheDeadlineIsNotWaitedForForEver() {
        GatewayClient client = gateway.connect(GatewayClient.builder().clock(clock));
        CompletableFuture<Response> answer =
                client.request(Request.to("a").timeout(Duration.ofSeconds(1)).build());
        int id = gateway.peer().expect(Frame.Request.class).id();
        clock.advanceUntil(answer::isDone);
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.DEADLINE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void overTheBoundOfOutstandingRequestsNothingIsSent() {
        GatewayClient client = gateway.connect(GatewayClient.builder().maxRequests(2));
        CompletableFuture<Response> first = client.request("a", Payload.EMPTY);
        client.request("b", Payload.EMPTY);
        CompletableFuture<Response> third = client.request("c", Payload.EMPTY);
        assertThat(third).isCompletedExceptionally();
        assertThat(Futures.faultOf(third).code()).isEqualTo(ErrorCode.LIMITED);
        assertThat(Futures.faultOf(third).notProcessed()).isTrue();

        int id = gateway.peer().expect(Frame.Request.class).id();
        gateway.peer().expect(Frame.Request.class);
        gateway.peer().respond(id, Payload.EMPTY);
        first.join();
        client.request("d", Payload.EMPTY);
        assertThat(gateway.peer().expect(Frame.Request.class).subject().value()).isEqualTo("d");
    }

    @Test
    void theGatewayMayGrantFewerRequests() {
        CompletableFuture<GatewayClient> connecting =
                GatewayClient.builder().url(gateway.url()).connectAsync();
        gateway.accept().welcome(30, 1 << 20, 1, "r");
        GatewayClient client = gateway.closing(connecting.join());
        client.request("a", Payload.EMPTY);
        assertThat(Futures.faultOf(client.request("b", Payload.EMPTY)).code()).isEqualTo(ErrorCode.LIMITED);
    }

    @Test
    void overTheBoundOfBytesNothingIsSent() {
        GatewayClient client = gateway.connect(GatewayClient.builder().maxOutboundBytes(10_000));
        CompletableFuture<Response> tooMuch = client.request("a", Payload.bytes(new byte[10_000]));
        assertThat(tooMuch).isCompletedExceptionally();
        assertThat(Futures.faultOf(tooMuch).code()).isEqualTo(ErrorCode.LIMITED);
        assertThat(Futures.faultOf(tooMuch).notProcessed()).isTrue();
        assertThatThrownBy(() -> client.publish("a", Payload.bytes(new byte[10_000])))
                .isInstanceOf(GatewayException.class);
    }

    @Test
    void whatIsLongerThanTheGatewayTakesFailsAtOnce() {
        CompletableFuture<GatewayClient> connecting =
                GatewayClient.builder().url(gateway.url()).connectAsync();
        gateway.accept().welcome(30, 2048, 10, "r");
        GatewayClient client = gateway.closing(connecting.join());
        GatewayException fault = Futures.faultOf(client.request("a", Payload.bytes(new byte[2048])));
        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(fault.notProcessed()).isTrue();
        assertThatThrownBy(() -> client.publish("a", Payload.bytes(new byte[2048])))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE));
        client.request("b", Payload.EMPTY);
        assertThat(gateway.peer().expect(Frame.Request.class).subject().value()).isEqualTo("b");
    }

    @Test
    void badSubjectsAndHeadersAreMalformed() {
        GatewayClient client = gateway.connect();
        assertThat(Futures.faultOf(client.request("a..b", Payload.EMPTY)).code())
                .isEqualTo(ErrorCode.MALFORMED);
        assertThat(Futures.faultOf(client.publishConfirmed("*", Payload.EMPTY)).code())
                .isEqualTo(ErrorCode.MALFORMED);
        assertThatThrownBy(() -> client.publish("a b", Payload.EMPTY)).isInstanceOf(GatewayException.class);
        assertThatThrownBy(() -> client.subscribe("a.>.b", message -> {})).isInstanceOf(GatewayException.class);
        assertThatThrownBy(() -> Request.to("a").header("", "x").build()).isInstanceOf(GatewayException.class);
        assertThatThrownBy(() -> Request.to("a").timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHangsOnTheFutureNeverRunsOnAnEventLoop() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Boolean> onLoop =
                client.request("a", Payload.EMPTY).thenApply(response -> Threads.isEventLoop());
        gateway.peer().respond(gateway.peer().expect(Frame.Request.class).id(), Payload.EMPTY);
        assertThat(onLoop.join()).isFalse();
    }

    @Test
    void aConfirmedPublishCompletesWithItsConfirmation() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Void> confirmed = client.publishConfirmed("news", Headers.of("k", "v"), Payload.text("hot"));
        Frame.Publish publish = gateway.peer().expect(Frame.Publish.class);
        assertThat(publish.confirm()).isTrue();
        assertThat(publish.id()).isNotZero();
        assertThat(publish.headers()).isEqualTo(Headers.of("k", "v"));
        assertThat(confirmed).isNotDone();
        gateway.peer().respond(publish.id(), Payload.EMPTY);
        confirmed.join();
    }

    @Test
    void aPlainPublishWantsNoAnswerAndKeepsOrderWithRequests() {
        GatewayClient client = gateway.connect();
        client.publish("news", Payload.text("1"));
        client.request("a", Payload.EMPTY);
        client.publish("news", Payload.text("2"));
        Frame.Publish first = gateway.peer().expect(Frame.Publish.class);
        assertThat(first.id()).isZero();
        assertThat(first.confirm()).isFalse();
        gateway.peer().expect(Frame.Request.class);
        assertThat(gateway.peer().expect(Frame.Publish.class).payload()).isEqualTo(Payload.text("2"));
    }

    @Test
    void whatWasNotProcessedIsSentAgainWhenRetriesAreOn() {
        GatewayClient client = gateway.connect(GatewayClient.builder().retries(2));
        CompletableFuture<Response> answer = client.request("a", Payload.text("x"));
        int lastId = 0;
        for (int i = 0; i < 2; i++) {
            Frame.Request request = gateway.peer().expect(Frame.Request.class);
            assertThat(request.id()).isNotEqualTo(lastId);
            lastId = request.id();
            gateway.peer().send(Frame.Error.notProcessed(lastId, ErrorCode.UNAVAILABLE, "busy"));
        }
        Frame.Request third = gateway.peer().expect(Frame.Request.class);
        assertThat(third.payload()).isEqualTo(Payload.text("x"));
        gateway.peer().respond(third.id(), Payload.text("y"));
        assertThat(answer.join().text()).isEqualTo("y");
    }

    @Test
    void retriesAreBounded() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer =
                client.request(Request.to("a").retries(1).build());
        for (int i = 0; i < 2; i++) {
            gateway.peer()
                    .send(Frame.Error.notProcessed(
                            gateway.peer().expect(Frame.Request.class).id(), ErrorCode.UNAVAILABLE, "busy " + i));
        }
        assertThat(Futures.faultOf(answer)).hasMessageContaining("busy 1");
    }

    @Test
    void retriesWaitAsLongAsTheGatewaySays() {
        GatewayClient client = gateway.connect(GatewayClient.builder().clock(clock));
        CompletableFuture<Response> answer = client.request(
                Request.to("a").retries(1).timeout(Duration.ofSeconds(60)).build());
        gateway.peer()
                .send(new Frame.Error(gateway.peer().expect(Frame.Request.class).id(), 429, 5_000, true, "later"));
        CompletableFuture<Duration> ping = client.ping();
        Frame.Ping between = gateway.peer().expect(Frame.Ping.class); // nothing was sent before it
        gateway.peer().send(new Frame.Pong(between.id(), between.payload()));
        ping.join();
        long toldNanos = clock.nanos();
        CompletableFuture<Frame.Request> next =
                CompletableFuture.supplyAsync(() -> gateway.peer().expect(Frame.Request.class));
        clock.advanceUntil(next::isDone);
        Frame.Request again = next.join();
        assertThat(Duration.ofNanos(clock.nanos() - toldNanos)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(again.deadlineMillis()).isBetween(1L, 55_000L);
        gateway.peer().respond(again.id(), Payload.EMPTY);
        answer.join();
    }

    @Test
    void whatMayHaveBeenProcessedIsNeverSentAgain() {
        GatewayClient client = gateway.connect(GatewayClient.builder().retries(5));
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        gateway.peer()
                .send(Frame.Error.of(
                        gateway.peer().expect(Frame.Request.class).id(), ErrorCode.UNAVAILABLE, "worker lost"));
        assertThat(Futures.faultOf(answer).mayHaveBeenProcessed()).isTrue();
    }
}
