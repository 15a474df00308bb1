package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.contract.Await;
import io.socketgateway.contract.States;
import io.socketgateway.testcontainers.GatewayContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.lifecycle.Startables;

/** {@code docker stop} of one gateway of two, in the middle of the work of both their clients. */
@ContainerTests
final class StopUnderLoadTest {
    private static final int CLIENTS = 8;
    private static final int EACH_MILLIS = 4; // one of each client: 2,000 a second in all
    private static final int BEFORE = 20_000;
    private static final int AFTER = 2_000;
    private static final int MOST_REQUESTS = 100_000;

    @RegisterExtension
    final Belongings open = Belongings.ofTest();

    private GatewayContainer gateway() {
        return open.add(Gateways.roomy().withConfig("limits.requests-per-session", Integer.toString(MOST_REQUESTS)));
    }

    @Test
    void noRequestIsLostAndNoneIsCarriedOutTwice() {
        GatewayContainer stopped = gateway();
        GatewayContainer other = gateway();
        Startables.deepStart(stopped, other).join();
        Ledger ledger = open.add(new Ledger());
        for (GatewayContainer each : List.of(stopped, other)) {
            ledger.serve(open.add(
                    Gateways.hasty(GatewayClient.builder()).url(each.tcpUrl()).connect()));
        }
        List<GatewayClient> clients = new ArrayList<>();
        List<States> states = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            States seen = new States();
            states.add(seen);
            clients.add(open.add(Gateways.hasty(GatewayClient.builder())
                    .urls(stopped.tcpUrl(), other.tcpUrl())
                    .maxRequests(MOST_REQUESTS)
                    .onState(seen)
                    .connect()));
        }

        ScheduledFuture<?> pacing = ledger.askSteadily(clients, EACH_MILLIS);
        ledger.await(BEFORE);
        Engine.stop(stopped);
        ledger.await(ledger.asked() + AFTER);
        pacing.cancel(false);
        Ledger.Outcome outcome = ledger.settle();

        assertThat(outcome.answered()).as(outcome.toString()).isEqualTo(ledger.asked());
        assertThat(Engine.state(stopped).getExitCodeLong()).isZero();
        assertThat(stopped.getLogs()).contains("draining: 9 sessions, 8.0 s at most", "drained in ");
        for (States seen : states) {
            assertThat(seen.seen())
                    .containsExactly(
                            ConnectionState.CONNECTED, ConnectionState.RECONNECTING, ConnectionState.CONNECTED);
            assertThat(seen.reasonOf(ConnectionState.RECONNECTING))
                    .as("GOAWAY")
                    .hasMessageContaining("the gateway is going away");
        }
    }

    @Test
    void aSecondSignalEndsItAtOnce() {
        GatewayContainer gateway = gateway();
        gateway.start();
        GatewayClient client = open.add(GatewayClient.connect(gateway.tcpUrl()));
        CompletableFuture<Void> begun = new CompletableFuture<>();
        client.serveAsync("never", request -> {
            begun.complete(null);
            return new CompletableFuture<>();
        });
        CompletableFuture<?> answer = client.request("never", io.socketgateway.protocol.Payload.EMPTY);
        Await.value(begun);

        Engine.signal(gateway, "SIGTERM");
        Await.until("a drain has begun", () -> gateway.getLogs().contains("draining: "));
        Engine.signal(gateway, "SIGTERM");

        assertThat(Engine.awaitExit(gateway)).isEqualTo(143);
        assertThat(gateway.getLogs()).doesNotContain("drained in ");
        assertThat(Await.failure(answer).mayHaveBeenProcessed()).isTrue();
    }
}
