package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Response;
import io.socketgateway.contract.Await;
import io.socketgateway.protocol.Payload;
import io.socketgateway.testcontainers.GatewayContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With a root that cannot be written, no capability, no way to more rights, 256 MB and one processor. */
@ContainerTests
final class HardenedTest {
    private static final long MEMORY_BYTES = 256 << 20;

    @RegisterExtension
    static final Belongings CONTAINERS = Belongings.ofClass();

    private static GatewayContainer gateway;

    @BeforeAll
    static void start() {
        gateway = CONTAINERS.add(Gateways.roomy());
        gateway.withCreateContainerCmdModifier(command -> command.getHostConfig()
                        .withReadonlyRootfs(true)
                        .withCapDrop(Capability.ALL)
                        .withSecurityOpts(List.of("no-new-privileges"))
                        .withMemory(MEMORY_BYTES)
                        .withMemorySwap(MEMORY_BYTES)
                        .withNanoCPUs(1_000_000_000L))
                .start();
    }

    @Test
    void theSystemsOwnTransportIsThere() {
        assertThat(gateway.getLogs()).containsPattern("gateway ready: .*\\((epoll|io_uring), 1 worker,");
    }

    @Test
    void itSaysHowMuchMemoryItMayUse() {
        assertThat(gateway.getLogs()).containsPattern("(?i)memory.*heap.*direct");
    }

    @Test
    void itCarriesWhatComes() {
        Payload payload = Payload.bytes(new byte[60_000]);
        try (GatewayClient worker = GatewayClient.connect(gateway.tcpUrl());
                GatewayClient client = GatewayClient.connect(gateway.tcpUrl());
                GatewayClient datagrams = GatewayClient.connect(gateway.udpUrl())) {
            worker.serve("work", request -> Response.of(request.payload()));
            List<CompletableFuture<Response>> answers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                answers.add(client.request("work", payload));
                Await.value(datagrams.request("gateway.echo", Payload.text("x")));
            }
            answers.forEach(answer -> assertThat(Await.value(answer).payload()).isEqualTo(payload));
        }
        assertThat(Engine.state(gateway).getOOMKilled()).isFalse();
    }
}
