package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UdpConnectTest {
    private final ScriptedUdpGateway gateway = new ScriptedUdpGateway();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void close() {
        gateway.close();
    }

    private GatewayClientBuilder builder() {
        return GatewayClient.builder().clock(clock).random(() -> 0L); // no jitter
    }

    @Test
    void helloBringsTheCookieAndWelcomeOpensASession() {
        CompletableFuture<GatewayClient> connecting =
                builder().url(gateway.url()).clientId("meter-7").connectAsync();
        Frame.Hello hello = gateway.welcome();
        assertThat(hello.id()).isNotZero();
        assertThat(hello.clientId()).isEqualTo("meter-7");
        assertThat(hello.maxFrameBytes()).isEqualTo(8192);
        GatewayClient client = gateway.closing(connecting.join());
        assertThat(client.sessionId()).isEqualTo("session-fedcba9876543210");
        CompletableFuture<Response> answer = client.request("a", Payload.text("question"));
        Frame.Request request = gateway.expect(Frame.Request.class);
        assertThat(request.id()).isEqualTo(hello.id() + 1);
        gateway.respond(request.id(), Payload.text("answer"));
        assertThat(Futures.soon(answer).text()).isEqualTo("answer");
    }

    @Test
    void theIdsOfASessionBeginAnywhere() {
        CompletableFuture<GatewayClient> one =
                GatewayClient.builder().url(gateway.url()).connectAsync();
        int oneId = gateway.welcome().id();
        gateway.closing(one.join());
        CompletableFuture<GatewayClient> another =
                GatewayClient.builder().url(gateway.url()).connectAsync();
        assertThat(gateway.welcome().id()).isNotEqualTo(oneId);
        gateway.closing(another.join());
    }

    @Test
    void helloIsRepeatedUntilItIsAnswered() {
        CompletableFuture<GatewayClient> connecting =
                builder().url(gateway.url()).connectAsync();
        Frame.Hello hello = gateway.expectHello();
        clock.advance(Duration.ofMillis(220));
        assertThat(gateway.expectHello()).isEqualTo(hello);
        clock.advance(Duration.ofMillis(420));
        assertThat(gateway.expectHello()).isEqualTo(hello);
        gateway.sendOutside(new Frame.Challenge(hello.id(), "1"));
        Frame.Hello withCookie = gateway.expectHello();
        assertThat(withCookie.cookie()).isEqualTo("1");
        gateway.sendOutside(new Frame.Challenge(hello.id(), "2")); // answers the HELLO before
        clock.advance(Duration.ofMillis(820)); // the answer to a repeat has lengthened the wait
        assertThat(gateway.expectHello().cookie()).isEqualTo("2");
        gateway.sendOutside(ScriptedUdpGateway.welcomeOf(hello, "00000000000000aa", 30, 8192));
        gateway.closing(Futures.soon(connecting));
    }

    @Test
    void whatAnswersAnotherHelloIsIgnored() {
        CompletableFuture<GatewayClient> connecting =
                builder().url(gateway.url()).connectAsync();
        Frame.Hello hello = gateway.expectHello();
        Frame.Hello other = Frame.Hello.of(hello.id() + 1);
        gateway.sendOutside(new Frame.Challenge(other.id(), "wrong"));
        gateway.sendOutside(ScriptedUdpGateway.welcomeOf(other, "00000000000000aa", 30, 8192));
        gateway.sendOutside(Frame.Error.of(other.id(), ErrorCode.UNAUTHENTICATED, "wrong"));
        gateway.sendUnknown();
        gateway.sendBytes((byte) 9);
        gateway.sendOutside(new Frame.Challenge(hello.id(), "right"));
        assertThat(gateway.expectHello().cookie()).isEqualTo("right");
        gateway.sendOutside(ScriptedUdpGateway.welcomeOf(hello, "00000000000000aa", 30, 8192));
        gateway.closing(Futures.soon(connecting));
    }

    @Test
    void aPortWhereNobodyListensIsToldAtOnce() {
        gateway.rest();
        CompletableFuture<GatewayClient> connecting =
                builder().url(gateway.url()).connectAsync();
        GatewayException fault = Futures.faultOf(connecting); // though the clock stands still
        assertThat(fault).hasMessageContaining("nobody listens on that port");
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();
    }

    @Test
    void aGatewayThatSaysNothingIsGivenUpAfterTheConnectTimeout() {
        CompletableFuture<GatewayClient> connecting = builder()
                .url(gateway.url())
                .connectTimeout(Duration.ofSeconds(5))
                .connectAsync();
        gateway.expectHello();
        clock.advanceUntil(connecting::isDone);
        assertThat(Futures.faultOf(connecting)).hasMessageContaining("no welcome within the connect timeout");
    }

    @Test
    void aRefusalIsToldWithItsCode() {
        CompletableFuture<GatewayClient> connecting =
                builder().url(gateway.url()).connectAsync();
        Frame.Hello hello = gateway.expectHello();
        gateway.sendOutside(Frame.Error.of(hello.id(), ErrorCode.UNAUTHENTICATED, "bad token"));
        GatewayException fault = Futures.faultOf(connecting);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(fault).hasMessageContaining("bad token");
    }

    @Test
    void aWelcomeWithoutATokenIsNone() {
        CompletableFuture<GatewayClient> connecting =
                builder().url(gateway.url()).connectAsync();
        Frame.Hello hello = gateway.expectHello();
        gateway.sendOutside(ScriptedUdpGateway.welcomeOf(hello, "12", 30, 8192));
        assertThat(Futures.faultOf(connecting)).hasMessageContaining("datagramToken");
    }

    @Test
    void urlsOfBothKindsFailOverToEachOther() {
        try (ScriptedGateway stream = new ScriptedGateway()) {
            CompletableFuture<GatewayClient> connecting =
                    builder().urls(gateway.url(), stream.url()).connectAsync();
            Frame.Hello hello = gateway.expectHello();
            gateway.sendOutside(Frame.Error.of(hello.id(), ErrorCode.UNAVAILABLE, "draining"));
            stream.accept().welcome();
            stream.closing(Futures.soon(connecting));
        }
    }

    @Test
    void aCredentialThatNoDatagramHoldsIsToldAtOnce() {
        CompletableFuture<GatewayClient> connecting =
                builder().url(gateway.url()).token("x".repeat(9000)).connectAsync();
        GatewayException fault = Futures.faultOf(connecting);
        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(fault).hasMessageContaining("use a stream transport");
    }
}
