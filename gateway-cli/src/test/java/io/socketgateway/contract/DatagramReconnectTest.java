package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.contract.DatagramRelay.Faults;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagram sessions that end without a word: what the gateway gives up, what the client is told, and how it comes back. */
final class DatagramReconnectTest {
    private static final Faults DARKNESS = Faults.losing(1);

    private Gateway gateway;
    private DatagramRelay relay;
    private Target behind;
    private Target beside;

    private static Gateway start(int tcpPort, int udpPort) {
        return Gateway.builder()
                .listen("tcp://127.0.0.1:" + tcpPort)
                .listen("udp://127.0.0.1:" + udpPort)
                .start();
    }

    private int port(int listener) {
        return gateway.addresses().get(listener).getPort();
    }

    @BeforeEach
    void open() {
        gateway = start(0, 0);
        relay = DatagramRelay.to(port(1), 1);
        behind = Target.of("udp", relay.url());
        beside = Target.of("tcp", "tcp://127.0.0.1:" + port(0));
    }

    @AfterEach
    void close() {
        relay.faults(Faults.NONE);
        behind.closeClients();
        beside.closeClients();
        relay.close();
        gateway.close();
    }

    /** A client with the shortest keep-alive that comes back soon. */
    private GatewayClient restless(States states) {
        return behind.client(
                builder -> Scene.hasty(builder).keepAlive(Duration.ofSeconds(1)).onState(states));
    }

    @Test
    void aClientThatVanishesIsGoneWithAllThatItHeld() {
        String subject = beside.subject("held");
        CompletableFuture<Response> stage = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        beside.client().serveAsync(subject, request -> {
            begun.countDown();
            return stage;
        });
        GatewayClient vanishing = restless(new States());
        vanishing.subscribe(subject, message -> {});
        String address = "client." + vanishing.clientId();
        CompletableFuture<Response> lost = vanishing.request(subject, Payload.EMPTY);
        Await.opened(begun);
        CompletableFuture<Response> asked = beside.client().request(address, Payload.EMPTY);

        relay.faults(DARKNESS);

        Await.until("the worker's stage is cancelled", stage::isCancelled);
        Await.until("its session is gone", () -> gateway.sessionCount() == 2);
        assertThat(Await.failure(asked).code()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.NO_WORKER);
        assertThat(Await.failure(beside.client().request(address, Payload.EMPTY))
                        .code())
                .isEqualTo(ErrorCode.NO_WORKER);
        GatewayException fault = Await.failure(lost);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
    }

    @Test
    void aClientThatWasInTheDarkForTooLongComesBackAndSubscribesAgain() {
        String subject = beside.subject("again");
        States states = new States();
        GatewayClient client = restless(states);
        Inbox inbox = new Inbox();
        client.subscribe(subject, inbox);
        String session = client.sessionId();

        relay.faults(DARKNESS);
        Await.until("its session is gone", () -> gateway.sessionCount() == 0);
        relay.faults(Faults.NONE);

        states.await(ConnectionState.CONNECTED, 2);
        assertThat(client.sessionId()).isNotEqualTo(session);
        GatewayClient publisher = beside.client();
        Await.until("a message", () -> {
            Await.value(publisher.publishConfirmed(subject, Payload.text("back")));
            return inbox.waiting() > 0;
        });
    }

    @Test
    void aShortDarknessCostsNothing() {
        String subject = beside.subject("short");
        GatewayClient client = behind.client();
        String session = client.sessionId();
        beside.client().serve(subject, request -> Response.text("answer"));
        relay.faults(DARKNESS);
        CompletableFuture<Response> answer = client.request(subject, Payload.EMPTY);
        Await.until(
                "it was sent again and again", () -> relay.count(Relay.Way.TO_GATEWAY, DatagramRelay.Deed.LOST) >= 4);
        assertThat(answer).isNotDone();

        relay.faults(Faults.NONE);

        assertThat(Await.value(answer).text()).isEqualTo("answer");
        assertThat(client.sessionId()).isEqualTo(session);
    }

    @Test
    void aGatewayThatWasStartedAnewOnItsPortsIsFoundAgain() {
        States states = new States();
        GatewayClient client = restless(states);
        String session = client.sessionId();
        int tcpPort = port(0);
        int udpPort = port(1);
        relay.faults(DARKNESS); // so that it cannot say goodbye
        gateway.close();
        gateway = start(tcpPort, udpPort);
        relay.faults(Faults.NONE);

        states.await(ConnectionState.CONNECTED, 2);
        assertThat(client.sessionId()).isNotEqualTo(session);
        assertThat(client.requestAndWait("gateway.echo", Payload.text("here again"))
                        .text())
                .isEqualTo("here again");
    }

    @Test
    void aGatewayThatClosesSaysSoToItsDatagramClients() {
        States states = new States();
        GatewayClient client = restless(states);
        gateway.close();

        assertThat(states.reasonOf(ConnectionState.RECONNECTING).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(client.state().isFinal()).isFalse();
    }

    @Test
    void nobodyThereIsUnavailableWithinTheTimeForConnecting() {
        relay.faults(DARKNESS);
        GatewayException fault =
                Await.thrown(() -> behind.client(builder -> builder.connectTimeout(Duration.ofMillis(500))));

        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();
    }
}
