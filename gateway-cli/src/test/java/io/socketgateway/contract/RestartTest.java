package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gateways that go and come back, and clients that know several. */
final class RestartTest {
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final States states = new States();

    @AfterEach
    void close() throws Exception {
        for (int i = toClose.size() - 1; i >= 0; i--) {
            toClose.get(i).close();
        }
    }

    private Gateway gateway(String node, int port) {
        Gateway gateway = Scene.start(Scene.CONFIG.with("server.node", node), port);
        toClose.add(gateway);
        gateway.serve("node", request -> io.socketgateway.server.service.ServiceResponse.of(Payload.text(node)));
        return gateway;
    }

    private static int port(Gateway gateway) {
        return gateway.addresses().get(0).getPort();
    }

    private static String url(Gateway gateway) {
        return "tcp://127.0.0.1:" + port(gateway);
    }

    private GatewayClient client(String... urls) {
        GatewayClient client =
                Scene.hasty(GatewayClient.builder()).urls(urls).onState(states).connect();
        toClose.add(client);
        return client;
    }

    private static String node(GatewayClient client) {
        return client.requestAndWait("node", Payload.EMPTY).text();
    }

    @Test
    void aGatewayThatRestartsOnItsPortFindsItsClientsAgain() {
        Gateway first = gateway("first", 0);
        int port = port(first);
        GatewayClient worker = client(url(first));
        CountDownLatch begun = new CountDownLatch(1);
        worker.serveAsync("slow", request -> {
            begun.countDown();
            return new CompletableFuture<>();
        });
        worker.serve("fast", request -> Response.text("fast"));
        GatewayClient client = client(url(first));
        Inbox inbox = new Inbox();
        client.subscribe("news", inbox);
        CompletableFuture<Response> underWay = client.request("slow", Payload.EMPTY);
        Await.opened(begun);

        first.close();
        GatewayException fault = Await.failure(underWay);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        states.await(ConnectionState.RECONNECTING, 2);
        CompletableFuture<Response> waiting = client.request("node", Payload.EMPTY);
        gateway("second", port);

        assertThat(Await.value(waiting).text()).isEqualTo("second");
        states.await(ConnectionState.CONNECTED, 4);
        Await.untilAsserted(() -> assertThat(
                        Await.value(client.request("fast", Payload.EMPTY)).text())
                .isEqualTo("fast"));
        Await.value(client.publishConfirmed("news", Payload.text("again")));
        assertThat(inbox.next().text()).isEqualTo("again");
    }

    @Test
    void aClientTakesTheFirstGatewayThatIsThere() {
        Gateway gone = gateway("gone", 0);
        Gateway first = gateway("first", 0);
        Gateway second = gateway("second", 0);
        gone.close(); // last, so that nobody gets its port

        assertThat(node(client(url(gone), url(first), url(second)))).isEqualTo("first");
        assertThat(node(client(url(second), url(first)))).isEqualTo("second");
    }

    @Test
    void aClientFailsOverInOrderAndIsServedEverywhere() {
        Gateway first = gateway("first", 0);
        Gateway second = gateway("second", 0);
        GatewayClient client = client(url(first), url(second));
        Inbox inbox = new Inbox();
        client.subscribe("news", inbox);
        client.serve("work", request -> Response.text("works"));
        assertThat(node(client)).isEqualTo("first");

        first.close();

        assertThat(node(client)).isEqualTo("second");
        GatewayClient other = client(url(second));
        Await.untilAsserted(() -> assertThat(
                        Await.value(other.request("work", Payload.EMPTY)).text())
                .isEqualTo("works"));
        Await.value(other.publishConfirmed("news", Payload.text("second's")));
        assertThat(inbox.next().text()).isEqualTo("second's");

        gateway("first-again", port(first));
        second.close();
        assertThat(node(client)).isEqualTo("first-again");
    }

    @Test
    void whenNobodyIsThereTheErrorNamesEveryGateway() {
        Gateway one = gateway("one", 0);
        Gateway two = gateway("two", 0);
        one.close();
        two.close();

        GatewayException fault = Await.thrown(() -> client(url(one), url(two)));

        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();
        assertThat(fault).hasMessageContaining(":" + port(one)).hasMessageContaining(":" + port(two));
        states.await(ConnectionState.CLOSED, 1);
        assertThat(states.seen()).containsExactly(ConnectionState.CLOSED);
    }

    @Test
    void aGatewayThatIsFullRefusesAndTheNextOneIsTaken() {
        Gateway full = Scene.start(Scene.CONFIG.with("limits.sessions", "1"), 0);
        toClose.add(full);
        Gateway free = gateway("free", 0);
        GatewayClient holder = client(url(full));

        GatewayException refused = Await.thrown(() -> client(url(full)));
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused).hasMessageContaining("sessions");
        assertThat(node(client(url(full), url(free)))).isEqualTo("free");
        Await.value(holder.ping());
    }

    @Test
    void requestsWaitWhileTheGatewayIsAwayAndEachIsSentOnce() {
        Gateway first = gateway("first", 0);
        int port = port(first);
        GatewayClient client = client(url(first));
        first.close();
        states.await(ConnectionState.RECONNECTING, 1);
        List<CompletableFuture<Response>> waiting = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            waiting.add(client.request("gateway.echo", Payload.text("m" + i)));
        }
        GatewayException given = Await.failure(client.request(io.socketgateway.client.Request.to("gateway.echo")
                .timeout(Duration.ofMillis(30))
                .build()));
        assertThat(given.notProcessed()).isTrue();

        gateway("second", port);

        for (int i = 0; i < waiting.size(); i++) {
            assertThat(Await.value(waiting.get(i)).text()).isEqualTo("m" + i);
        }
    }
}
