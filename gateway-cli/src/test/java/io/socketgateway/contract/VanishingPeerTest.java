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
import org.junit.jupiter.api.Test;

/** Peers that vanish without a word: each side notices by the keep-alive, here the shortest there is. */
final class VanishingPeerTest {
    private final Scene scene = Scene.open();
    private final Scene.States states = new Scene.States();

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

        scene.relay().stall(Way.TO_GATEWAY);

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
        GatewayClient client = shortLived();
        GatewayClient witness = scene.relayed(builder -> builder.keepAlive(Duration.ofSeconds(1)));
        String session = client.sessionId();
        Scene.States vanishing = new Scene.States();
        GatewayClient vanished = vanishingBesides(vanishing);

        vanishing.await(ConnectionState.RECONNECTING, 1); // a keep-alive and a half has passed

        assertThat(states.seen()).containsExactly(ConnectionState.CONNECTED);
        assertThat(client.sessionId()).isEqualTo(session);
        Await.value(client.ping());
        Await.value(witness.ping());
        assertThat(vanished.state()).isNotEqualTo(ConnectionState.CLOSED);
    }

    /** A client over a relay of its own that vanishes at once. */
    private GatewayClient vanishingBesides(Scene.States vanishing) {
        besides = Relay.to(scene.port());
        GatewayClient client = Scene.hasty(GatewayClient.builder())
                .url(besides.url())
                .keepAlive(Duration.ofSeconds(1))
                .onState(vanishing)
                .connect();
        besideClient = client;
        besides.stall(Way.TO_GATEWAY, Way.TO_CLIENT);
        return client;
    }

    private Relay besides;
    private GatewayClient besideClient;

    @AfterEach
    void closeBesides() {
        if (besides != null) {
            besides.resume();
            besideClient.close();
            besides.close();
        }
    }
}
