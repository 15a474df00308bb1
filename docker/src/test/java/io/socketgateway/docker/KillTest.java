package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.contract.Await;
import io.socketgateway.contract.Inbox;
import io.socketgateway.contract.States;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import io.socketgateway.testcontainers.GatewayContainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docker kill}, and the same container again: at the same address, and with nothing of what it knew. */
@ContainerTests
final class KillTest {
    private static final int EACH_MILLIS = 8; // one of each client: 750 a second in all

    @RegisterExtension
    final Belongings open = Belongings.ofTest();

    private final List<States> states = new ArrayList<>();
    private GatewayContainer gateway;

    private GatewayClient client(String url) {
        States seen = new States();
        states.add(seen);
        return open.add(Gateways.hasty(GatewayClient.builder())
                .url(url)
                .keepAlive(Duration.ofSeconds(1))
                .onState(seen)
                .connect());
    }

    @Test
    void itsClientsComeBackAndWhatTheyWereToldIsTrue() {
        int port = Ports.free();
        gateway = open.add(Gateways.roomy());
        gateway.setPortBindings(List.of(port + ":7400/tcp", port + ":7400/udp"));
        gateway.start();
        Ledger ledger = open.add(new Ledger());
        GatewayClient worker = client(gateway.tcpUrl());
        ledger.serve(worker);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        worker.serveAsync("never", request -> {
            begun.complete(null);
            return new CompletableFuture<>();
        });
        List<GatewayClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(client(i % 3 == 2 ? gateway.udpUrl() : gateway.tcpUrl()));
        }
        Inbox overTcp = new Inbox();
        clients.get(0).subscribe("news", overTcp);
        Inbox overUdp = new Inbox();
        clients.get(2).subscribe("news", overUdp);
        CompletableFuture<Response> underWay = clients.get(1).request("never", Payload.EMPTY);
        Await.value(begun);
        ScheduledFuture<?> pacing = ledger.askSteadily(clients, EACH_MILLIS);
        ledger.await(1_500);

        Engine.signal(gateway, "SIGKILL");

        assertThat(Engine.awaitExit(gateway)).isEqualTo(137);
        GatewayException fault = Await.failure(underWay);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        states.get(0).await(ConnectionState.RECONNECTING, 1);
        Engine.start(gateway);
        gateway.awaitReady();
        states.forEach(seen -> seen.await(ConnectionState.CONNECTED, 2));
        ledger.await(ledger.asked() + 1_500);
        pacing.cancel(false);

        Ledger.Outcome outcome = ledger.settle();
        assertThat(outcome.answered()).as(outcome.toString()).isGreaterThanOrEqualTo(2_000);
        assertThat(worker.requestAndWait("work", Payload.text(Integer.toString(ledger.unused())))
                        .text())
                .startsWith("done");
        Await.value(worker.publishConfirmed("news", Payload.text("again")));
        assertThat(overTcp.next().text()).isEqualTo("again");
        assertThat(overUdp.next().text()).isEqualTo("again");
        Await.untilAsserted(
                () -> assertThat(Admin.sessions(gateway)).as("sessions").isEqualTo(7));
    }
}
