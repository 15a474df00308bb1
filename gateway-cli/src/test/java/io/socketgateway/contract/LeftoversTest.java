package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import io.socketgateway.server.service.ServiceResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a client or a gateway is closed, nothing of it is left: no thread, no session, no port. */
final class LeftoversTest {
    private final Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());

    private List<String> threadsOf(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private void assertNoThreadIsLeft() {
        Await.untilAsserted(() -> assertThat(threadsOf("gateway-")).isEmpty());
    }

    @Test
    void nothingIsLeftWhenAllAreClosed() {
        Gateway gateway = Scene.start(Scene.CONFIG, 0);
        int port = gateway.addresses().get(0).getPort();
        gateway.serve("in-process", request -> ServiceResponse.of(request.payload()));
        GatewayClient first = GatewayClient.connect("tcp://127.0.0.1:" + port);
        GatewayClient second = GatewayClient.connect("tcp://127.0.0.1:" + port);
        first.serve("work", request -> Response.of(request.payload()));
        assertThat(second.requestAndWait("work", Payload.text("x")).text()).isEqualTo("x");
        assertThat(second.requestAndWait("in-process", Payload.text("y")).text())
                .isEqualTo("y");
        assertThat(threadsOf("gateway-client")).isNotEmpty();

        first.close();
        assertThat(second.requestAndWait("gateway.echo", Payload.text("still")).text())
                .isEqualTo("still");
        second.close();
        Await.untilAsserted(() -> assertThat(threadsOf("gateway-client-loop")).isEmpty());
        Await.until("no session is left", () -> gateway.sessionCount() == 0);
        gateway.close();

        assertNoThreadIsLeft();
        Scene.start(Scene.CONFIG, port).close(); // the port is free
        assertNoThreadIsLeft();
    }

    @Test
    void clientsThatNeverConnectedLeaveNothing() {
        Gateway gateway = Scene.start(Scene.CONFIG, 0);
        int port = gateway.addresses().get(0).getPort();
        gateway.close();

        for (int i = 0; i < 20; i++) {
            CompletableFuture<GatewayClient> connecting =
                    GatewayClient.builder().url("tcp://127.0.0.1:" + port).connectAsync();
            if (i % 2 == 0) {
                connecting.cancel(true);
            } else {
                GatewayException fault = Await.failure(connecting);
                assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            }
        }

        Await.untilAsserted(() -> assertThat(threadsOf("gateway-client-loop")).isEmpty());
    }

    @Test
    void aConnectionThatNobodyWaitsForAnyMoreIsClosed() {
        try (Scene scene = Scene.open()) {
            for (int i = 0; i < 20; i++) {
                CompletableFuture<GatewayClient> connecting = GatewayClient.builder()
                        .url("tcp://127.0.0.1:" + scene.port())
                        .connectAsync();
                if (i % 2 == 0) {
                    Await.until("it connects", () -> scene.gateway().sessionCount() > 0 || connecting.isDone());
                }
                if (!connecting.cancel(true)) {
                    connecting.join().close(); // it was faster
                }
                Await.until("it is gone", () -> scene.gateway().sessionCount() == 0);
            }
        }
        Await.untilAsserted(() -> assertThat(threadsOf("gateway-client-loop")).isEmpty());
    }

    @Test
    void aGatewayThatIsClosedUnderLoadLetsEverybodyGo() {
        Gateway gateway = Scene.start(Scene.CONFIG, 0);
        String url = "tcp://127.0.0.1:" + gateway.addresses().get(0).getPort();
        try (GatewayClient worker = GatewayClient.connect(url);
                GatewayClient client = GatewayClient.connect(url)) {
            worker.serveAsync("never", request -> new CompletableFuture<>());
            List<CompletableFuture<Response>> underWay = IntStream.range(0, 500)
                    .mapToObj(i -> client.request("never", Payload.text("x".repeat(i * 20))))
                    .toList();

            gateway.close();

            for (CompletableFuture<Response> each : underWay) {
                assertThat(Await.failure(each).code()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.NO_WORKER);
            }
            Await.untilAsserted(() -> assertThat(threadsOf("gateway-worker")).isEmpty());
        }
        assertNoThreadIsLeft();
    }
}
