package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.contract.Relay.Way;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that vanish without a word: each side notices by the keep-alive, here the shortest there is. */
final class VanishingPeerTest {
    private Scene scene;
    private final States states = new States();

    @BeforeEach
    void open() {
        scene = Scene.open();
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private GatewayClient shortLived() {
        return scene.relayed(builder -> builder.keepAlive(Duration.ofSeconds(1)).onState(states));
    }

    @Test
    void whenNothingGoesEitherWayBothSidesNoticeAndTheClientComesBack() {
        String subject = scene.subject("lost");
        GatewayClient client = shortLived();
        client.serve(subject, request -> Response.text("served"));
        Inbox inbox = new Inbox();
        client.subscribe(subject, inbox);
        CompletableFuture<Response> never = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        GatewayClient other = scene.direct();
        other.serveAsync(subject + ".slow", request -> {
            request.onCancel(cancelled::countDown);
            begun.countDown();
            return never;
        });
        CompletableFuture<Response> underWay = client.request(subject + ".slow", Payload.EMPTY);
        Await.opened(begun);

        scene.relay().stall(Way.TO_GATEWAY, Way.TO_CLIENT);
        CompletableFuture<Response> throughTheDark = client.request(subject + ".slow", Payload.EMPTY);
        CompletableFuture<Response> toTheVanished = other.request(subject, Payload.EMPTY);

        GatewayException reason = states.reasonOf(ConnectionState.RECONNECTING);
        assertThat(reason.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(reason).hasMessageContaining("silent");
        GatewayException lost = Await.failure(underWay);
        assertThat(lost.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(lost.mayHaveBeenProcessed()).isTrue();
        assertThat(Await.failure(throughTheDark).mayHaveBeenProcessed()).isTrue();
        GatewayException workerLost = Await.failure(toTheVanished);
        assertThat(workerLost.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(workerLost.mayHaveBeenProcessed()).isTrue();
        Await.opened(cancelled);
        CompletableFuture<Response> meanwhile = client.request("gateway.echo", Payload.text("meanwhile"));

        scene.relay().resume();

        states.await(ConnectionState.CONNECTED, 2);
        assertThat(Await.value(meanwhile).text()).isEqualTo("meanwhile");
        Await.untilAsserted(() -> assertThat(
                        Await.value(other.request(subject, Payload.EMPTY)).text())
                .isEqualTo("served"));
        Await.value(other.publishConfirmed(subject, Payload.text("again")));
        assertThat(inbox.next().text()).isEqualTo("again");
        assertThat(inbox.waiting()).isZero();
        Await.until("the old session is gone", () -> scene.gateway().sessionCount() == 2);
    }

    @Test
    void aGatewayThatHearsNothingSaysSo() {
        GatewayClient client = shortLived();

        GatewayClient other = scene.direct();

        scene.relay().stall(Way.TO_GATEWAY);
        Await.until("the session ends, though the client hears from it all the time", () -> {
            other.publish("client." + client.clientId(), Payload.EMPTY);
            return states.seen().contains(ConnectionState.RECONNECTING);
        });

        GatewayException reason = states.reasonOf(ConnectionState.RECONNECTING);
        assertThat(reason).hasMessageContaining("keep-alive");
        scene.relay().resume();
        states.await(ConnectionState.CONNECTED, 2);
        assertThat(client.requestAndWait("gateway.echo", Payload.text("back")).text())
                .isEqualTo("back");
    }

    @Test
    void aClientThatHearsNothingLeavesAndTheGatewayLearnsOfIt() {
        GatewayClient client = shortLived();

        scene.relay().stall(Way.TO_CLIENT);

        GatewayException reason = states.reasonOf(ConnectionState.RECONNECTING);
        assertThat(reason).hasMessageContaining("silent");
        scene.relay().resume();
        states.await(ConnectionState.CONNECTED, 2);
        Await.value(client.ping());
        Await.until("one session is left", () -> scene.gateway().sessionCount() == 1);
    }

    @Test
    void aConnectionThatIsOnlyIdleLives() {
        Duration keepAlive = Duration.ofSeconds(2);
        GatewayClient idle = scene.relayed(builder -> builder.keepAlive(keepAlive));
        String session = idle.sessionId();
        try (Relay dark = Relay.to(scene.port());
                GatewayClient vanishing = Scene.hasty(GatewayClient.builder())
                        .url(dark.url())
                        .keepAlive(keepAlive)
                        .onState(states)
                        .connect()) {
            dark.stall(Way.TO_GATEWAY, Way.TO_CLIENT);
            states.await(ConnectionState.RECONNECTING, 1); // a keep-alive and a half has passed
            assertThat(vanishing.state().isFinal()).isFalse();
            dark.resume();
        }

        assertThat(idle.sessionId()).isEqualTo(session);
        assertThat(idle.state()).isEqualTo(ConnectionState.CONNECTED);
        Await.value(idle.ping());
        assertThat(scene.relay().accepted()).isEqualTo(1);
    }
}
