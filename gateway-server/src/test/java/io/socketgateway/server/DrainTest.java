package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.server.config.Limit;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The end of a gateway that fails no request. */
@LoopsAndForms
class DrainTest {
    @AutoClose
    private final Harness gateway;

    DrainTest(int loops, Form form) {
        gateway = Harness.startWithDatagrams(loops, form, "limits.new-sessions-per-second", "10");
    }

    private CompletableFuture<Void> drain() {
        return gateway.gateway.drain();
    }

    /** The gateway has closed in order; so does the peer. */
    private static void endOf(RawPeer... peers) {
        for (RawPeer peer : peers) {
            peer.expectOrderlyEnd();
            peer.close();
        }
    }

    private static void awaitDone(CompletableFuture<Void> drained) throws Exception {
        drained.get(10, TimeUnit.SECONDS);
    }

    @Test
    void clientsAreToldWhenToConnectElsewhereOneAfterAnother() {
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            peers.add(gateway.named("client-" + i));
        }
        drain();
        List<Long> times = new ArrayList<>();
        for (RawPeer peer : peers) {
            Frame.GoAway goAway = peer.receive(Frame.GoAway.class);
            assertThat(goAway.id()).isZero();
            assertThat(goAway.reason()).isEqualTo("the gateway is draining");
            times.add(goAway.reconnectAfterMillis());
        }
        assertThat(times).containsExactlyInAnyOrder(0L, 100L, 200L, 300L);
        assertThat(gateway.gateway.isReady()).isFalse();
    }

    @Test
    void whatIsUnderWayFinishesAndNewRequestsAreRefusedUnprocessed() throws Exception {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawPeer client = gateway.connect().request(7, "work", "begun");
        Frame.Request begun = worker.take();
        CompletableFuture<Void> drained = drain();
        client.receive(Frame.GoAway.class);
        worker.receive(Frame.GoAway.class);

        client.request(8, "work", "too late");
        assertThat(client.expectError(8, ErrorCode.UNAVAILABLE).notProcessed()).isTrue();
        gateway.advance(10_000);
        worker.expectNothing();
        worker.respond(begun.id(), "done");
        assertThat(client.answer(7)).isEqualTo("done");
        gateway.advance(100);
        endOf(client, worker);
        awaitDone(drained);
    }

    @Test
    void whoHasNothingUnderWayIsGivenTwoSecondsToLeave() throws Exception {
        RawPeer idle = gateway.named("idle");
        CompletableFuture<Void> drained = drain();
        idle.receive(Frame.GoAway.class);
        gateway.advance(1_900);
        idle.expectNothing().expectNothing();
        assertThat(drained).isNotDone();
        gateway.advance(200);
        endOf(idle);
        awaitDone(drained);
    }

    @Test
    void whoLeavesByHimselfIsAnsweredAndGoneAtOnce() throws Exception {
        RawPeer leaving = gateway.named("leaving");
        CompletableFuture<Void> drained = drain();
        leaving.receive(Frame.GoAway.class);
        leaving.send(new Frame.GoAway(12, null, Frame.ABSENT));
        assertThat(leaving.receive(Frame.GoAway.class).id()).isEqualTo(12);
        endOf(leaving);
        awaitDone(drained);
    }

    @Test
    void messagesStillArriveWhileSessionsLast() {
        RawPeer subscriber = gateway.connect().subscribe(1, "news");
        RawPeer publisher = gateway.connect();
        publisher.expectNothing();
        drain();
        publisher.receive(Frame.GoAway.class);
        subscriber.receive(Frame.GoAway.class);
        publisher.publish(3, "news", "last");
        assertThat(subscriber.message(1)).isEqualTo("last");
    }

    @Test
    @Reaches(
            limit = Limit.DRAIN_TIMEOUT,
            at = {Reach.UNDER, Reach.AT, Reach.OVER})
    void whenTheTimeIsUpWhatIsLeftIsClosedWith503() throws Exception {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawPeer client = gateway.connect();
        client.send(new Frame.Request(
                7, Subject.of("work"), 60_000, Frame.ABSENT, Headers.EMPTY, Payload.text("never answered")));
        worker.take();
        CompletableFuture<Void> drained = drain();
        client.receive(Frame.GoAway.class);
        worker.receive(Frame.GoAway.class);
        gateway.advance(24_900);
        client.expectNothing().expectNothing();
        assertThat(gateway.gateway.counters().timesReached(Limit.DRAIN_TIMEOUT)).isZero();
        gateway.advance(100);
        Frame.Error last = client.receive(Frame.Error.class);
        if (last.id() == 7) { // its worker went first
            assertThat(last.code()).isEqualTo(ErrorCode.UNAVAILABLE.code());
            client.expectError(0, ErrorCode.UNAVAILABLE);
        }
        endOf(client);
        worker.close();
        awaitDone(drained);
        assertThat(gateway.gateway.counters().timesReached(Limit.DRAIN_TIMEOUT)).isBetween(1L, 2L);
    }

    @Test
    void nobodyNewIsTaken() {
        RawPeer silent = gateway.connect();
        RawPeer known = gateway.named("known"); // so the one before it was accepted
        known.expectNothing();
        drain();
        known.receive(Frame.GoAway.class);
        silent.expectError(0, ErrorCode.UNAVAILABLE);
        silent.expectOrderlyEnd();
        assertThatThrownBy(gateway::connect).hasRootCauseInstanceOf(ConnectException.class);

        RawDatagramPeer device = gateway.datagramPeer();
        Frame.Hello hello = PeerFrames.hello(3, "device", null);
        device.sendHello(hello);
        String cookie = device.next(false) instanceof Frame.Challenge challenge ? challenge.cookie() : "";
        device.sendHello(PeerFrames.withCookie(hello, cookie));
        device.expectErrorOutside(3, ErrorCode.UNAVAILABLE);
    }

    @Test
    void overDatagramsGoAwayComesAgainUntilItIsAcknowledged() throws Exception {
        RawDatagramPeer device = gateway.datagramSession("device");
        RawPeer asking = gateway.connect().request(5, "client.device", "how are you?");
        Frame.Request asked = device.take();
        CompletableFuture<Void> drained = drain();
        Frame.GoAway goAway = device.receive(Frame.GoAway.class);
        assertThat(goAway.id()).isNotZero().isNotEqualTo(asked.id());
        gateway.advance(300);
        Frame again = device.receive();
        while (again instanceof Frame.Request) { // which is repeated, too
            again = device.receive();
        }
        assertThat(again).isEqualTo(goAway);
        device.send(new Frame.Ack(goAway.id()));
        device.respond(asked.id(), "well");
        asking.receive(Frame.GoAway.class);
        assertThat(asking.answer(5)).isEqualTo("well");
        gateway.advance(5_000);
        endOf(asking);
        awaitDone(drained);
    }

    @Test
    void oneDrainIsEnough() throws Exception {
        RawPeer peer = gateway.named("one");
        CompletableFuture<Void> first = drain();
        CompletableFuture<Void> second = drain();
        peer.receive(Frame.GoAway.class);
        peer.expectNothing();
        gateway.gateway.close();
        awaitDone(first);
        awaitDone(second);
        awaitDone(drain());
    }
}
