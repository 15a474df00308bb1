package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SubscribeTest {
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();
    private final List<String> received = new CopyOnWriteArrayList<>();

    record Reading(double value) {}

    @AfterEach
    void close() {
        gateway.close();
    }

    private static void publish(ScriptedGateway.Peer peer, int id, String subject, String text) {
        peer.send(new Frame.Message(id, Subject.of(subject), Headers.EMPTY, Payload.text(text)));
    }

    @Test
    void subscribeReturnsOnceConfirmedAndMessagesComeInOrder() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Subscription> subscribing = CompletableFuture.supplyAsync(() -> client.subscribe(
                "sensors.*",
                SubscribeOptions.defaults().withGroup("g"),
                message -> received.add(message.subject() + "=" + message.text() + Threads.isEventLoop())));
        Frame.Subscribe frame = gateway.peer().expect(Frame.Subscribe.class);
        assertThat(frame.pattern().value()).isEqualTo("sensors.*");
        assertThat(frame.group()).isEqualTo("g");
        assertThat(frame.confirm()).isTrue();
        assertThat(subscribing).isNotDone();
        gateway.peer().respond(frame.id(), Payload.EMPTY);
        Subscription subscription = Futures.soon(subscribing);
        assertThat(subscription.isActive()).isTrue();
        assertThat(subscription.pattern()).isEqualTo("sensors.*");
        assertThat(subscription.group()).isEqualTo("g");

        List<String> expected = IntStream.range(0, 500)
                .mapToObj(i -> "sensors." + i + "=" + i + "false")
                .toList();
        for (int i = 0; i < 500; i++) {
            publish(gateway.peer(), frame.id(), "sensors." + i, Integer.toString(i));
        }
        await().untilAsserted(() -> assertThat(received).hasSize(500));
        assertThat(received).isEqualTo(expected);
        assertThat(subscription.dropped()).isZero();
    }

    /** A subscription that the script has confirmed, and its id. */
    private record Live(Subscription subscription, int id) {}

    private Live subscribe(GatewayClient client, SubscribeOptions options, MessageHandler handler) {
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", options, handler));
        int id = gateway.peer().confirm(Frame.Subscribe.class);
        return new Live(Futures.soon(subscribing), id);
    }

    @Test
    void aRefusalIsThrown() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("client.other", message -> {}));
        int id = gateway.peer().expect(Frame.Subscribe.class).id();
        gateway.peer().send(Frame.Error.of(id, ErrorCode.FORBIDDEN, "not yours"));
        assertThat(Futures.faultOf(subscribing).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void anUnconfirmedSubscriptionIsGivenUpAfterTheTimeout() {
        GatewayClient client = gateway.connect(GatewayClient.builder().clock(clock));
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", message -> {}));
        int id = gateway.peer().expect(Frame.Subscribe.class).id();
        clock.advance(Duration.ofSeconds(29));
        clock.advanceUntil(subscribing::isDone);
        assertThat(Futures.faultOf(subscribing).code()).isEqualTo(ErrorCode.DEADLINE);
        Frame ending = gateway.peer().next();
        while (ending instanceof Frame.Ping) { // the keep-alive's
            ending = gateway.peer().next();
        }
        assertThat(ending).isEqualTo(new Frame.Unsubscribe(id, true));
    }

    @Test
    void objectsAreReadFromJson() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Reading> read = new CompletableFuture<>();
        CompletableFuture.runAsync(() -> client.subscribe("news", Reading.class, read::complete));
        int id = gateway.peer().confirm(Frame.Subscribe.class);
        gateway.peer().send(new Frame.Message(id, Subject.of("news"), Headers.EMPTY, Payload.json("{\"value\":1.5}")));
        assertThat(Futures.soon(read)).isEqualTo(new Reading(1.5));
    }

    @Test
    void aSlowHandlerLosesTheOldestMessagesAndStopsNothingElse() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        AtomicLong told = new AtomicLong();
        CompletableFuture<Subscription> toldOf = new CompletableFuture<>();
        SubscribeOptions options = SubscribeOptions.defaults()
                .withQueueCapacity(10)
                .withDropListener((subscription, count) -> {
                    told.addAndGet(count);
                    toldOf.complete(subscription);
                });
        Live news = subscribe(client, options, message -> {
            received.add(message.text());
            goOn.join();
        });
        publish(gateway.peer(), news.id(), "news", "first");
        await().until(() -> received.size() == 1);
        for (int i = 0; i < 25; i++) {
            publish(gateway.peer(), news.id(), "news", Integer.toString(i));
        }
        gateway.peer().send(new Frame.Ping(3, Payload.EMPTY));
        assertThat(gateway.peer().next()).isInstanceOf(Frame.Pong.class);
        assertThat(news.subscription().dropped()).isEqualTo(15);
        await().untilAsserted(() -> assertThat(told).hasValue(15));
        assertThat(toldOf.join()).isSameAs(news.subscription());
        goOn.complete(null);
        await().until(() -> received.size() == 11);
        assertThat(received.subList(1, 11))
                .isEqualTo(IntStream.range(15, 25).mapToObj(Integer::toString).toList());
    }

    @Test
    void aHandlerThatThrowsGetsTheNextMessageAllTheSame() {
        GatewayClient client = gateway.connect();
        Live news = subscribe(client, SubscribeOptions.defaults(), message -> {
            received.add(message.text());
            throw new IllegalStateException("thrown on purpose");
        });
        publish(gateway.peer(), news.id(), "news", "1");
        publish(gateway.peer(), news.id(), "news", "2");
        await().untilAsserted(() -> assertThat(received).containsExactly("1", "2"));
    }

    @Test
    void closingUnsubscribesAndDiscardsWhatWaits() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        Live news = subscribe(client, SubscribeOptions.defaults(), message -> {
            received.add(message.text());
            goOn.join();
        });
        publish(gateway.peer(), news.id(), "news", "1");
        await().until(() -> received.size() == 1);
        publish(gateway.peer(), news.id(), "news", "2");
        Futures.pingPong(client, gateway.peer());
        news.subscription().close();
        news.subscription().close();
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Unsubscribe(news.id(), true));
        publish(gateway.peer(), news.id(), "news", "3");
        gateway.peer().respond(news.id(), Payload.EMPTY);
        Futures.pingPong(client, gateway.peer());
        goOn.complete(null);
        assertThat(received).containsExactly("1");
        await().until(() -> !news.subscription().isActive());
    }

    @Test
    void itIsMadeAgainOnTheNextConnectionAndGoesOn() {
        GatewayClient client = gateway.connect();
        Live news =
                subscribe(client, SubscribeOptions.defaults().withGroup("g"), message -> received.add(message.text()));
        gateway.peer().reset();
        gateway.accept().welcome();
        Frame.Subscribe again = gateway.peer().expect(Frame.Subscribe.class);
        assertThat(again.group()).isEqualTo("g");
        gateway.peer().respond(again.id(), Payload.EMPTY);
        publish(gateway.peer(), again.id(), "news", "after");
        await().untilAsserted(() -> assertThat(received).containsExactly("after"));
        assertThat(news.subscription().isActive()).isTrue();
    }

    @Test
    void aRefusedRenewalEndsItAndSaysSo() {
        GatewayClient client = gateway.connect();
        Live news = subscribe(client, SubscribeOptions.defaults(), message -> {});
        gateway.peer().reset();
        gateway.accept().welcome();
        int id = gateway.peer().expect(Frame.Subscribe.class).id();
        gateway.peer().send(Frame.Error.of(id, ErrorCode.FORBIDDEN, "no more"));
        await().until(() -> !news.subscription().isActive());
        assertThat(news.subscription().failure())
                .hasValueSatisfying(fault -> assertThat(fault.code()).isEqualTo(ErrorCode.FORBIDDEN));
    }

    @Test
    void aRenewalThatMayPassLaterIsTriedAgain() {
        GatewayClient client = gateway.connect(GatewayClient.builder().clock(clock));
        Live news = subscribe(client, SubscribeOptions.defaults(), message -> {});
        gateway.peer().reset();
        await().until(() -> client.state() == ConnectionState.RECONNECTING);
        CompletableFuture<ScriptedGateway.Peer> accepting = CompletableFuture.supplyAsync(gateway::accept);
        clock.advanceUntil(accepting::isDone);
        accepting.join().welcome();
        int id = gateway.peer().expect(Frame.Subscribe.class).id();
        gateway.peer().send(new Frame.Error(id, 429, 4_000, true, "later"));
        CompletableFuture<Integer> again =
                CompletableFuture.supplyAsync(() -> gateway.peer().confirm(Frame.Subscribe.class));
        clock.advanceUntil(again::isDone);
        again.join();
        assertThat(news.subscription().isActive()).isTrue();
    }

    @Test
    void messagesToTheClientItselfGoToTheirHandler() {
        GatewayClient client = gateway.connect();
        publish(gateway.peer(), 0, "client.client-1", "nobody listens");
        Futures.pingPong(client, gateway.peer());
        client.onMessage(message -> received.add(message.text()));
        publish(gateway.peer(), 0, "client.client-1", "hello");
        await().untilAsserted(() -> assertThat(received).containsExactly("hello"));
    }

    @Test
    void messagesOfUnknownSubscriptionsAreIgnored() {
        GatewayClient client = gateway.connect();
        publish(gateway.peer(), 4711, "news", "x");
        Futures.pingPong(client, gateway.peer());
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> SubscribeOptions.defaults().withQueueCapacity(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ServeOptions.defaults().withConcurrency(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ServeOptions.defaults().withQueueCapacity(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
