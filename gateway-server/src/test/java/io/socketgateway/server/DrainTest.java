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
import io.socketgateway.server.service.ServiceResponse;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The end of a gateway that fails no request. */
@LoopsAndForms
class DrainTest {
    @AutoClose
    private final Harness gateway;

    private final Form form;

    DrainTest(int loops, Form form) {
        this.form = form;
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
    void whoeverIsTooManyForASecondIsToldInALaterOneAndIsServedUntilThen() {
        RawPeer worker = gateway.named("worker").serve(2, "work");
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            gateway.advance(100); // else they would have to wait for their turn
            peers.add(gateway.named("client-" + i));
        }
        drain();
        List<RawPeer> untold = new ArrayList<>();
        for (RawPeer peer : peers) {
            if (isUntold(peer)) {
                untold.add(peer);
            }
        }
        assertThat(untold).hasSizeBetween(4, 5); // ten in a second, and the worker may be one of them, but comes last
        for (RawPeer peer : untold) {
            peer.request(5, "work", "still");
            worker.takeAndRespond("served");
            assertThat(peer.answer(5)).isEqualTo("served");
        }
        gateway.advance(1_000);
        for (RawPeer peer : untold) {
            assertThat(peer.receive(Frame.GoAway.class).reconnectAfterMillis()).isLessThan(1_000);
        }
        worker.receive(Frame.GoAway.class);
    }

    /** A first PONG may have crossed the beginning of the drain. */
    private static boolean isUntold(RawPeer peer) {
        int pongs = 0;
        while (pongs < 2 && peer.send(new Frame.Ping(77, Payload.EMPTY)).receive() instanceof Frame.Pong) {
            pongs++;
        }
        return pongs == 2;
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
        CountDownLatch never = new CountDownLatch(1);
        gateway.gateway.serve("work", request -> {
            never.await();
            return ServiceResponse.of(Payload.EMPTY);
        });
        RawPeer client = gateway.connect();
        client.send(new Frame.Request(
                7, Subject.of("work"), 60_000, Frame.ABSENT, Headers.EMPTY, Payload.text("never answered")));
        client.expectNothing();
        CompletableFuture<Void> drained = drain();
        client.receive(Frame.GoAway.class);
        gateway.advance(24_900);
        client.expectNothing().expectNothing();
        assertThat(gateway.gateway.counters().timesReached(Limit.DRAIN_TIMEOUT)).isZero();
        gateway.advance(100);
        client.expectError(0, ErrorCode.UNAVAILABLE);
        endOf(client);
        awaitDone(drained);
        assertThat(gateway.gateway.counters().timesReached(Limit.DRAIN_TIMEOUT)).isEqualTo(1);
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
    void overDatagramsAnAnswerCanBeAskedForAgainForTwoSeconds() throws Exception {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer device = gateway.datagramSession("device");
        Frame.Request request = PeerFrames.request(9, "work", "begun");
        device.send(request);
        Frame.Request begun = worker.take();
        CompletableFuture<Void> drained = drain();
        device.send(new Frame.Ack(device.receive(Frame.GoAway.class).id()));
        worker.receive(Frame.GoAway.class);
        gateway.advance(10_000);
        worker.respond(begun.id(), "done");
        assertThat(device.answer(9)).isEqualTo("done");

        gateway.advance(1_000);
        device.send(request);
        assertThat(device.answer(9)).isEqualTo("done");
        assertThat(drained).isNotDone();
        endOf(worker);
        gateway.advance(1_000);
        gateway.advance(50);
        gateway.awaitSessions(0);
        device.send(request);
        device.expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
        awaitDone(drained);
    }

    @Test
    void aFrameThatIsStillComingIsWaitedFor() throws Exception {
        RawPeer peer = gateway.named("peer");
        byte[] ping = RawPeer.bytes(form, new Frame.Ping(9, Payload.text("x".repeat(1000))));
        peer.sendBytes(Arrays.copyOf(ping, 500));
        Harness.eventually(() -> gateway.gauge("gateway.inbound.bytes") == 500);
        CompletableFuture<Void> drained = drain();
        peer.receive(Frame.GoAway.class);
        gateway.advance(5_000);
        peer.sendBytes(Arrays.copyOfRange(ping, 500, ping.length));
        peer.receive(Frame.Pong.class);
        gateway.advance(100);
        endOf(peer);
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
