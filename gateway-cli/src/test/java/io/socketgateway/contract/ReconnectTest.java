package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.Service;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.client.Subscription;
import io.socketgateway.contract.Relay.Way;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that break with a noise: the client comes back and is as it was; what was under way is told the truth. */
final class ReconnectTest {
    private Scene scene;
    private final States states = new States();

    @BeforeEach
    void open() {
        scene = Scene.open();
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private GatewayClient client() {
        return scene.relayed(builder -> builder.onState(states));
    }

    @Test
    void afterAResetItSubscribesAndServesAgain() {
        String subject = scene.subject("again");
        GatewayClient client = client();
        Inbox inbox = new Inbox();
        Inbox own = new Inbox();
        Subscription subscription = client.subscribe(subject + ".news", inbox);
        Service service = client.serve(subject + ".work", request -> Response.text("done " + request.text()));
        client.onMessage(own);
        client.onRequest(request -> Response.text("me"));
        String clientId = client.clientId();
        GatewayClient other = scene.direct();

        for (int round = 1; round <= 5; round++) {
            String session = client.sessionId();
            scene.relay().reset();
            states.await(ConnectionState.CONNECTED, round + 1);
            assertThat(client.sessionId()).isNotEqualTo(session);
            assertThat(client.clientId()).isEqualTo(clientId);
            String text = "round " + round;
            Await.untilAsserted(() -> assertThat(Await.value(other.request(subject + ".work", Payload.text(text)))
                            .text())
                    .isEqualTo("done " + text));
            Await.value(client.request("gateway.echo", Payload.EMPTY));
            Await.value(other.publishConfirmed(subject + ".news", Payload.text(text)));
            assertThat(inbox.next().text()).isEqualTo(text);
            Await.value(other.publishConfirmed("client." + clientId, Payload.text(text)));
            assertThat(own.next().text()).isEqualTo(text);
            assertThat(Await.value(other.request("client." + clientId, Payload.EMPTY))
                            .text())
                    .isEqualTo("me");
        }

        assertThat(subscription.isActive()).isTrue();
        assertThat(service.isActive()).isTrue();
        assertThat(inbox.waiting()).as("each message came once").isZero();
        assertThat(states.seen().stream().distinct())
                .containsExactly(ConnectionState.CONNECTED, ConnectionState.RECONNECTING);
        assertThat(scene.relay().accepted()).isEqualTo(6);
    }

    @Test
    void aCloseInGoodOrderIsALostConnectionToo() {
        GatewayClient client = client();

        scene.relay().closeConnections();

        states.await(ConnectionState.CONNECTED, 2);
        assertThat(client.requestAndWait("gateway.echo", Payload.text("x")).text())
                .isEqualTo("x");
    }

    @Test
    void manySubscriptionsAndServicesComeBackWithTheirGroups() {
        String subject = scene.subject("many");
        GatewayClient client = client();
        AtomicInteger messages = new AtomicInteger();
        for (int i = 0; i < 200; i++) {
            client.subscribe(
                    subject + "." + i,
                    SubscribeOptions.defaults().withGroup(i % 2 == 0 ? "" : "g"),
                    message -> messages.incrementAndGet());
        }
        client.subscribe(
                subject + ".1", SubscribeOptions.defaults().withGroup("g"), message -> messages.incrementAndGet());
        for (int i = 0; i < 50; i++) {
            client.serve(subject + ".work." + i, request -> Response.text(request.subject()));
        }

        scene.relay().reset();
        states.await(ConnectionState.CONNECTED, 2);
        Await.value(client.publishConfirmed(scene.subject("barrier"), Payload.EMPTY)); // behind the renewals

        GatewayClient other = scene.direct();
        for (int i = 0; i < 200; i++) {
            Await.value(other.publishConfirmed(subject + "." + i, Payload.EMPTY));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(other.requestAndWait(subject + ".work." + i, Payload.EMPTY)
                            .text())
                    .isEqualTo(subject + ".work." + i);
        }
        Await.until("200 messages", () -> messages.get() >= 200);
        assertThat(messages).hasValue(200);
    }

    @Test
    void whatIsMadeWithoutAConnectionIsMadeWithTheNext() throws InterruptedException {
        String subject = scene.subject("meanwhile");
        GatewayClient client = client();
        Inbox inbox = new Inbox();
        Subscription unwanted = client.subscribe(subject, inbox);
        scene.relay().refuse();
        scene.relay().reset();
        states.await(ConnectionState.RECONNECTING, 1);
        unwanted.close();

        assertThat(Await.thrown(() -> client.publish(subject, Payload.EMPTY)).code())
                .isEqualTo(ErrorCode.UNAVAILABLE);
        CompletableFuture<Response> answer = client.request("gateway.echo", Payload.text("waited"));
        CompletableFuture<Void> published = client.publishConfirmed(scene.subject("x"), Payload.EMPTY);
        CompletableFuture<Duration> ping = client.ping();
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of("gateway.echo", Payload.text("stream"))))
                .request(1);
        Inbox late = new Inbox();
        CompletableFuture<Subscription> subscribed = new CompletableFuture<>();
        Thread subscribing = new Thread(() -> subscribed.complete(client.subscribe(subject, late)));
        subscribing.start();
        CompletableFuture<Response> cancelled = client.request("gateway.echo", Payload.EMPTY);
        cancelled.cancel(true);
        GatewayException tooLate = Await.failure(client.request(
                Request.to("gateway.echo").timeout(Duration.ofMillis(50)).build()));
        assertThat(tooLate.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(tooLate.notProcessed()).isTrue();
        assertThat(answer).isNotDone();

        scene.relay().accept();

        assertThat(Await.value(answer).text()).isEqualTo("waited");
        Await.value(published);
        assertThat(Await.value(ping)).isPositive();
        assertThat(probe.completed()).containsExactly("stream");
        assertThat(Await.value(subscribed).isActive()).isTrue();
        subscribing.join();
        Await.value(client.publishConfirmed(subject, Payload.text("hello")));
        assertThat(late.next().text()).isEqualTo("hello");
        assertThat(inbox.waiting()).isZero();
    }

    @Test
    void whatWasUnderWayMayHaveBeenProcessedAndIsNotSentAgain() {
        String subject = scene.subject("once");
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        scene.direct().serveAsync(subject, request -> {
            calls.incrementAndGet();
            request.onCancel(cancelled::countDown);
            begun.countDown();
            return new CompletableFuture<>();
        });
        GatewayClient client = scene.relayed(builder -> builder.onState(states).retries(5));
        CompletableFuture<Response> answer = client.request(subject, Payload.EMPTY);
        Await.opened(begun);

        scene.relay().reset();

        GatewayException fault = Await.failure(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        Await.opened(cancelled);
        states.await(ConnectionState.CONNECTED, 2);
        Await.value(client.request("gateway.echo", Payload.EMPTY));
        assertThat(calls).hasValue(1);
    }

    @Test
    void aStreamThatBreaksEndsWithAnErrorAfterWhatCame() {
        String subject = scene.subject("stream");
        CountedPublisher publisher = new CountedPublisher();
        scene.direct().serveStream(subject, request -> publisher);
        StreamProbe probe = StreamProbe.on(client().requestStream(Request.of(subject, Payload.EMPTY)));
        probe.request(3).await(3);

        scene.relay().reset();

        GatewayException fault = probe.failed();
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        assertThat(probe.texts()).containsExactly("0", "1", "2");
        Await.opened(publisher.cancelled());
    }

    @Test
    void aHandlerOfALostConnectionIsToldAndItsAnswerGoesNowhere() {
        String subject = scene.subject("handler");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        client().serve(subject, request -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return Response.text("nobody listens");
        });
        CompletableFuture<Response> answer = scene.direct().request(subject, Payload.EMPTY);
        Await.opened(begun);

        scene.relay().reset();

        Await.opened(interrupted);
        GatewayException fault = Await.failure(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
    }

    @Test
    void aResetInTheMiddleOfAFrameLosesThatFrameOnly() {
        String subject = scene.subject("middle");
        List<Integer> seen = new ArrayList<>();
        scene.direct().serve(subject, request -> {
            synchronized (seen) {
                seen.add(request.payload().length());
            }
            return Response.of(request.payload());
        });
        GatewayClient client = client();
        int round = 1;
        for (Way way : Way.values()) {
            for (int after : List.of(0, 1, 3, 4, 5, 100, 60_000)) {
                scene.relay().resetAfter(way, after);
                int length = 70_000 + round;
                GatewayException fault = Await.failure(client.request(subject, Payload.bytes(new byte[length])));
                assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                states.await(ConnectionState.CONNECTED, ++round);
                Await.value(client.request(subject, Payload.EMPTY));
                synchronized (seen) {
                    boolean arrived = seen.contains(length);
                    assertThat(arrived).as("%s after %d", way, after).isEqualTo(way == Way.TO_CLIENT);
                    assertThat(arrived && fault.notProcessed()).isFalse();
                }
            }
        }
    }

    @Test
    void aClientThatIsClosedWhileItHasNoConnectionCloses() {
        GatewayClient client = scene.relayed(builder -> builder.onState(states).closeTimeout(Await.LONG));
        client.subscribe(scene.subject("x"), message -> {});
        scene.relay().refuse();
        scene.relay().reset();
        states.await(ConnectionState.RECONNECTING, 1);
        CompletableFuture<Response> waiting = client.request("gateway.echo", Payload.EMPTY);

        client.close();

        assertThat(client.state()).isEqualTo(ConnectionState.CLOSED);
        GatewayException fault = Await.failure(waiting);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();
    }

    @Test
    void aFirstConnectionThatBreaksDuringTheGreetingIsAnError() {
        scene.relay().resetAfter(Way.TO_GATEWAY, 10);
        GatewayException fault = Await.thrown(this::client);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();

        scene.relay().resetAfter(Way.TO_CLIENT, 10);
        assertThat(Await.thrown(this::client).code()).isEqualTo(ErrorCode.UNAVAILABLE);

        scene.relay().stall(Way.TO_CLIENT);
        GatewayException silent =
                Await.thrown(() -> scene.relayed(builder -> builder.connectTimeout(Duration.ofMillis(100))));
        assertThat(silent).hasMessageContaining("connect timeout");
        scene.relay().resume();
        Await.value(client().ping());
    }
}
