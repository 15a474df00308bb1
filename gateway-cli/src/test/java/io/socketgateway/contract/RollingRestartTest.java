package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Response;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import io.socketgateway.server.config.GatewayConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two gateways that are drained and started anew, one after the other, under load: no request fails and none is carried out
 * twice, as the workers' log of ids and the clients' outcomes say together.
 */
final class RollingRestartTest {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 20_000;
    private static final int EACH_MILLIS = 4; // one of each client: 2,000 a second in all
    private static final int MOST_REQUESTS = 400_000; // if the restarts take so long
    private static final int BURST = 200; // of each client, the moment a drain begins
    private static final int SLOW_MILLIS = 60; // so that there is something under way when a drain begins

    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final AtomicIntegerArray carriedOut = new AtomicIntegerArray(MOST_REQUESTS); // by id
    private final List<Node> nodes = new ArrayList<>();
    private final List<GatewayClient> clients = new ArrayList<>();
    private final List<States> states = new ArrayList<>();
    private final Collection<Asked> asked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lastId = new AtomicInteger();

    private record Asked(int id, CompletableFuture<Response> answer) {}

    @AfterEach
    void close() {
        scheduler.shutdownNow();
        clients.forEach(GatewayClient::close);
        nodes.forEach(Node::close);
    }

    /** A gateway that can be started again where it was, and its worker. */
    private final class Node {
        private final GatewayConfig config = GatewayConfig.defaults()
                .with("server.workers", "2")
                .with("limits.requests-per-session", Integer.toString(MOST_REQUESTS));
        private final String name;
        private Gateway gateway;
        private final int streams;
        private final int datagrams;
        private final GatewayClient worker;

        Node(String name) {
            this.name = name;
            start(0, 0);
            streams = gateway.addresses().get(0).getPort();
            datagrams = gateway.addresses().get(1).getPort();
            worker = Scene.hasty(GatewayClient.builder()).url(url("tcp")).connect();
            ServeOptions options =
                    ServeOptions.defaults().withConcurrency(MOST_REQUESTS).withQueueCapacity(MOST_REQUESTS);
            worker.serveAsync("work", options, request -> {
                int id = Integer.parseInt(request.payload().text());
                carriedOut.incrementAndGet(id);
                CompletableFuture<Response> answer = new CompletableFuture<>();
                Response response = Response.text(name + " " + id);
                if (id % 10 == 0) {
                    scheduler.schedule(() -> answer.complete(response), SLOW_MILLIS, TimeUnit.MILLISECONDS);
                } else {
                    answer.complete(response);
                }
                return answer;
            });
        }

        private void start(int streamPort, int datagramPort) {
            gateway = Gateway.builder(config)
                    .listen("tcp://127.0.0.1:" + streamPort)
                    .listen("udp://127.0.0.1:" + datagramPort)
                    .start();
        }

        String url(String scheme) {
            return scheme + "://127.0.0.1:" + (scheme.equals("tcp") ? streams : datagrams);
        }

        /** As an operator does it: the next one waits until this one serves again. */
        void restart() {
            scheduler.execute(
                    () -> IntStream.range(0, BURST).forEach(i -> askOfAll())); // so that GOAWAY crosses requests
            Await.value(gateway.drain());
            assertThat(gateway.sessionCount()).isZero();
            gateway.close();
            start(streams, datagrams);
            try (GatewayClient probe = GatewayClient.connect(url("tcp"))) {
                Await.untilAsserted(
                        () -> assertThat(Await.value(ask(probe)).text()).startsWith(name));
            }
        }

        void close() {
            worker.close();
            gateway.close();
        }
    }

    /** Asks for a piece of work of its own; what becomes of it is not looked at. */
    private CompletableFuture<Response> ask(GatewayClient client) {
        return client.request("work", Payload.text(Integer.toString(lastId.getAndIncrement())));
    }

    private void askOfAll() {
        for (GatewayClient client : clients) {
            int id = lastId.getAndIncrement();
            asked.add(new Asked(id, client.request("work", Payload.text(Integer.toString(id)))));
        }
    }

    private static String nodeOf(Response response) {
        return response.text().substring(0, response.text().indexOf(' '));
    }

    private void awaitAsked(int count) {
        Await.until(count + " requests", () -> asked.size() >= count);
    }

    private void restartsUnderLoad(String scheme) {
        nodes.add(new Node("a"));
        nodes.add(new Node("b"));
        for (int i = 0; i < CLIENTS; i++) {
            States seen = new States();
            states.add(seen);
            clients.add(Scene.hasty(GatewayClient.builder())
                    .urls(nodes.get(0).url(scheme), nodes.get(1).url(scheme))
                    .maxRequests(MOST_REQUESTS)
                    .onState(seen)
                    .connect());
        }
        ScheduledFuture<?> pacing =
                scheduler.scheduleAtFixedRate(this::askOfAll, 0, EACH_MILLIS, TimeUnit.MILLISECONDS);

        awaitAsked(2_000);
        nodes.get(0).restart();
        awaitAsked(asked.size() + 2_000);
        nodes.get(1).restart();
        awaitAsked(Math.max(REQUESTS, asked.size() + 2_000));
        pacing.cancel(false);

        List<String> answeredBy = new ArrayList<>();
        for (Asked each : asked) {
            Response response = Await.value(each.answer());
            assertThat(response.text()).endsWith(" " + each.id());
            assertThat(carriedOut.get(each.id()))
                    .as("how often %d was carried out", each.id())
                    .isEqualTo(1);
            if (!answeredBy.contains(nodeOf(response))) {
                answeredBy.add(nodeOf(response));
            }
        }
        assertThat(asked).hasSizeGreaterThanOrEqualTo(REQUESTS);
        assertThat(answeredBy).containsExactlyInAnyOrder("a", "b");
        for (States seen : states) {
            seen.await(ConnectionState.CONNECTED, 3);
            assertThat(seen.seen())
                    .as("twice a gateway went away, and the other was there")
                    .containsExactly(
                            ConnectionState.CONNECTED,
                            ConnectionState.RECONNECTING,
                            ConnectionState.CONNECTED,
                            ConnectionState.RECONNECTING,
                            ConnectionState.CONNECTED);
        }
    }

    @Test
    void noRequestFailsAndNoneIsCarriedOutTwice() {
        restartsUnderLoad("tcp");
    }

    @Test
    void norDoesOneOverDatagrams() {
        restartsUnderLoad("udp");
    }
}
