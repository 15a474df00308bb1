package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many clients at the same moment. */
final class CrowdTest {
    private static final int CLIENTS = 200;

    @Test
    void twoHundredClientsConnectAtOnceAndAgainAfterARestart() {
        Gateway gateway = Scene.start(Scene.CONFIG, 0);
        int port = gateway.addresses().get(0).getPort();
        List<GatewayClient> clients = new ArrayList<>();
        try {
            GatewayClientBuilder builder = Scene.hasty(GatewayClient.builder())
                    .url("tcp://127.0.0.1:" + port)
                    .connectTimeout(Await.LONG);
            List<CompletableFuture<GatewayClient>> connecting = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                connecting.add(builder.connectAsync());
            }
            connecting.forEach(each -> clients.add(Await.value(each)));
            assertThat(gateway.sessionCount()).isEqualTo(CLIENTS);
            assertThat(clients.stream().map(GatewayClient::clientId).distinct()).hasSize(CLIENTS);
            assertThat(clients.stream().map(GatewayClient::sessionId).distinct())
                    .hasSize(CLIENTS);
            AtomicInteger messages = new AtomicInteger();
            clients.forEach(client -> client.subscribe("crowd", message -> messages.incrementAndGet()));
            everybodyAsks(clients);
            Await.value(clients.get(0).publishConfirmed("crowd", Payload.text("all of you")));
            Await.until("everybody has heard it", () -> messages.get() == CLIENTS);

            gateway.close();
            gateway = Scene.start(Scene.CONFIG, port);

            everybodyAsks(clients);
            Await.value(clients.get(0).publishConfirmed("crowd", Payload.text("welcome back")));
            Await.until("everybody has heard that too", () -> messages.get() == 2 * CLIENTS);
            assertThat(gateway.sessionCount()).isEqualTo(CLIENTS);
        } finally {
            List<CompletableFuture<Void>> closing = new ArrayList<>();
            clients.forEach(client ->
                    closing.add(CompletableFuture.runAsync(client::close, task -> new Thread(task, "closes").start())));
            closing.forEach(Await::value);
            gateway.close();
        }
    }

    private static void everybodyAsks(List<GatewayClient> clients) {
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            answers.add(clients.get(i).request("gateway.echo", Payload.text("c" + i)));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(Await.value(answers.get(i)).text()).isEqualTo("c" + i);
        }
    }
}
