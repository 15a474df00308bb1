package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gateways that go away, by datagram: what they say may overtake what they said before. */
final class UdpDrainTest {
    private final ScriptedUdpGateway first = new ScriptedUdpGateway();
    private final ScriptedUdpGateway second = new ScriptedUdpGateway();
    private final SettableClock clock = new SettableClock();
    private GatewayClient client;
    private CompletableFuture<Response> answer;
    private int id;

    @BeforeEach
    void ask() {
        CompletableFuture<GatewayClient> connecting = GatewayClient.builder()
                .urls(first.url(), second.url())
                .clock(clock)
                .connectAsync();
        first.welcome();
        client = first.closing(Futures.soon(connecting));
        answer = client.request(Request.to("a").timeout(Duration.ofMinutes(5)).build());
        id = first.expect(Frame.Request.class).id();
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private void refuse() {
        first.send(Frame.Error.notProcessed(id, ErrorCode.UNAVAILABLE, "no"));
        first.pingPong(client);
        assertThat(answer).isNotDone();
    }

    private void goAway(int goAwayId) {
        first.send(new Frame.GoAway(goAwayId, "restart", 0));
        assertThat(first.expect(Frame.Ack.class).id()).isEqualTo(goAwayId);
    }

    @Test
    void aRefusalThatOvertakesTheGoawayIsMovedAllTheSame() {
        refuse();
        goAway(7);
        goAway(7); // it did not get the ACK
        CompletableFuture<?> welcoming = CompletableFuture.supplyAsync(second::welcome);
        clock.advanceUntil(welcoming::isDone);
        CompletableFuture<Frame.Request> again =
                CompletableFuture.supplyAsync(() -> second.expect(Frame.Request.class));
        clock.advanceUntil(again::isDone);
        second.respond(again.join().id(), Payload.text("moved"));
        assertThat(Futures.soon(answer).text()).isEqualTo("moved");
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aRefusalThatNoGoawayExplainsIsTheCallersBusiness() {
        refuse();
        clock.advanceUntil(answer::isDone);
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }
}
