package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReconnectTest {
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void close() {
        gateway.close();
    }

    private static void awaitState(GatewayClient client, ConnectionState state) {
        await().until(() -> client.state() == state);
    }

    @Test
    void theNextHelloBearsTheResumeSecretAndTheName() {
        GatewayClient client = gateway.connect();
        gateway.peer().reset();
        ScriptedGateway.Peer second = gateway.accept();
        Frame.Hello hello = second.welcome(30, 1 << 20, 100, "secret-2");
        assertThat(hello.resume()).isEqualTo(ScriptedGateway.Peer.RESUME);
        assertThat(hello.clientId()).isEqualTo("client-1");
        awaitState(client, ConnectionState.CONNECTED);
        second.reset();
        assertThat(gateway.accept().welcome().resume()).isEqualTo("secret-2");
    }

    @Test
    void whatWasSentOnALostConnectionMayHaveBeenProcessed() {
        GatewayClient client = gateway.connect(GatewayClient.builder().retries(3));
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        gateway.peer().expect(Frame.Request.class);
        gateway.peer().reset();
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        assertThat(fault).hasMessageContaining("lost");
    }

    @Test
    void whatTheSocketNeverTookWasNotProcessed() {
        GatewayClient client = gateway.connect(GatewayClient.builder().maxOutboundBytes(1 << 30));
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) { // far more than the socket's buffers, since the peer does not read
            answers.add(client.request("a", Payload.bytes(new byte[1_000_000])));
        }
        gateway.peer().expect(Frame.Request.class);
        gateway.peer().reset();
        assertThat(Futures.faultOf(answers.get(0)).mayHaveBeenProcessed()).isTrue();
        assertThat(Futures.faultOf(answers.get(59)).notProcessed()).isTrue();
        for (int i = 1; i < 60; i++) { // the bytes go in order, so the line is crossed once
            boolean before = Futures.faultOf(answers.get(i - 1)).notProcessed();
            assertThat(!before || Futures.faultOf(answers.get(i)).notProcessed())
                    .isTrue();
        }
    }

    @Test
    void whatTheSocketNeverTookIsSentAgainWhenRetriesAreOn() {
        GatewayClient client = gateway.connect(GatewayClient.builder().maxOutboundBytes(1 << 30));
        List<CompletableFuture<Response>> fillers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            fillers.add(client.request("filler", Payload.bytes(new byte[1_000_000])));
        }
        CompletableFuture<Response> answer =
                client.request(Request.to("a").retries(1).build());
        gateway.peer().expect(Frame.Request.class);
        gateway.peer().reset();
        gateway.accept().welcome();
        Frame.Request again = gateway.peer().expect(Frame.Request.class);
        assertThat(again.subject().value()).isEqualTo("a");
        gateway.peer().respond(again.id(), Payload.text("b"));
        assertThat(Futures.soon(answer).text()).isEqualTo("b");
        fillers.forEach(Futures::faultOf);
    }

    @Test
    void requestsMadeWhileDisconnectedWaitForTheConnection() {
        GatewayClient client = gateway.connect();
        gateway.peer().reset();
        ScriptedGateway.Peer second = gateway.accept();
        awaitState(client, ConnectionState.RECONNECTING);
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        assertThatThrownBy(() -> client.publish("b", Payload.EMPTY))
                .isInstanceOfSatisfying(GatewayException.class, fault -> {
                    assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                    assertThat(fault.notProcessed()).isTrue();
                });
        second.welcome();
        second.respond(second.expect(Frame.Request.class).id(), Payload.text("x"));
        assertThat(Futures.soon(answer).text()).isEqualTo("x");
    }

    @Test
    void theyWaitNoLongerThanTheirTimeout() {
        GatewayClient client = gateway.connect(GatewayClient.builder().clock(clock));
        gateway.stopListening();
        gateway.peer().reset();
        awaitState(client, ConnectionState.RECONNECTING);
        CompletableFuture<Response> answer =
                client.request(Request.to("a").timeout(Duration.ofSeconds(3)).build());
        CompletableFuture<Response> cancelled = client.request("b", Payload.EMPTY);
        cancelled.cancel(true);
        clock.advanceUntil(answer::isDone);
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();
    }

    @Test
    void aResetInTheMiddleOfAFrameIsALostConnection() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        int id = gateway.peer().expect(Frame.Request.class).id();
        gateway.peer().sendBeginning(9, new Frame.Response(id, false, Headers.EMPTY, Payload.text("cut off")));
        gateway.peer().reset();
        assertThat(Futures.faultOf(answer).mayHaveBeenProcessed()).isTrue();
        gateway.accept().welcome();
        awaitState(client, ConnectionState.CONNECTED);
    }

    @Test
    void aGatewayThatBreaksTheProtocolIsToldAndLeft() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        gateway.peer().expect(Frame.Request.class);
        gateway.peer().sendBytes(new byte[] {0, 0, 0, 1, 0x7F});
        Frame.Error told = gateway.peer().expect(Frame.Error.class);
        assertThat(told.id()).isZero();
        assertThat(told.errorCode()).isEqualTo(ErrorCode.MALFORMED);
        gateway.peer().expectEnd();
        assertThat(Futures.faultOf(answer)).hasMessageContaining("broke the protocol");
        gateway.accept().welcome();
        awaitState(client, ConnectionState.CONNECTED);
    }

    @Test
    void aFrameLongerThanTheClientTakesIsRefusedByItsLength() {
        gateway.connect(GatewayClient.builder().maxFrameBytes(1024));
        gateway.peer().sendBytes(new byte[] {0, 0, 4, 1});
        assertThat(gateway.peer().expect(Frame.Error.class).errorCode()).isEqualTo(ErrorCode.TOO_LARGE);
        gateway.peer().expectEnd();
    }

    @Test
    void aGatewayThatAsksWithoutReadingIsLeft() {
        GatewayClient client = gateway.connect(GatewayClient.builder().maxOutboundBytes(100_000));
        Frame ping = new Frame.Ping(1, Payload.bytes(new byte[500_000]));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        gateway.peer().send(ping);
                    }
                })
                .isInstanceOf(java.io.UncheckedIOException.class);
        gateway.accept().welcome();
        awaitState(client, ConnectionState.CONNECTED);
    }

    @Test
    void anErrorThatEndsTheSessionIsTheReasonThatIsTold() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Response> answer = client.request("a", Payload.EMPTY);
        gateway.peer().expect(Frame.Request.class);
        gateway.peer().send(Frame.Error.of(0, ErrorCode.DEADLINE, "silent session"));
        assertThat(Futures.faultOf(answer)).hasMessageContaining("silent session");
        assertThat(Futures.faultOf(answer).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        gateway.accept().welcome();
        awaitState(client, ConnectionState.CONNECTED);
    }

    @Test
    void aSessionThatAnotherHasTakenOverStaysAway() {
        CompletableFuture<GatewayException> reason = new CompletableFuture<>();
        GatewayClient client = gateway.connect(GatewayClient.builder().onState((state, fault) -> {
            if (state == ConnectionState.REJECTED) {
                reason.complete(fault);
            }
        }));
        CompletableFuture<Response> underWay = client.request("a", Payload.EMPTY);
        gateway.peer().expect(Frame.Request.class);
        gateway.peer().send(Frame.Error.of(0, ErrorCode.CONFLICT, "replaced"));
        gateway.peer().expectEnd();
        awaitState(client, ConnectionState.REJECTED);
        assertThat(Futures.soon(reason).code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(Futures.faultOf(underWay).code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(Futures.faultOf(underWay).mayHaveBeenProcessed()).isTrue();
        GatewayException later = Futures.faultOf(client.request("a", Payload.EMPTY));
        assertThat(later.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(later.notProcessed()).isTrue();
        assertThatThrownBy(() -> client.subscribe("a", message -> {})).isInstanceOf(GatewayException.class);
    }

    @Test
    void credentialsThatAreRefusedOnReconnectEndIt() {
        for (ErrorCode code : List.of(ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN)) {
            GatewayClient client = gateway.connect();
            gateway.peer().reset();
            ScriptedGateway.Peer second = gateway.accept();
            CompletableFuture<Response> waiting = client.request("a", Payload.EMPTY);
            second.send(Frame.Error.of(second.expect(Frame.Hello.class).id(), code, "no"));
            awaitState(client, ConnectionState.REJECTED);
            assertThat(Futures.faultOf(waiting).code()).isEqualTo(code);
        }
    }

    @Test
    void aNameStillInUseOnReconnectIsTriedAgainAfterItsTime() {
        GatewayClient client = gateway.connect(GatewayClient.builder().clock(clock));
        gateway.peer().reset();
        awaitState(client, ConnectionState.RECONNECTING);
        CompletableFuture<ScriptedGateway.Peer> accepting = CompletableFuture.supplyAsync(gateway::accept);
        clock.advanceUntil(accepting::isDone);
        ScriptedGateway.Peer second = accepting.join();
        long refusedNanos = clock.nanos();
        second.send(new Frame.Error(second.expect(Frame.Hello.class).id(), 409, 5_000, false, "in use"));
        second.expectEnd();
        CompletableFuture<Response> waiting =
                client.request(Request.to("a").timeout(Duration.ofMinutes(9)).build());
        CompletableFuture<ScriptedGateway.Peer> again = CompletableFuture.supplyAsync(gateway::accept);
        clock.advanceUntil(again::isDone);
        assertThat(Duration.ofNanos(clock.nanos() - refusedNanos)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        again.join().welcome();
        gateway.peer().respond(gateway.peer().expect(Frame.Request.class).id(), Payload.EMPTY);
        Futures.soon(waiting);
    }

    @Test
    void theNextGatewayIsTriedWhenTheFirstIsGone() {
        try (ScriptedGateway backup = new ScriptedGateway()) {
            GatewayClient client = gateway.connect(GatewayClient.builder()); // the url of the gateway comes first
            client.close();
            CompletableFuture<GatewayClient> connecting =
                    GatewayClient.builder().urls(gateway.url(), backup.url()).connectAsync();
            gateway.accept().welcome();
            GatewayClient both = gateway.closing(Futures.soon(connecting));
            gateway.stopListening();
            gateway.peer().reset();
            backup.accept().welcome();
            awaitState(both, ConnectionState.CONNECTED);
            CompletableFuture<Response> answer = both.request("a", Payload.EMPTY);
            backup.peer().respond(backup.peer().expect(Frame.Request.class).id(), Payload.EMPTY);
            Futures.soon(answer);
            backup.closing(both);
        }
    }

    @Test
    void roundsAreSpreadAndGetRarer() {
        List<Long> bounds = new java.util.concurrent.CopyOnWriteArrayList<>();
        GatewayClient client = gateway.connect(GatewayClient.builder()
                .clock(clock)
                .reconnectBackoff(Duration.ofMillis(100), Duration.ofMillis(1500))
                .random(new java.util.random.RandomGenerator() {
                    @Override
                    public long nextLong() {
                        return 0;
                    }

                    @Override
                    public long nextLong(long bound) {
                        bounds.add(bound - 1);
                        return bound - 1;
                    }
                }));
        gateway.stopListening();
        gateway.peer().reset();
        await().until(() -> bounds.size() == 1);
        for (int round = 2; round <= 6; round++) {
            int wanted = round;
            clock.advanceUntil(() -> bounds.size() >= wanted);
        }
        assertThat(client.state()).isEqualTo(ConnectionState.RECONNECTING);
        assertThat(bounds.stream().limit(6).map(nanos -> nanos / 1_000_000))
                .containsExactly(100L, 200L, 400L, 800L, 1500L, 1500L);
    }

    @Test
    void aGatewayThatGoesAwayFinishesWhatItHasAndGetsNothingNew() {
        GatewayClient client = gateway.connect();
        ScriptedGateway.Peer old = gateway.peer();
        CompletableFuture<Response> underWay = client.request("a", Payload.EMPTY);
        int id = old.expect(Frame.Request.class).id();
        old.send(new Frame.GoAway(0, "deploy", 10));
        ScriptedGateway.Peer fresh = gateway.accept();
        CompletableFuture<Response> next = client.request("b", Payload.EMPTY);
        fresh.welcome();
        fresh.respond(fresh.expect(Frame.Request.class).id(), Payload.text("new"));
        assertThat(Futures.soon(next).text()).isEqualTo("new");
        assertThat(underWay).isNotDone();
        old.respond(id, Payload.text("old"));
        assertThat(Futures.soon(underWay).text()).isEqualTo("old");
        Frame.GoAway goodbye = old.expect(Frame.GoAway.class);
        old.send(new Frame.GoAway(goodbye.id(), null, Frame.ABSENT));
        old.expectEnd();
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aDrainingSessionThatIsTakenOverDoesNotEndTheClient() {
        GatewayClient client = gateway.connect();
        ScriptedGateway.Peer old = gateway.peer();
        old.send(new Frame.GoAway(0, null, 0));
        ScriptedGateway.Peer fresh = gateway.accept();
        old.send(Frame.Error.of(0, ErrorCode.CONFLICT, "taken over"));
        old.expectEnd();
        fresh.welcome();
        awaitState(client, ConnectionState.CONNECTED);
    }

    @Test
    void subscriptionsAreTakenBackFromTheOldConnectionOnceTheNewOneStands() {
        GatewayClient client = gateway.connect();
        ScriptedGateway.Peer old = gateway.peer();
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", message -> {}));
        int oldId = old.confirm(Frame.Subscribe.class);
        Futures.soon(subscribing);
        old.send(new Frame.GoAway(0, null, 0));
        gateway.accept().welcome();
        gateway.peer().confirm(Frame.Subscribe.class);
        Frame next = old.next();
        if (next instanceof Frame.GoAway) {
            return; // nothing was under way on it, so it is left as a whole
        }
        assertThat(next).isEqualTo(new Frame.Unsubscribe(oldId, true));
    }
}
