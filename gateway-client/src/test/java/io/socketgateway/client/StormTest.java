package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gateways with more clients at the door than they take at once. */
final class StormTest {
    private final ScriptedGateway first = new ScriptedGateway();
    private final ScriptedGateway second = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();
    private GatewayClient client;

    @BeforeEach
    void connect() {
        CompletableFuture<GatewayClient> connecting = GatewayClient.builder()
                .urls(first.url(), second.url())
                .clock(clock)
                .connectAsync();
        first.accept().welcome();
        client = second.closing(Futures.soon(connecting));
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private ScriptedGateway.Peer next(ScriptedGateway gateway) {
        CompletableFuture<ScriptedGateway.Peer> accepting = CompletableFuture.supplyAsync(gateway::accept);
        clock.advanceUntil(accepting::isDone);
        return accepting.join();
    }

    private static void refuse(ScriptedGateway.Peer peer, ErrorCode code, long retryAfterMillis) {
        int id = peer.expect(Frame.Hello.class).id();
        peer.send(new Frame.Error(id, code.code(), retryAfterMillis, false, "too many"));
        peer.expectEnd();
    }

    @Test
    void aGatewayThatAsksForTimeGetsItWhileTheOthersAreTried() {
        first.peer().reset();
        ScriptedGateway.Peer refusing = next(first);
        long refusedNanos = clock.nanos();
        refuse(refusing, ErrorCode.UNAVAILABLE, 20_000);
        CompletableFuture<ScriptedGateway.Peer> again = CompletableFuture.supplyAsync(first::accept);
        for (int round = 0; round < 3; round++) {
            refuse(next(second), ErrorCode.LIMITED, Frame.ABSENT);
        }
        assertThat(again).isNotDone();
        assertThat(client.state()).isEqualTo(ConnectionState.RECONNECTING);
        clock.advanceUntil(again::isDone);
        assertThat(Duration.ofNanos(clock.nanos() - refusedNanos)).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
        again.join().welcome();
        await().until(() -> client.state() == ConnectionState.CONNECTED);
    }

    @Test
    void whenAllAskForTimeTheEarliestIsTheNext() {
        first.peer().reset();
        refuse(next(first), ErrorCode.LIMITED, 60_000);
        ScriptedGateway.Peer refusing = next(second);
        long refusedNanos = clock.nanos();
        refuse(refusing, ErrorCode.LIMITED, 5_000);
        next(second).welcome();
        assertThat(Duration.ofNanos(clock.nanos() - refusedNanos)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        await().until(() -> client.state() == ConnectionState.CONNECTED);
    }

    @Test
    void aRefusalBeforeTheHelloWasReadIsNotForGood() {
        first.peer().reset();
        ScriptedGateway.Peer refusing = next(first);
        refusing.send(new Frame.Error(0, ErrorCode.LIMITED.code(), 1_000, false, "sessions of this address"));
        refusing.expect(Frame.Hello.class);
        refusing.expectEnd();
        next(second).welcome();
        await().until(() -> client.state() == ConnectionState.CONNECTED);
    }

    @Test
    void aGatewayThatEndsTheSessionMayAskForTimeToo() {
        first.peer().send(new Frame.Error(0, ErrorCode.UNAVAILABLE.code(), 30_000, false, "too much waits"));
        long toldNanos = clock.nanos();
        next(second).welcome();
        await().until(() -> client.state() == ConnectionState.CONNECTED);
        assertThat(Duration.ofNanos(clock.nanos() - toldNanos)).isLessThan(Duration.ofSeconds(30));
    }
}
