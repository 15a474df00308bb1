package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import io.socketgateway.server.config.GatewayConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that move from a gateway that drains to another one: with all that they have, and no sooner than they must. */
final class MovingTest {
    private static final int MESSAGES = 500;

    private final States states = new States();
    private Gateway first;
    private Gateway second;
    private GatewayClient client;

    @BeforeEach
    void open() {
        first = start(0);
        second = start(0);
        client = Scene.hasty(GatewayClient.builder())
                .urls(url(first), url(second))
                .retries(100)
                .onState(states)
                .connect();
    }

    @AfterEach
    void close() {
        client.close();
        first.close();
        second.close();
    }

    private static Gateway start(int port) {
        return Scene.start(GatewayConfig.defaults(), port);
    }

    private static int port(Gateway gateway) {
        return gateway.addresses().get(0).getPort();
    }

    private static String url(Gateway gateway) {
        return "tcp://127.0.0.1:" + port(gateway);
    }

    @Test
    void whoHearsItselfHearsEveryMessageOnceWhileEachGatewayRestarts() {
        Inbox inbox = new Inbox();
        client.subscribe("news", inbox);
        List<CompletableFuture<Void>> published = new ArrayList<>();
        int[] next = {0};
        Runnable publishSome = () -> {
            for (int i = 0; i < MESSAGES; i++) {
                published.add(client.publishConfirmed("news", Payload.text(Integer.toString(next[0]++))));
                if (i % 50 == 0) {
                    Await.value(published.get(published.size() - 1));
                }
            }
        };
        publishSome.run();
        CompletableFuture<Void> firstDrained = first.drain();
        publishSome.run();
        Await.value(firstDrained);
        first.close();
        first = start(port(first));
        CompletableFuture<Void> secondDrained = second.drain();
        publishSome.run();
        Await.value(secondDrained);

        published.forEach(Await::value);
        List<Integer> heard = new ArrayList<>();
        for (int i = 0; i < next[0]; i++) {
            heard.add(Integer.valueOf(inbox.next().text()));
        }
        assertThat(heard)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, next[0]).boxed().toList());
        assertThat(inbox.waiting()).isZero();
        assertThat(states.seen().stream()
                        .filter(state -> state == ConnectionState.RECONNECTING)
                        .count())
                .isEqualTo(2);
    }

    @Test
    void whatIsUnderWayIsFinishedOnTheOldConnectionHoweverTheRestHasMoved() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Response> work = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        client.serveAsync("slow", request -> {
            calls.incrementAndGet();
            begun.countDown();
            return work;
        });
        client.serve("fast", request -> Response.text("fast"));
        CompletableFuture<Response> underWay = client.request("slow", Payload.EMPTY);
        Await.opened(begun);

        CompletableFuture<Void> drained = first.drain();
        states.await(ConnectionState.CONNECTED, 2);
        assertThat(Await.value(client.request("fast", Payload.EMPTY)).text()).isEqualTo("fast");
        assertThat(second.sessionCount()).isEqualTo(1);
        assertThat(underWay).isNotDone();
        assertThat(drained).isNotDone();

        work.complete(Response.text("finished"));
        assertThat(Await.value(underWay).text()).isEqualTo("finished");
        Await.value(drained);
        assertThat(first.sessionCount()).isZero();
        assertThat(calls).hasValue(1);
    }

    @Test
    void aStreamUnderWayStaysWhereItIs() {
        CountedPublisher publisher = new CountedPublisher();
        client.serveStream("many", request -> publisher);
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of("many", Payload.EMPTY)));
        probe.request(3).await(3);

        CompletableFuture<Void> drained = first.drain();
        states.await(ConnectionState.CONNECTED, 2);
        probe.request(3).await(6);
        assertThat(probe.texts()).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(drained).isNotDone();
        probe.cancel();
        Await.opened(publisher.cancelled());
        Await.value(drained);
    }

    @Test
    void aClientWithoutAnotherGatewayWaitsForTheOneItHas() {
        GatewayClient lonely =
                Scene.hasty(GatewayClient.builder()).url(url(first)).connect();
        try {
            lonely.serve("lonely", request -> Response.text("here"));
            Await.value(first.drain());
            CompletableFuture<Response> held = lonely.request("lonely", Payload.EMPTY);
            first.close();
            assertThat(held).isNotDone();
            first = start(port(first));
            assertThat(Await.value(held).text()).isEqualTo("here");
        } finally {
            lonely.close();
        }
    }
}
