package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers that are slower than their messages come. */
final class OverflowTest {
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final GatewayClient client = gateway.connect();
    private final ScriptedGateway.Peer peer = gateway.peer();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> goOn = new CompletableFuture<>();
    private final AtomicLong told = new AtomicLong();

    @AfterEach
    void close() {
        goOn.complete(null);
        gateway.close();
    }

    /** A subscription whose handler has one message and waits. */
    private record Blocked(Subscription subscription, Frame.Subscribe frame) {}

    private Blocked blocked(SubscribeOptions options) {
        SubscribeOptions telling = options.withDropListener((subscription, count) -> told.addAndGet(count));
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe(">", telling, message -> {
                    handled.add(message.text());
                    goOn.join();
                }));
        Frame.Subscribe frame = peer.expect(Frame.Subscribe.class);
        peer.respond(frame.id(), Payload.EMPTY);
        Subscription subscription = Futures.soon(subscribing);
        publish(frame.id(), "first", "first");
        await().until(() -> handled.size() == 1);
        return new Blocked(subscription, frame);
    }

    private void publish(int id, String subject, String text) {
        peer.send(new Frame.Message(id, Subject.of(subject), Headers.EMPTY, Payload.text(text)));
    }

    private void publishNumbers(Blocked blocked, int count) {
        for (int i = 0; i < count; i++) {
            publish(blocked.frame().id(), "n", Integer.toString(i));
        }
        Futures.pingPong(client, peer);
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private List<String> handledAfterTheFirst(int count) {
        goOn.complete(null);
        await().until(() -> handled.size() == count + 1);
        Futures.pingPong(client, peer);
        assertThat(handled).hasSize(count + 1);
        return handled.subList(1, count + 1);
    }

    private void assertDropped(Blocked blocked, long count) {
        assertThat(blocked.subscription().dropped()).isEqualTo(count);
        await().untilAsserted(() -> assertThat(told).hasValue(count));
    }

    @Test
    void nothingIsDroppedAtTheBoundAndOneIsOverIt() {
        Blocked blocked = blocked(SubscribeOptions.defaults().withQueueCapacity(10));
        publishNumbers(blocked, 9);
        assertDropped(blocked, 0);
        publish(blocked.frame().id(), "n", "9");
        Futures.pingPong(client, peer);
        assertDropped(blocked, 0);
        publish(blocked.frame().id(), "n", "10");
        Futures.pingPong(client, peer);
        assertDropped(blocked, 1);
        assertThat(handledAfterTheFirst(10)).isEqualTo(numbers(1, 11));
    }

    @Test
    void theNewestIsDroppedIfThatIsWanted() {
        Blocked blocked =
                blocked(SubscribeOptions.defaults().withQueueCapacity(10).withOverflow(Overflow.DROP_NEWEST));
        publishNumbers(blocked, 25);
        assertDropped(blocked, 15);
        assertThat(handledAfterTheFirst(10)).isEqualTo(numbers(0, 10));
    }

    @Test
    void theLatestOfEachSubjectTakesThePlaceOfTheOneBefore() {
        Blocked blocked =
                blocked(SubscribeOptions.defaults().withQueueCapacity(3).withOverflow(Overflow.LATEST));
        for (String message : List.of("a1", "b1", "a2", "c1", "b2", "a3")) {
            publish(blocked.frame().id(), message.substring(0, 1), message);
        }
        Futures.pingPong(client, peer);
        assertDropped(blocked, 3);
        publish(blocked.frame().id(), "d", "d1"); // one subject too many: the oldest makes way
        Futures.pingPong(client, peer);
        assertDropped(blocked, 4);
        assertThat(handledAfterTheFirst(3)).containsExactly("b2", "c1", "d1");
    }

    @Test
    void aSubjectThatWasHandledWaitsAgainAtTheEnd() {
        Blocked blocked = blocked(SubscribeOptions.defaults().withOverflow(Overflow.LATEST));
        publish(blocked.frame().id(), "a", "a1");
        Futures.pingPong(client, peer);
        goOn.complete(null);
        await().until(() -> handled.contains("a1"));
        publish(blocked.frame().id(), "a", "a2");
        await().until(() -> handled.contains("a2"));
        assertDropped(blocked, 0);
    }

    @Test
    void whoWantsNoGapIsEndedAndToldAndTheRestGoesOn() {
        CompletableFuture<GatewayException> end = new CompletableFuture<>();
        CompletableFuture<Subscription> ended = new CompletableFuture<>();
        CompletableFuture<Subscription> other =
                CompletableFuture.supplyAsync(() -> client.subscribe("other", message -> handled.add(message.text())));
        int otherId = peer.confirm(Frame.Subscribe.class);
        Futures.soon(other);
        Blocked blocked = blocked(SubscribeOptions.defaults()
                .withQueueCapacity(10)
                .withOverflow(Overflow.DISCONNECT)
                .withEndListener((subscription, reason) -> {
                    end.complete(reason);
                    ended.complete(subscription);
                }));
        for (int i = 0; i < 11; i++) {
            publish(blocked.frame().id(), "n", Integer.toString(i));
        }
        assertThat(peer.next()).isEqualTo(new Frame.Unsubscribe(blocked.frame().id(), true));
        publish(blocked.frame().id(), "n", "after");
        peer.respond(blocked.frame().id(), Payload.EMPTY);
        assertThat(Futures.soon(end).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(Futures.soon(end)).hasMessageContaining("too slow");
        assertThat(Futures.soon(ended)).isSameAs(blocked.subscription());
        assertThat(blocked.subscription().isActive()).isFalse();
        assertThat(blocked.subscription().failure()).isPresent();
        assertDropped(blocked, 1);
        assertThat(handledAfterTheFirst(10)).as("without a gap").isEqualTo(numbers(0, 10));
        publish(otherId, "other", "lives");
        await().until(() -> handled.contains("lives"));
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void theEndListenerIsToldOfARefusalAfterAReconnectToo() {
        CompletableFuture<GatewayException> end = new CompletableFuture<>();
        Blocked blocked =
                blocked(SubscribeOptions.defaults().withEndListener((subscription, reason) -> end.complete(reason)));
        peer.reset();
        ScriptedGateway.Peer next = gateway.accept();
        next.welcome();
        int id = next.expect(Frame.Subscribe.class).id();
        next.send(Frame.Error.of(id, ErrorCode.FORBIDDEN, "no more"));
        assertThat(Futures.soon(end).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(blocked.subscription().isActive()).isFalse();
    }

    @Test
    void theEndListenerIsNotToldOfWhatTheOwnerDoes() {
        AtomicLong ends = new AtomicLong();
        Blocked blocked = blocked(SubscribeOptions.defaults()
                .withOverflow(Overflow.DISCONNECT)
                .withEndListener((subscription, reason) -> ends.incrementAndGet()));
        blocked.subscription().close();
        peer.respond(peer.expect(Frame.Unsubscribe.class).id(), Payload.EMPTY);
        Futures.pingPong(client, peer);
        assertThat(ends).hasValue(0);
        assertThat(blocked.subscription().failure()).isEmpty();
    }

    @Test
    void bytesAreBoundedTooAndOneMessageMayWaitHoweverLong() {
        Blocked blocked = blocked(SubscribeOptions.defaults().withQueueBytes(10_000));
        String long1 = "1".repeat(4_000);
        String long2 = "2".repeat(4_000);
        String long3 = "3".repeat(4_000);
        publish(blocked.frame().id(), "n", long1);
        publish(blocked.frame().id(), "n", long2);
        Futures.pingPong(client, peer);
        assertDropped(blocked, 0);
        publish(blocked.frame().id(), "n", long3);
        Futures.pingPong(client, peer);
        assertDropped(blocked, 1);
        String huge = "4".repeat(100_000);
        publish(blocked.frame().id(), "n", huge);
        Futures.pingPong(client, peer);
        assertDropped(blocked, 3);
        assertThat(handledAfterTheFirst(1)).containsExactly(huge);
    }

    @Test
    void aLatestThatGrowsMakesItsRoom() {
        Blocked blocked =
                blocked(SubscribeOptions.defaults().withQueueBytes(10_000).withOverflow(Overflow.LATEST));
        publish(blocked.frame().id(), "a", "a1");
        publish(blocked.frame().id(), "b", "b".repeat(6_000));
        publish(blocked.frame().id(), "c", "c1");
        String grown = "a".repeat(6_000);
        publish(blocked.frame().id(), "a", grown);
        Futures.pingPong(client, peer);
        assertDropped(blocked, 2);
        assertThat(handledAfterTheFirst(2)).containsExactly(grown, "c1");
    }

    @Test
    void theGatewayIsToldTheSame() {
        SubscribeOptions options = SubscribeOptions.defaults();
        assertThat(blocked(options).frame().options()).isEqualTo(Headers.EMPTY);
        for (Overflow overflow : List.of(Overflow.DROP_NEWEST, Overflow.LATEST, Overflow.DISCONNECT)) {
            handled.clear();
            assertThat(blocked(options.withOverflow(overflow).withGatewayBuffer(7))
                            .frame()
                            .options())
                    .isEqualTo(Headers.of("overflow", overflow.text(), "buffer", "7"));
        }
    }

    @Test
    void messagesToTheClientItselfAreBoundedToo() {
        client.onMessage(message -> {
            handled.add(message.text());
            goOn.join();
        });
        publish(0, "client.client-1", "first");
        await().until(() -> handled.size() == 1);
        int bound = SubscribeOptions.DEFAULT_QUEUE_CAPACITY;
        for (int i = 0; i < bound + 5; i++) {
            publish(0, "client.client-1", Integer.toString(i));
        }
        Futures.pingPong(client, peer);
        assertThat(handledAfterTheFirst(bound)).isEqualTo(numbers(5, bound + 5));
    }

    @Test
    void optionsAreChecked() {
        SubscribeOptions options = SubscribeOptions.defaults();
        assertThatThrownBy(() -> options.withQueueBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withGatewayBuffer(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
