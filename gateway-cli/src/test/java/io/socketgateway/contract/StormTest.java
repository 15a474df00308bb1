package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;
import io.socketgateway.protocol.Payload;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Very many clients that lose their gateway in the same moment. */
final class StormTest {
    private static final int CLIENTS = 5_000;
    private static final int SPARE_DESCRIPTORS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String[] SETTINGS = {
        "limits.trusted-sources=127.0.0.0/8", "limits.new-sessions-per-second=2000", "server.workers=2"
    };

    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger back = new AtomicInteger();
    private final List<GatewayClient> clients = new ArrayList<>();

    /** As many as the descriptors of this process allow, and 5,000 if that is enough. */
    private static int clientCount() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.min(
                        CLIENTS,
                        system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - SPARE_DESCRIPTORS)
                : CLIENTS;
    }

    private static void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    @Test
    void fiveThousandClientsThatAreCutAtOnceComeBack() {
        int count = clientCount();
        ServeProcess gateway = ServeProcess.start(0, SETTINGS);
        int port = gateway.port();
        try {
            GatewayClientBuilder builder = GatewayClient.builder()
                    .url("tcp://127.0.0.1:" + port)
                    .connectTimeout(PATIENCE)
                    .reconnectBackoff(Duration.ofMillis(100), Duration.ofSeconds(2))
                    .closeTimeout(Duration.ZERO)
                    .onState((state, reason) -> {
                        if (state == ConnectionState.RECONNECTING) {
                            lost.incrementAndGet();
                        } else if (state == ConnectionState.CONNECTED) {
                            back.incrementAndGet();
                        }
                    });
            List<CompletableFuture<GatewayClient>> connecting = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                connecting.add(builder.connectAsync());
            }
            until("all are connected", () -> connecting.stream().allMatch(CompletableFuture::isDone));
            connecting.forEach(each -> clients.add(each.join()));
            until("all have heard of it", () -> back.get() == count);

            gateway.kill();
            until("all have noticed", () -> lost.get() == count);
            gateway = ServeProcess.start(port, SETTINGS);
            until("all are back", () -> back.get() == 2 * count);

            List<CompletableFuture<?>> answers = new ArrayList<>();
            for (GatewayClient client : clients) {
                answers.add(client.request("gateway.echo", Payload.EMPTY));
            }
            until("all are answered", () -> answers.stream().allMatch(CompletableFuture::isDone));
            assertThat(answers).noneMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(lost).hasValue(count);
        } finally {
            gateway.close();
            clients.parallelStream().forEach(GatewayClient::close);
        }
    }
}
