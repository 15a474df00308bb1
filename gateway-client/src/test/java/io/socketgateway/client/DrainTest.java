package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gateways that go away in good order: nothing that can move fails, and the old connection is kept until all has moved. */
final class DrainTest {
    private final ScriptedGateway first = new ScriptedGateway();
    private final ScriptedGateway second = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private GatewayClient client;
    private ScriptedGateway.Peer old;

    @BeforeEach
    void connect() {
        CompletableFuture<GatewayClient> connecting = GatewayClient.builder()
                .urls(first.url(), second.url())
                .clock(clock)
                .requestTimeout(Duration.ofMinutes(5))
                .connectAsync();
        old = first.accept();
        old.welcome();
        client = second.closing(Futures.soon(connecting));
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private void goAway(ScriptedGateway.Peer peer, long reconnectAfterMillis) {
        peer.send(new Frame.GoAway(0, "restart", reconnectAfterMillis));
        await().until(() -> client.state() == ConnectionState.RECONNECTING);
    }

    /** The connection that the client opens next, there. */
    private ScriptedGateway.Peer next(ScriptedGateway gateway) {
        CompletableFuture<ScriptedGateway.Peer> accepting = CompletableFuture.supplyAsync(gateway::accept);
        clock.advanceUntil(accepting::isDone);
        return accepting.join();
    }

    /** Past the keep-alive's PINGs, since the clock runs fast. */
    private static Frame nextOf(ScriptedGateway.Peer peer) {
        Frame frame = peer.next();
        while (frame instanceof Frame.Ping) {
            frame = peer.next();
        }
        return frame;
    }

    private static Frame.Request request(ScriptedGateway.Peer peer, String subject) {
        Frame.Request request = (Frame.Request) nextOf(peer);
        assertThat(request.subject().value()).isEqualTo(subject);
        return request;
    }

    private static void leave(ScriptedGateway.Peer peer) {
        Frame.GoAway goodbye = (Frame.GoAway) nextOf(peer);
        peer.send(new Frame.GoAway(goodbye.id(), null, Frame.ABSENT));
        peer.expectEnd();
    }

    @Test
    void theDrainingGatewayIsTriedLastAndNotBeforeItsTime() {
        long toldNanos = clock.nanos();
        goAway(old, 3_000);
        ScriptedGateway.Peer fresh = next(second);
        assertThat(Duration.ofNanos(clock.nanos() - toldNanos)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
        fresh.welcome();
        leave(old);
        fresh.reset(); // now the first is as good as any
        await().until(() -> client.state() == ConnectionState.RECONNECTING);
        next(first).welcome();
        await().until(() -> client.state() == ConnectionState.CONNECTED);
    }

    @Test
    void whatTheDrainingGatewayRefusesGoesToTheNextOne() {
        CompletableFuture<Response> asked = client.request("asked", Payload.text("x"));
        CompletableFuture<Void> published = client.publishConfirmed("news", Payload.text("y"));
        int askedId = request(old, "asked").id();
        int publishedId = old.expect(Frame.Publish.class).id();
        goAway(old, 0);
        old.send(
                Frame.Error.notProcessed(askedId, ErrorCode.UNAVAILABLE, "the gateway is draining"),
                Frame.Error.notProcessed(publishedId, ErrorCode.UNAVAILABLE, "the gateway is draining"));
        CompletableFuture<Response> held = client.request("held", Payload.EMPTY);
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        for (int i = 0; i < 3; i++) {
            Frame frame = nextOf(fresh);
            fresh.respond(frame.id(), Payload.text(frame.type().name()));
        }
        assertThat(Futures.soon(asked).text()).isEqualTo("REQUEST");
        assertThat(Futures.soon(held).text()).isEqualTo("REQUEST");
        Futures.soon(published);
        leave(old);
    }

    @Test
    void aRefusalThatComesAfterTheNextOneStandsIsMovedAtOnce() {
        CompletableFuture<Response> asked = client.request("asked", Payload.EMPTY);
        int id = request(old, "asked").id();
        goAway(old, 0);
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        old.send(Frame.Error.notProcessed(id, ErrorCode.UNAVAILABLE, "the gateway is draining"));
        fresh.respond(request(fresh, "asked").id(), Payload.text("moved"));
        assertThat(Futures.soon(asked).text()).isEqualTo("moved");
        leave(old);
    }

    @Test
    void whatMayHaveBeenProcessedIsNotSentAgain() {
        CompletableFuture<Response> asked = client.request("asked", Payload.EMPTY);
        int id = request(old, "asked").id();
        goAway(old, 0);
        old.send(Frame.Error.of(id, ErrorCode.UNAVAILABLE, "the worker is gone"));
        assertThat(Futures.faultOf(asked).mayHaveBeenProcessed()).isTrue();
        CompletableFuture<Response> lost = client.request("later", Payload.EMPTY);
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        request(fresh, "later");
        fresh.reset();
        assertThat(Futures.faultOf(lost).mayHaveBeenProcessed()).isTrue();
    }

    @Test
    void elsewhereARefusalIsTheCallersBusinessAsBefore() {
        CompletableFuture<Response> asked = client.request("asked", Payload.EMPTY);
        old.send(Frame.Error.notProcessed(request(old, "asked").id(), ErrorCode.UNAVAILABLE, "all are busy"));
        assertThat(Futures.faultOf(asked).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void aRefusedRequestWaitsForTheNextConnectionNoLongerThanItsTimeout() {
        CompletableFuture<Response> asked = client.request(
                Request.to("asked").timeout(Duration.ofSeconds(3)).build());
        int id = request(old, "asked").id();
        goAway(old, 60_000);
        old.send(Frame.Error.notProcessed(id, ErrorCode.UNAVAILABLE, "the gateway is draining"));
        clock.advanceUntil(asked::isDone);
        assertThat(Futures.faultOf(asked).notProcessed()).isTrue();
    }

    @Test
    void messagesGoOutOnTheOldConnectionUntilTheNewOneStands() {
        goAway(old, 1_000);
        client.publish("news", Payload.text("1"));
        Frame.Publish last = (Frame.Publish) nextOf(old);
        assertThat(last.payload().text()).isEqualTo("1");
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        await().until(() -> client.state() == ConnectionState.CONNECTED);
        client.publish("news", Payload.text("2"));
        assertThat(((Frame.Publish) nextOf(fresh)).payload().text()).isEqualTo("2");
        leave(old);
    }

    @Test
    void aSubscriptionMovesWithoutAGap() {
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", message -> received.add(message.text())));
        int oldId = old.confirm(Frame.Subscribe.class);
        Futures.soon(subscribing);
        goAway(old, 0);
        message(old, oldId, "while draining");
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        int freshId = nextOf(fresh).id();
        Futures.pingPong(client, fresh);
        message(old, oldId, "before the new one is confirmed");
        await().until(() -> received.size() == 2);
        fresh.respond(freshId, Payload.EMPTY);
        assertThat(nextOf(old)).isEqualTo(new Frame.Unsubscribe(oldId, true));
        message(old, oldId, "crossed the withdrawal");
        old.respond(oldId, Payload.EMPTY);
        leave(old);
        message(fresh, freshId, "on the new one");
        await().untilAsserted(() -> assertThat(received)
                .containsExactly(
                        "while draining",
                        "before the new one is confirmed",
                        "crossed the withdrawal",
                        "on the new one"));
        assertThat(Futures.soon(subscribing).isActive()).isTrue();
    }

    private static void message(ScriptedGateway.Peer peer, int id, String text) {
        peer.send(new Frame.Message(id, Subject.of("news"), Headers.EMPTY, Payload.text(text)));
    }

    @Test
    void aSubscriptionThatTheDrainingGatewayRefusesIsMadeOnTheNext() {
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", message -> received.add(message.text())));
        int oldId = old.expect(Frame.Subscribe.class).id();
        goAway(old, 0);
        old.send(Frame.Error.notProcessed(oldId, ErrorCode.UNAVAILABLE, "the gateway is draining"));
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        assertThat(subscribing).isNotDone();
        fresh.respond(nextOf(fresh).id(), Payload.EMPTY);
        assertThat(Futures.soon(subscribing).isActive()).isTrue();
        leave(old);
    }

    @Test
    void aServiceAnswersOnBothUntilTheNewOneIsConfirmed() {
        CompletableFuture<Service> serving =
                CompletableFuture.supplyAsync(() -> client.serve("work", request -> Response.of(request.payload())));
        int oldId = old.confirm(Frame.Serve.class);
        Futures.soon(serving);
        goAway(old, 0);
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        int freshId = nextOf(fresh).id();
        askAndExpect(old, 1);
        askAndExpect(fresh, 1);
        fresh.respond(freshId, Payload.EMPTY);
        assertThat(nextOf(old)).isEqualTo(new Frame.Unsubscribe(oldId, true));
        askAndExpect(old, 2); // it crossed the withdrawal
        old.respond(oldId, Payload.EMPTY);
        leave(old);
        askAndExpect(fresh, 2);
    }

    private static void askAndExpect(ScriptedGateway.Peer peer, int id) {
        Payload payload = Payload.text("r" + id);
        peer.send(new Frame.Request(id, Subject.of("work"), 60_000, Frame.ABSENT, Headers.EMPTY, payload));
        Frame.Response response = (Frame.Response) nextOf(peer);
        assertThat(response.id()).isEqualTo(id);
        assertThat(response.payload()).isEqualTo(payload);
    }

    @Test
    void theNextOneMayGoAwayTooBeforeItHasConfirmed() {
        CompletableFuture<Subscription> subscribing =
                CompletableFuture.supplyAsync(() -> client.subscribe("news", message -> received.add(message.text())));
        int oldId = old.confirm(Frame.Subscribe.class);
        Futures.soon(subscribing);
        goAway(old, 0);
        ScriptedGateway.Peer between = next(second);
        between.welcome();
        int betweenId = nextOf(between).id();
        goAway(between, 0);
        between.send(Frame.Error.notProcessed(betweenId, ErrorCode.UNAVAILABLE, "the gateway is draining"));
        message(old, oldId, "still there");
        await().until(() -> received.contains("still there"));
        ScriptedGateway.Peer third = next(first);
        third.welcome();
        int thirdId = nextOf(third).id();
        third.respond(thirdId, Payload.EMPTY);
        assertThat(nextOf(old)).isEqualTo(new Frame.Unsubscribe(oldId, true));
        old.respond(oldId, Payload.EMPTY);
        leave(old);
        leave(between);
        message(third, thirdId, "here now");
        await().until(() -> received.contains("here now"));
    }

    @Test
    void aGoawayWithTheIdOfTheClientsOwnIsNoAnswerIfItAnnouncesADrain() {
        goAway(old, 0);
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        Frame.GoAway goodbye = (Frame.GoAway) nextOf(old);
        old.send(new Frame.GoAway(goodbye.id(), null, 500), new Frame.GoAway(0, null, Frame.ABSENT));
        old.send(new Frame.Ping(77, Payload.EMPTY));
        assertThat(nextOf(old)).isInstanceOf(Frame.Pong.class);
        old.send(new Frame.GoAway(goodbye.id(), null, Frame.ABSENT));
        old.expectEnd();
    }

    @Test
    void withASingleGatewayTheClientComesBackOnceItIsThere() {
        second.stopListening();
        CompletableFuture<Response> underWay = client.request("under.way", Payload.EMPTY);
        int id = request(old, "under.way").id();
        goAway(old, 0);
        CompletableFuture<Response> held = client.request("held", Payload.EMPTY);
        old.respond(id, Payload.text("finished"));
        assertThat(Futures.soon(underWay).text()).isEqualTo("finished");
        old.close(); // drained
        ScriptedGateway.Peer again = next(first);
        again.welcome();
        again.respond(request(again, "held").id(), Payload.text("here"));
        assertThat(Futures.soon(held).text()).isEqualTo("here");
    }

    @Test
    void aStreamThatHasNotBegunMovesToo() {
        Collecting responses = new Collecting(1);
        client.requestStream(Request.of("many", Payload.EMPTY)).subscribe(responses);
        int id = request(old, "many").id();
        goAway(old, 0);
        old.send(Frame.Error.notProcessed(id, ErrorCode.UNAVAILABLE, "the gateway is draining"));
        ScriptedGateway.Peer fresh = next(second);
        fresh.welcome();
        Frame.Request again = request(fresh, "many");
        assertThat(again.credit()).isEqualTo(1);
        fresh.respond(again.id(), Payload.text("one"));
        assertThat(responses.end()).isNull();
    }
}
