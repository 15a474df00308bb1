package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConnectTest {
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void helloComesFirstAndTellsWhoTheClientIs() {
        CompletableFuture<GatewayClient> connecting = GatewayClient.builder()
                .url(gateway.url())
                .clientId("billing-1")
                .token("t")
                .keepAlive(Duration.ofSeconds(7))
                .maxFrameBytes(4096)
                .connectAsync();
        Frame.Hello hello = gateway.accept().welcome();
        GatewayClient client = gateway.closing(connecting.join());

        assertThat(hello.id()).isNotZero();
        assertThat(hello.version()).isEqualTo(1);
        assertThat(hello.clientId()).isEqualTo("billing-1");
        assertThat(hello.token()).isEqualTo("t");
        assertThat(hello.keepAliveSeconds()).isEqualTo(7);
        assertThat(hello.maxFrameBytes()).isEqualTo(4096);
        assertThat(hello.agent()).isEqualTo("socket-gateway-java");
        assertThat(hello.resume()).isNull();
        assertThat(client.clientId()).isEqualTo("billing-1");
        assertThat(client.sessionId()).isEqualTo(ScriptedGateway.Peer.SESSION_ID);
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void connectBlocksUntilTheWelcome() throws Exception {
        CompletableFuture<GatewayClient> connected =
                CompletableFuture.supplyAsync(() -> GatewayClient.connect(gateway.url()));
        ScriptedGateway.Peer peer = gateway.accept();
        assertThat(connected).isNotDone();
        peer.welcome();
        gateway.closing(connected.get());
    }

    @Test
    void aRefusedConnectionSaysWhereAndWhatToDo() throws IOException {
        String url = "tcp://127.0.0.1:" + freePort();
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> GatewayClient.connect(url));
        assertThat(e).hasMessageContaining(url).hasMessageContaining("refused").hasMessageContaining("running");
        assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(e.notProcessed()).isTrue();
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThatThrownBy(() -> GatewayClient.connect("tcp://no-such-host.invalid:7400"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("unknown host 'no-such-host.invalid'");
    }

    @Test
    void everyGatewayThatWasTriedIsTold() throws IOException {
        String first = "tcp://127.0.0.1:" + freePort();
        String second = "tcp://no-such-host.invalid:7400";
        assertThatThrownBy(() -> GatewayClient.connect(first, second))
                .hasMessageContaining(first)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void aSilentGatewayIsGivenUpAfterTheConnectTimeout() {
        CompletableFuture<GatewayClient> connecting = GatewayClient.builder()
                .url(gateway.url())
                .connectTimeout(Duration.ofSeconds(5))
                .clock(clock)
                .connectAsync();
        gateway.accept().expect(Frame.Hello.class);
        clock.advanceUntil(connecting::isDone);
        assertThatThrownBy(connecting::join).hasMessageContaining("no welcome within the connect timeout");
    }

    @Test
    void anErrorInsteadOfTheWelcomeIsPassedOn() {
        for (ErrorCode code : List.of(ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN, ErrorCode.VERSION)) {
            CompletableFuture<GatewayClient> connecting =
                    GatewayClient.builder().url(gateway.url()).connectAsync();
            ScriptedGateway.Peer peer = gateway.accept();
            peer.send(Frame.Error.of(peer.expect(Frame.Hello.class).id(), code, "for a reason"));
            CompletionException e = catchThrowableOfType(CompletionException.class, connecting::join);
            assertThat(e.getCause()).isInstanceOf(GatewayException.class).hasMessageContaining("for a reason");
            assertThat(((GatewayException) e.getCause()).code()).isEqualTo(code);
            peer.expectEnd();
        }
    }

    @Test
    void aGatewayOfAnotherVersionIsNotUnderstood() {
        CompletableFuture<GatewayClient> connecting =
                GatewayClient.builder().url(gateway.url()).connectAsync();
        ScriptedGateway.Peer peer = gateway.accept();
        peer.send(new Frame.Welcome(
                peer.expect(Frame.Hello.class).id(),
                2,
                "s",
                "c",
                null,
                "r",
                false,
                30,
                1 << 20,
                new Frame.SessionLimits(1, 1, 1),
                "n"));
        assertThat(Futures.faultOf(connecting).code()).isEqualTo(ErrorCode.VERSION);
    }

    @Test
    void aClientIdInUseIsToldWithItsRetryAfter() {
        CompletableFuture<GatewayClient> connecting =
                GatewayClient.builder().url(gateway.url()).clientId("a").connectAsync();
        ScriptedGateway.Peer peer = gateway.accept();
        peer.send(new Frame.Error(peer.expect(Frame.Hello.class).id(), 409, 1500, false, "clientId in use"));
        CompletionException e = catchThrowableOfType(CompletionException.class, connecting::join);
        GatewayException fault = (GatewayException) e.getCause();
        assertThat(fault.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(fault.retryAfter()).contains(Duration.ofMillis(1500));
    }

    @Test
    void anAnswerInAnotherProtocolIsAnError() {
        CompletableFuture<GatewayClient> connecting =
                GatewayClient.builder().url(gateway.url()).connectAsync();
        ScriptedGateway.Peer peer = gateway.accept();
        peer.sendBytes("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThatThrownBy(connecting::join).hasMessageContaining("broke the protocol");
    }

    @Test
    void theFirstGatewayThatWelcomesIsTaken() throws IOException {
        CompletableFuture<GatewayClient> connecting = GatewayClient.builder()
                .urls("tcp://127.0.0.1:" + freePort(), gateway.url())
                .connectAsync();
        gateway.accept().welcome();
        assertThat(gateway.closing(connecting.join()).state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void cancellingTheConnectingGivesItUp() {
        CompletableFuture<GatewayClient> connecting =
                GatewayClient.builder().url(gateway.url()).connectAsync();
        ScriptedGateway.Peer peer = gateway.accept();
        peer.expect(Frame.Hello.class);
        connecting.cancel(false);
        peer.expectEnd();
    }

    @Test
    void badUrlsAreRefusedBeforeAnythingIsTried() {
        GatewayClientBuilder builder = GatewayClient.builder();
        assertThatThrownBy(() -> builder.url("localhost:7400"))
                .hasMessageContaining("expected tcp://host:port or udp://host:port");
        assertThatThrownBy(() -> builder.url("http://localhost")).hasMessageContaining("tcp:// and udp:// only");
        assertThatThrownBy(() -> builder.url("tcp://localhost:99999")).isInstanceOf(GatewayException.class);
        assertThatThrownBy(() -> builder.url("tcp://localhost/path")).isInstanceOf(GatewayException.class);
        assertThatThrownBy(() -> builder.url("tcp://a b")).isInstanceOf(GatewayException.class);
        assertThatThrownBy(builder::connect).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> builder.url("tcp://h").clientId("no spaces").connect())
                .hasMessageContaining("clientId");
    }

    @Test
    void listenersAreToldOfStatesInOrderAndNeverOnAnEventLoop() {
        List<String> told = new CopyOnWriteArrayList<>();
        GatewayClient client = gateway.connect(GatewayClient.builder()
                .onState((state, reason) -> told.add(state + " on loop: " + Threads.isEventLoop())));
        gateway.peer().close();
        await().until(() -> client.state() == ConnectionState.RECONNECTING);
        gateway.stopListening();
        client.close();
        await().untilAsserted(() -> assertThat(told)
                .containsExactly("CONNECTED on loop: false", "RECONNECTING on loop: false", "CLOSED on loop: false"));
    }

    @Test
    void pingMeasuresTheWay() {
        GatewayClient client = gateway.connect(GatewayClient.builder().clock(clock));
        CompletableFuture<Duration> ping = client.ping();
        Frame.Ping frame = gateway.peer().expect(Frame.Ping.class);
        clock.advance(Duration.ofMillis(3));
        gateway.peer().send(new Frame.Pong(frame.id(), frame.payload()));
        assertThat(ping.join()).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void pingsOfTheGatewayAreAnsweredWithTheirIdAndPayload() {
        gateway.connect();
        gateway.peer().send(new Frame.Ping(77, Payload.text("x")));
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Pong(77, Payload.text("x")));
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
