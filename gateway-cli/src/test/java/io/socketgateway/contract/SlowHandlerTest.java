package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.client.Subscription;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.Payload;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that block, behind a real gateway that was told the same options: no message is unaccounted for. */
final class SlowHandlerTest {
    private static final int MESSAGES = 3_000;
    private static final int CAPACITY = 100;
    private static final int SUBJECTS = 10;

    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicLong told = new AtomicLong();
    private Scene scene;
    private GatewayClient client;

    @BeforeEach
    void open() {
        scene = Scene.open();
        client = scene.direct();
    }

    @AfterEach
    void close() {
        goOn.countDown();
        scene.close();
    }

    private Subscription subscribe(SubscribeOptions options) {
        return client.subscribe(
                "n.*",
                options.withQueueCapacity(CAPACITY)
                        .withGatewayBuffer(2 * MESSAGES)
                        .withDropListener((subscription, count) -> told.addAndGet(count)),
                message -> {
                    handled.add(message.text());
                    Await.opened(goOn);
                });
    }

    private void publishAll() {
        GatewayClient publisher = scene.direct();
        for (int i = 0; i < MESSAGES; i++) {
            CompletableFuture<Void> published =
                    publisher.publishConfirmed("n." + i % SUBJECTS, Payload.text(Integer.toString(i)));
            if (i % 100 == 0) {
                Await.value(published);
            }
        }
        Await.value(publisher.publishConfirmed("n.last", Payload.text("last")));
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_OLDEST", "DROP_NEWEST", "LATEST"})
    void whatIsNotHandledIsCountedToTheLast(Overflow overflow) {
        Subscription subscription = subscribe(SubscribeOptions.defaults().withOverflow(overflow));

        publishAll();
        int waiting = overflow == Overflow.LATEST ? SUBJECTS + 1 : CAPACITY;
        Await.until("all have come, of which one is being handled", () -> subscription.dropped() == MESSAGES - waiting);
        goOn.countDown();

        Await.until("all are accounted for", () -> handled.size() + subscription.dropped() == MESSAGES + 1);
        Await.until("the listener was told of all", () -> told.get() == subscription.dropped());
        assertThat(handled).hasSizeLessThanOrEqualTo(CAPACITY + 2).doesNotHaveDuplicates();
        assertThat(handled.contains("last")).isEqualTo(overflow != Overflow.DROP_NEWEST);
        assertThat(subscription.isActive()).isTrue();
    }

    @Test
    void aSubscriptionThatWantsNoGapEndsAloneWithoutOne() {
        CompletableFuture<GatewayException> end = new CompletableFuture<>();
        Inbox other = new Inbox();
        client.subscribe("other", other);
        Subscription subscription = subscribe(SubscribeOptions.defaults()
                .withOverflow(Overflow.DISCONNECT)
                .withEndListener((ended, reason) -> end.complete(reason)));

        publishAll();

        assertThat(Await.value(end).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        goOn.countDown();
        Await.until("what waited is handled", () -> handled.size() >= CAPACITY);
        assertThat(handled.subList(0, CAPACITY))
                .isEqualTo(java.util.stream.IntStream.range(0, CAPACITY)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(subscription.isActive()).isFalse();
        Await.value(client.publishConfirmed("other", Payload.text("lives")));
        assertThat(other.next().text()).isEqualTo("lives");
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }
}
