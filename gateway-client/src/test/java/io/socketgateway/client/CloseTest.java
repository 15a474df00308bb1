package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CloseTest {
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void close() {
        gateway.close();
    }

    private void answerGoAway() {
        Frame.GoAway goAway = gateway.peer().expect(Frame.GoAway.class);
        assertThat(goAway.id()).isNotZero();
        gateway.peer().send(new Frame.GoAway(goAway.id(), null, Frame.ABSENT));
        gateway.peer().expectEnd();
    }

    @Test
    void closeSaysGoodbyeAndLeavesNoThread() {
        GatewayClient client = gateway.connect();
        client.ping().cancel(true);
        gateway.peer().expect(Frame.Ping.class);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        answerGoAway();
        Futures.soon(closing);
        assertThat(client.state()).isEqualTo(ConnectionState.CLOSED);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .noneMatch(name -> name.startsWith("gateway-client")));
    }

    @Test
    void closeFinishesWhatIsUnderWayAndTakesNothingNew() {
        GatewayClient client = gateway.connect();
        serve(client);
        CompletableFuture<Response> underWay = client.request("a", Payload.EMPTY);
        int id = gateway.peer().expect(Frame.Request.class).id();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        gateway.peer().confirm(Frame.Unsubscribe.class);
        assertThat(Futures.faultOf(client.request("b", Payload.EMPTY))).hasMessageContaining("closed");
        assertThat(underWay).isNotDone();
        gateway.peer().respond(id, Payload.text("in time"));
        assertThat(Futures.soon(underWay).text()).isEqualTo("in time");
        answerGoAway();
        Futures.soon(closing);
        GatewayException fault = Futures.faultOf(client.request("c", Payload.EMPTY));
        assertThat(fault).hasMessageContaining("closed");
        assertThat(fault.notProcessed()).isTrue();
    }

    /** Serves something, so that the script can see by its UNSUBSCRIBE that the client is closing. */
    private void serve(GatewayClient client) {
        CompletableFuture<Service> serving =
                CompletableFuture.supplyAsync(() -> client.serve("any", request -> Response.empty()));
        gateway.peer().confirm(Frame.Serve.class);
        Futures.soon(serving);
    }

    @Test
    void closeFinishesHandlersThatAreAtWork() {
        GatewayClient client = gateway.connect();
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Service> serving = CompletableFuture.supplyAsync(() -> client.serve("slow", request -> {
            goOn.await();
            return Response.text("done");
        }));
        int serviceId = gateway.peer().confirm(Frame.Serve.class);
        Futures.soon(serving);
        gateway.peer().send(new Frame.Request(3, Subject.of("slow"), 9000, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY));
        Futures.pingPong(client, gateway.peer());
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Unsubscribe(serviceId, true));
        gateway.peer().respond(serviceId, Payload.EMPTY);
        goOn.countDown();
        assertThat(gateway.peer().expect(Frame.Response.class).payload().text()).isEqualTo("done");
        answerGoAway();
        Futures.soon(closing);
    }

    @Test
    void closeHandlesTheMessagesThatHaveCome() {
        GatewayClient client = gateway.connect();
        List<String> handled = new CopyOnWriteArrayList<>();
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", message -> {
                    goOn.await();
                    handled.add(message.text());
                }));
        int id = gateway.peer().confirm(Frame.Subscribe.class);
        Futures.soon(subscribing);
        for (String text : List.of("1", "2", "3")) {
            gateway.peer().send(new Frame.Message(id, Subject.of("news"), Headers.EMPTY, Payload.text(text)));
        }
        Futures.pingPong(client, gateway.peer());
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        gateway.peer().respond(gateway.peer().expect(Frame.Unsubscribe.class).id(), Payload.EMPTY);
        goOn.countDown();
        answerGoAway();
        Futures.soon(closing);
        assertThat(handled).containsExactly("1", "2", "3");
    }

    @Test
    void whatIsNotFinishedInTimeFails() {
        GatewayClient client =
                gateway.connect(GatewayClient.builder().clock(clock).closeTimeout(Duration.ofSeconds(5)));
        CompletableFuture<Response> underWay = client.request("a", Payload.EMPTY);
        gateway.peer().expect(Frame.Request.class);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        CompletableFuture<Frame> goAway =
                CompletableFuture.supplyAsync(() -> gateway.peer().expect(Frame.GoAway.class));
        clock.advanceUntil(goAway::isDone);
        goAway.join();
        clock.advanceUntil(closing::isDone); // though it is not answered
        gateway.peer().expectEnd();
        Futures.soon(closing);
        GatewayException fault = Futures.faultOf(underWay);
        assertThat(fault).hasMessageContaining("closed");
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
    }

    @Test
    void closingTwiceIsClosingOnce() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Void> first = CompletableFuture.runAsync(client::close);
        CompletableFuture<Void> second = CompletableFuture.runAsync(client::close);
        answerGoAway();
        Futures.soon(first);
        Futures.soon(second);
        client.close();
    }

    @Test
    void closingWithoutAConnectionEndsAtOnceAndFailsWhatWaits() {
        GatewayClient client = gateway.connect(GatewayClient.builder().clock(clock));
        gateway.stopListening();
        gateway.peer().reset();
        await().until(() -> client.state() == ConnectionState.RECONNECTING);
        CompletableFuture<Response> waiting = client.request("a", Payload.EMPTY);
        client.close();
        assertThat(Futures.faultOf(waiting).notProcessed()).isTrue();
        assertThat(client.state()).isEqualTo(ConnectionState.CLOSED);
        assertThatThrownBy(() -> client.publish("a", Payload.EMPTY)).isInstanceOf(GatewayException.class);
        assertThatThrownBy(() -> client.serve("a", request -> Response.empty())).isInstanceOf(GatewayException.class);
        Collecting lines = new Collecting(1);
        client.requestStream(Request.of("a", Payload.EMPTY)).subscribe(lines);
        assertThat(lines.end()).isInstanceOf(GatewayException.class);
    }

    @Test
    void theUsersExecutorIsUsedAndNeverShutDown() {
        List<String> threads = new CopyOnWriteArrayList<>();
        java.util.concurrent.ExecutorService own =
                java.util.concurrent.Executors.newCachedThreadPool(task -> new Thread(task, "own"));
        try {
            GatewayClient client = gateway.connect(GatewayClient.builder().executor(own));
            CompletableFuture<Boolean> answered = client.request("a", Payload.EMPTY)
                    .thenApply(response -> threads.add(Thread.currentThread().getName()));
            gateway.peer().respond(gateway.peer().expect(Frame.Request.class).id(), Payload.EMPTY);
            Futures.soon(answered);
            assertThat(threads).containsExactly("own");
            CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
            answerGoAway();
            Futures.soon(closing);
            assertThat(own.isShutdown()).isFalse();
        } finally {
            own.shutdown();
        }
    }
}
