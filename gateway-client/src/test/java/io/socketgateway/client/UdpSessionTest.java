package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UdpSessionTest {
    private final ScriptedUdpGateway gateway = new ScriptedUdpGateway();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void close() {
        gateway.close();
    }

    private GatewayClientBuilder builder() {
        return GatewayClient.builder().clock(clock).random(() -> 0L); // no jitter
    }

    private GatewayClient connect() {
        return gateway.connect(builder());
    }

    private static CompletableFuture<Response> ask(GatewayClient client) {
        return client.request(Request.to("a").timeout(Duration.ofMinutes(5)).build());
    }

    @Test
    void whatBearsAnotherTokenIsDropped() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = ask(client);
        int id = gateway.expect(Frame.Request.class).id();
        gateway.sendWith(gateway.token() + 1, ScriptedUdpGateway.response(id, Payload.text("forged")));
        gateway.sendOutside(ScriptedUdpGateway.response(id, Payload.text("forged")));
        gateway.sendBytes((byte) 1, (byte) 2);
        gateway.sendBytes();
        gateway.sendBytes(new byte[9000]);
        gateway.pingPong(client);
        assertThat(answer).isNotDone();
        gateway.respond(id, Payload.text("true"));
        assertThat(Futures.soon(answer).text()).isEqualTo("true");
    }

    @Test
    void aDatagramThatIsMalformedSomewhereCountsNowhere() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = ask(client);
        int id = gateway.expect(Frame.Request.class).id();
        byte[] datagram = ScriptedUdpGateway.datagram(
                gateway.token(), ScriptedUdpGateway.response(id, Payload.EMPTY), new Frame.Pong(3, Payload.EMPTY));
        gateway.sendBytes(java.util.Arrays.copyOf(datagram, datagram.length - 1));
        gateway.pingPong(client);
        assertThat(answer).isNotDone();
    }

    @Test
    void aWelcomeThatComesAgainChangesNothing() {
        CompletableFuture<GatewayClient> connecting =
                builder().url(gateway.url()).connectAsync();
        Frame.Hello hello = gateway.welcome();
        gateway.sendWelcome(hello, 30, 8192);
        gateway.sendOutside(new Frame.Challenge(hello.id(), "another"));
        gateway.pingPong(gateway.closing(connecting.join()));
    }

    @Test
    void aSessionThatStrangersCallUnknownProvesThatItLives() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = ask(client);
        int id = gateway.expect(Frame.Request.class).id();
        gateway.send(new Frame.Ack(id));
        gateway.pingPong(client);
        gateway.sendUnknown();
        gateway.pong(gateway.expect(Frame.Ping.class));
        gateway.sendUnknown(); // not asked again so soon
        gateway.pingPong(client);
        clock.advance(Duration.ofMillis(1_900));
        gateway.pingPong(client);
        clock.advance(Duration.ofSeconds(3));
        assertThat(gateway.expect(Frame.Request.class).id()).isEqualTo(id);
        gateway.respond(id, Payload.EMPTY);
        Futures.soon(answer);
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aSessionThatTheGatewayDoesNotKnowIsLostAndAnotherIsOpened() {
        GatewayClient client = connect();
        List<String> messages = new CopyOnWriteArrayList<>();
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", message -> messages.add(message.text())));
        gateway.confirm(Frame.Subscribe.class);
        Futures.soon(subscribing);
        CompletableFuture<Response> answer = ask(client);
        gateway.expect(Frame.Request.class);
        gateway.sendUnknown();
        gateway.expect(Frame.Ping.class);
        CompletableFuture<Frame.Hello> again = CompletableFuture.supplyAsync(() -> {
            ScriptedUdpGateway.Datagram datagram = gateway.receive();
            while (datagram.isOfSession()) { // repeats
                gateway.sendUnknown();
                datagram = gateway.receive();
            }
            return (Frame.Hello) datagram.frames().get(0);
        });
        clock.advanceUntil(again::isDone);
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault).hasMessageContaining("does not know the session");
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        gateway.sendNextWelcome(again.join());
        int id = gateway.confirm(Frame.Subscribe.class);
        gateway.send(new Frame.Message(id, Subject.of("news"), Headers.EMPTY, Payload.text("1")));
        await().untilAsserted(() -> assertThat(messages).containsExactly("1"));
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aSessionLivesOnWhenTheGatewayFindsADatagramMalformed() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = ask(client);
        int id = gateway.expect(Frame.Request.class).id();
        gateway.send(Frame.Error.of(0, ErrorCode.MALFORMED, "cut off"));
        gateway.pingPong(client);
        gateway.respond(id, Payload.EMPTY);
        Futures.soon(answer);
    }

    @Test
    void aSessionThatHearsNothingGoesOnOverAnotherSocket() {
        GatewayClient client = connect();
        int port = gateway.clientPort();
        CompletableFuture<Response> answer = ask(client);
        int id = gateway.expect(Frame.Request.class).id();
        for (int millis : new int[] {50, 100, 200, 400, 800}) {
            clock.advance(Duration.ofMillis(millis + 20));
            assertThat(gateway.expect(Frame.Request.class).id()).isEqualTo(id);
            assertThat(gateway.clientPort()).isEqualTo(port);
        }
        clock.advance(Duration.ofMillis(1_620)); // over two seconds in all
        assertThat(gateway.expect(Frame.Request.class).id()).isEqualTo(id);
        gateway.expect(Frame.Ping.class); // with the same token
        assertThat(gateway.clientPort()).isNotEqualTo(port);
        gateway.respond(id, Payload.EMPTY);
        Futures.soon(answer);
        gateway.send(new Frame.Ping(0, Payload.text("12345678"))); // validates the new address
        assertThat(gateway.expect(Frame.Pong.class)).isEqualTo(new Frame.Pong(0, Payload.text("12345678")));
    }

    @Test
    void aGatewayThatIsAwayForAMomentEndsNothing() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = ask(client);
        int id = gateway.expect(Frame.Request.class).id();
        gateway.rest(); // the network says now that nobody listens there
        clock.advance(Duration.ofMillis(70));
        clock.advance(Duration.ofMillis(120));
        gateway.wakeUp();
        CompletableFuture<Frame.Request> repeat =
                CompletableFuture.supplyAsync(() -> gateway.expect(Frame.Request.class));
        clock.advanceUntil(repeat::isDone);
        assertThat(repeat.join().id()).isEqualTo(id);
        gateway.respond(id, Payload.EMPTY);
        Futures.soon(answer);
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void theKeepAlivePingIsRepeatedAndASilentGatewayIsDead() {
        GatewayClient client = connect();
        clock.advance(Duration.ofMillis(22_550));
        Frame.Ping ping = gateway.expect(Frame.Ping.class);
        clock.advance(Duration.ofMillis(70));
        assertThat(gateway.expect(Frame.Ping.class)).isEqualTo(ping);
        gateway.pong(ping);
        gateway.pingPong(client);
        clock.advance(Duration.ofMillis(22_550));
        gateway.expect(Frame.Ping.class);
        clock.advance(Duration.ofSeconds(30));
        await().until(() -> client.state() == ConnectionState.RECONNECTING);
    }

    @Test
    void aDrainIsAcknowledgedAndAnotherSessionOpened() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = ask(client);
        int id = gateway.expect(Frame.Request.class).id();
        Frame.GoAway drain = new Frame.GoAway(id, "restart", 100); // its id is the gateway's, not the request's
        gateway.send(drain);
        assertThat(gateway.expect(Frame.Ack.class).id()).isEqualTo(drain.id());
        gateway.send(drain);
        assertThat(gateway.expect(Frame.Ack.class).id()).isEqualTo(drain.id());
        gateway.respond(id, Payload.EMPTY);
        Futures.soon(answer);
        CompletableFuture<Frame.Hello> again = CompletableFuture.supplyAsync(gateway::welcome);
        clock.advanceUntil(again::isDone);
        assertThat(again.join().clientId()).isEqualTo("client-1");
        Frame.GoAway goodbye = (Frame.GoAway) gateway.receive().frames().get(0);
        gateway.sendWith(ScriptedUdpGateway.TOKEN, goodbye);
        await().until(() -> client.state() == ConnectionState.CONNECTED);
    }

    @Test
    void closeSaysGoodbyeUntilItIsAnswered() {
        GatewayClient client = connect();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        Frame.GoAway goodbye = gateway.expect(Frame.GoAway.class);
        clock.advance(Duration.ofMillis(70));
        assertThat(gateway.expect(Frame.GoAway.class)).isEqualTo(goodbye);
        assertThat(closing).isNotDone();
        gateway.send(goodbye);
        Futures.soon(closing);
    }

    @Test
    void aPingThatWasLostDoesNotHoldUpTheEnd() {
        GatewayClient client = connect();
        CompletableFuture<Duration> lost = client.ping();
        gateway.expect(Frame.Ping.class);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        gateway.send(gateway.expect(Frame.GoAway.class)); // though the clock stands still
        Futures.soon(closing);
        assertThat(Futures.faultOf(lost)).hasMessageContaining("closed");
    }

    @Test
    void aGoodbyeToASessionThatIsGoneIsAnsweredAsWell() {
        GatewayClient client = connect();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        gateway.expect(Frame.GoAway.class);
        gateway.sendUnknown();
        Futures.soon(closing);
    }

    @Test
    void aRequestOfTheGatewayIsCarriedOutOnceAndItsAnswerRepeated() {
        GatewayClient client = connect();
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        client.onRequest(request -> {
            calls.incrementAndGet();
            goOn.await();
            return Response.text("done");
        });
        Frame.Request request = requestOf(5);
        gateway.send(request);
        gateway.send(request);
        assertThat(gateway.expect(Frame.Ack.class).id()).isEqualTo(5);
        goOn.countDown();
        Frame.Response answer = gateway.expect(Frame.Response.class);
        assertThat(answer.payload().text()).isEqualTo("done");
        gateway.send(request);
        assertThat(gateway.expect(Frame.Response.class)).isEqualTo(answer);
        assertThat(calls).hasValue(1);
    }

    private static Frame.Request requestOf(int id) {
        return new Frame.Request(id, Subject.of("client.client-1"), 9000, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY);
    }

    @Test
    void anAnswerThatNoDatagramHoldsIsAnError() {
        GatewayClient client = connect();
        client.onRequest(request -> Response.of(Payload.owning(Content.BYTES, new byte[8192])));
        gateway.send(requestOf(5));
        Frame.Error error = gateway.expect(Frame.Error.class);
        assertThat(error.errorCode()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(error.id()).isEqualTo(5);
    }

    @Test
    void aStreamIsRefused() {
        connect();
        gateway.send(new Frame.Request(5, Subject.of("client.client-1"), 9000, 10, Headers.EMPTY, Payload.EMPTY));
        Frame.Error error = gateway.expect(Frame.Error.class);
        assertThat(error.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(error.notProcessed()).isTrue();
    }

    @Test
    void subscriptionsAreRepeatedUntilConfirmedAndStrayOnesTakenBack() {
        GatewayClient client = connect();
        List<String> messages = new CopyOnWriteArrayList<>();
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", message -> messages.add(message.text())));
        Frame.Subscribe subscribe = gateway.expect(Frame.Subscribe.class);
        clock.advance(Duration.ofMillis(70));
        assertThat(gateway.expect(Frame.Subscribe.class)).isEqualTo(subscribe);
        gateway.respond(subscribe.id(), Payload.EMPTY);
        Subscription subscription = Futures.soon(subscribing);
        Frame.Message message = new Frame.Message(subscribe.id(), Subject.of("news"), Headers.EMPTY, Payload.text("1"));
        gateway.send(message);
        await().untilAsserted(() -> assertThat(messages).containsExactly("1"));
        subscription.close();
        assertThat(gateway.expect(Frame.Unsubscribe.class).confirm()).isTrue();
        gateway.respond(subscribe.id(), Payload.EMPTY); // though it is that of a repeat of SUBSCRIBE
        gateway.send(message, message);
        assertThat(gateway.expect(Frame.Unsubscribe.class)).isEqualTo(new Frame.Unsubscribe(subscribe.id(), false));
        gateway.pingPong(client);
        clock.advance(Duration.ofSeconds(1));
        gateway.send(message);
        gateway.expect(Frame.Unsubscribe.class);
    }

    @Test
    void whatDatagramsCannotDoFailsAtOnceAndSaysSo() {
        GatewayClient client = gateway.connect(builder());
        assertUnsupported(() -> client.serve("a", request -> Response.empty()));
        assertUnsupported(() -> client.serveAsync("a", request -> CompletableFuture.completedFuture(Response.empty())));
        assertUnsupported(() -> client.serveStream("a", request -> subscriber -> {}));
        assertUnsupported(() -> client.requestStream(Request.of("a", Payload.EMPTY)));
        assertUnsupported(() -> client.stream(Request.of("a", Payload.EMPTY)));
        gateway.pingPong(client);
    }

    private static void assertUnsupported(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(GatewayException.class, fault -> {
            assertThat(fault.code()).isEqualTo(ErrorCode.UNSUPPORTED);
            assertThat(fault).hasMessageContaining("need a stream transport").hasMessageContaining("udp://");
            assertThat(fault.notProcessed()).isTrue();
        });
    }
}
