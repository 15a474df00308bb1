package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KeepAliveTest {
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void close() {
        gateway.close();
    }

    private GatewayClient connect(long keepAliveSeconds) {
        CompletableFuture<GatewayClient> connecting =
                GatewayClient.builder().url(gateway.url()).clock(clock).connectAsync();
        gateway.accept().welcome(keepAliveSeconds, 1 << 20, 100, "r");
        return gateway.closing(connecting.join());
    }

    @Test
    void aSilentClientPingsAtThreeQuartersOfTheKeepAlive() {
        GatewayClient client = connect(40);
        clock.advance(Duration.ofMillis(29_900));
        client.publish("a", Payload.EMPTY);
        assertThat(gateway.peer().next()).isInstanceOf(Frame.Publish.class);
        gateway.peer().send(new Frame.Ping(1, Payload.EMPTY)); // it hears and sends something
        assertThat(gateway.peer().next()).isInstanceOf(Frame.Pong.class);
        clock.advance(Duration.ofMillis(29_900));
        client.publish("b", Payload.EMPTY);
        assertThat(gateway.peer().next()).isInstanceOf(Frame.Publish.class);
        gateway.peer().send(new Frame.Ping(1, Payload.EMPTY));
        assertThat(gateway.peer().next()).isInstanceOf(Frame.Pong.class);
        clock.advance(Duration.ofMillis(30_100));
        Frame.Ping ping = gateway.peer().expect(Frame.Ping.class);
        gateway.peer().send(new Frame.Pong(ping.id(), ping.payload()));
        clock.advance(Duration.ofMillis(30_100));
        gateway.peer().expect(Frame.Ping.class);
    }

    @Test
    void aGatewayThatAnswersNoPingIsDead() {
        GatewayClient client = connect(40);
        CompletableFuture<Response> answer =
                client.request(Request.to("a").timeout(Duration.ofMinutes(5)).build());
        gateway.peer().expect(Frame.Request.class);
        clock.advance(Duration.ofMillis(30_100));
        gateway.peer().expect(Frame.Ping.class);
        clock.advance(Duration.ofMillis(30_100));
        assertThat(answer).failsWithin(Duration.ofSeconds(10));
        assertThat(answer.handle((response, fault) -> fault).join())
                .isInstanceOfSatisfying(GatewayException.class, fault -> {
                    assertThat(fault).hasMessageContaining("silent");
                    assertThat(fault.mayHaveBeenProcessed()).isTrue();
                });
        await().until(() -> client.state() == ConnectionState.RECONNECTING);
    }

    @Test
    void aClientThatOnlySendsStillFindsOutThatTheGatewayIsDead() {
        GatewayClient client = connect(40);
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofSeconds(9));
            client.publish("a", Payload.EMPTY);
            gateway.peer().expect(Frame.Publish.class);
        }
        clock.advance(Duration.ofMillis(3_100)); // nothing heard for three quarters
        gateway.peer().expect(Frame.Ping.class);
        client.publish("a", Payload.EMPTY);
        clock.advance(Duration.ofMillis(30_100));
        await().until(() -> client.state() == ConnectionState.RECONNECTING);
    }
}
