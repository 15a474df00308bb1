package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.contract.Await;
import io.socketgateway.contract.Inbox;
import io.socketgateway.contract.States;
import io.socketgateway.protocol.Payload;
import io.socketgateway.testcontainers.GatewayContainer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docker pause}: a gateway that says nothing for longer than keep-alive, and keeps its sockets. */
@ContainerTests
final class PauseTest {
    @RegisterExtension
    final Belongings open = Belongings.ofTest();

    private GatewayClient client(String url, States seen) {
        return open.add(
                Gateways.hasty(GatewayClient.builder()).url(url).onState(seen).connect());
    }

    @Test
    void bothSidesGiveUpTheSilentSessionsAndGoOnWithNewOnes() {
        GatewayContainer gateway = open.add(Gateways.roomy().withConfig("limits.keep-alive", "1s"));
        gateway.start();
        States workers = new States();
        States overTcp = new States();
        States overUdp = new States();
        GatewayClient worker = client(gateway.tcpUrl(), workers);
        worker.serve("work", request -> Response.text("done " + request.text()));
        GatewayClient tcp = client(gateway.tcpUrl(), overTcp);
        GatewayClient udp = client(gateway.udpUrl(), overUdp);
        Inbox inbox = new Inbox();
        tcp.subscribe("news", inbox);
        Await.untilAsserted(
                () -> assertThat(Admin.sessions(gateway)).as("sessions").isEqualTo(3));
        List<String> before = List.of(worker.sessionId(), tcp.sessionId(), udp.sessionId());

        Engine.pause(gateway);
        for (States seen : List.of(workers, overTcp, overUdp)) {
            seen.await(ConnectionState.RECONNECTING, 1);
        }
        CompletableFuture<Response> waitsOverTcp = tcp.request("work", Payload.text("tcp"));
        CompletableFuture<Response> waitsOverUdp = udp.request("gateway.echo", Payload.text("udp"));
        Engine.unpause(gateway);

        for (States seen : List.of(workers, overTcp, overUdp)) {
            seen.await(ConnectionState.CONNECTED, 2);
        }
        Await.untilAsserted(() -> assertThat(
                        tcp.requestAndWait("work", Payload.text("again")).text())
                .isEqualTo("done again"));
        assertThat(Await.value(waitsOverUdp).text()).isEqualTo("udp");
        Throwable fault = Await.value(waitsOverTcp.handle((response, failure) -> failure));
        if (fault != null) { // the worker came later than the request
            assertThat(((GatewayException) fault).notProcessed()).isTrue();
        }
        Await.value(udp.publishConfirmed("news", Payload.text("again")));
        assertThat(inbox.next().text()).isEqualTo("again");
        assertThat(List.of(worker.sessionId(), tcp.sessionId(), udp.sessionId()))
                .doesNotContainAnyElementsOf(before);
        Await.untilAsserted(
                () -> assertThat(Admin.sessions(gateway)).as("sessions").isEqualTo(3));
        assertThat(Admin.metric(gateway, "gateway_sessions_closed_total", "code"))
                .as("the silent sessions are gone")
                .isGreaterThanOrEqualTo(3);
    }
}
