package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3, datagram sessions: each id is carried out once, however often and late it comes. */
@LoopsAndForms
class DatagramIdsTest {
    private static final int REMEMBERED = 4096;

    @AutoClose
    private final Harness gateway;

    DatagramIdsTest(int loops, Form form) {
        this.gateway = Harness.startWithDatagrams(loops, form);
    }

    private static Frame.Request request(int id, String text) {
        return PeerFrames.request(id, "work", text);
    }

    @Test
    void aRepeatOfARequestUnderWayIsAcknowledged() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(request(2, "once"));
        Frame.Request taken = worker.take();
        for (int i = 0; i < 3; i++) {
            peer.send(request(2, "once")).expectAck(2);
        }
        worker.respond(taken.id(), "done");
        assertThat(peer.answer(2)).isEqualTo("done");
        worker.expectNothing();
        peer.expectNothing();
    }

    @Test
    void aRepeatOfAnAnsweredRequestGetsTheSameAnswer() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(request(2, "once"));
        worker.send(new Frame.Response(worker.take().id(), false, Headers.of("k", "v"), Payload.json("{\"n\":1}")));
        Frame.Response answer = peer.expectResponse(2);
        for (int i = 0; i < 3; i++) {
            assertThat(peer.send(request(2, "once")).receive()).isEqualTo(answer);
        }
        assertThat(answer.headers().get("k")).isEqualTo("v");
        assertThat(answer.payload()).isEqualTo(Payload.json("{\"n\":1}"));
        worker.expectNothing();
        peer.expectNothing();
    }

    @Test
    void requestsThatAreTwiceInOneDatagramAreCarriedOutOnce() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(request(2, "a"), request(2, "a"), request(3, "b"));
        peer.expectAck(2);
        worker.takeAndRespond("A");
        worker.takeAndRespond("B");
        assertThat(peer.answer(2)).isEqualTo("A");
        assertThat(peer.answer(3)).isEqualTo("B");
        worker.expectNothing();
    }

    @Test
    void aRefusedRequestIsRefusedAgainWhateverHasChangedMeanwhile() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(request(2, "early"));
        Frame.Error refusal = peer.expectError(2, ErrorCode.NO_WORKER);
        assertThat(refusal.notProcessed()).isTrue();
        RawPeer worker = gateway.connect().serve(1, "work");

        assertThat(peer.send(request(2, "early")).receive()).isEqualTo(refusal);
        worker.expectNothing();
        peer.send(request(3, "new id"));
        worker.takeAndRespond("new answer");
        assertThat(peer.answer(3)).isEqualTo("new answer");
    }

    @Test
    void aSecondUseOfAnIdIsARepeatWhateverItAsks() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawPeer listener = gateway.connect().subscribe(1, "news");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.request(2, "gateway.echo", "first");
        Frame.Response answer = peer.expectResponse(2);
        peer.send(request(3, "under way"));
        Frame.Request held = worker.take();
        for (Frame frame : new Frame[] {
            request(2, "another"), PeerFrames.publish(2, "news", true, "another"), PeerFrames.subscribe(2, "news")
        }) {
            assertThat(peer.send(frame).receive()).isEqualTo(answer);
        }
        for (Frame frame : new Frame[] {
            PeerFrames.request(3, "gateway.echo", "another"),
            PeerFrames.publish(3, "news", true, "another"),
            PeerFrames.subscribe(3, "news")
        }) {
            peer.send(frame).expectAck(3);
        }
        worker.respond(held.id(), "done").expectNothing();
        assertThat(peer.answer(3)).isEqualTo("done");
        listener.expectNothing();
        gateway.connect().publish(1, "news", "for listeners");
        assertThat(listener.message(1)).isEqualTo("for listeners");
        peer.expectNothing();
    }

    @Test
    void anIdThatBrokeARuleIsUsedLikeAnyOther() {
        RawDatagramPeer peer = gateway.datagramSession(null).speak(Form.JSON);
        byte[] broken = PeerFrames.inSession(
                peer.token(),
                RawPeer.withLength(
                        "{\"type\":\"request\",\"id\":7,\"subject\":\"a..b\"}".getBytes(StandardCharsets.UTF_8)));
        peer.sendBytes(broken);
        Frame.Error refusal = peer.expectError(7, ErrorCode.MALFORMED);
        assertThat(peer.sendBytes(broken).receive()).isEqualTo(refusal);
        assertThat(peer.request(7, "gateway.echo", "mended").receive()).isEqualTo(refusal);
    }

    @Test
    void aPublishIsDeliveredOnce() {
        RawPeer listener = gateway.connect().subscribe(1, "news");
        RawDatagramPeer peer = gateway.datagramSession(null);
        for (int i = 0; i < 3; i++) {
            peer.send(PeerFrames.publish(2, "news", true, "confirmed")).expectConfirmed(2);
            peer.send(PeerFrames.publish(3, "news", false, "unconfirmed")).expectNothing();
        }
        assertThat(listener.messages(1, 2)).containsExactly("confirmed", "unconfirmed");
        listener.expectNothing();
    }

    @Test
    void whatHasNoIdIsCarriedOutEachTime() {
        RawPeer listener = gateway.connect().subscribe(1, "news");
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        for (int i = 0; i < 2; i++) {
            peer.send(PeerFrames.publish(0, "news", false, "m" + i), request(0, "r" + i));
            assertThat(worker.takeAndRespond("discarded").payload().text()).isEqualTo("r" + i);
        }
        assertThat(listener.messages(1, 2)).containsExactly("m0", "m1");
        peer.expectNothing();
    }

    @Test
    void aRepeatedSubscribeIsOneSubscription() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.subscribe(2, "news").subscribe(2, "news");
        gateway.connect().publish(1, "news", "m");
        assertThat(peer.message(2)).isEqualTo("m");
        peer.expectNothing();
    }

    @Test
    void anUnsubscribeMayBeRepeatedFreelyAndIsConfirmedEachTime() {
        RawDatagramPeer peer =
                gateway.datagramSession(null).subscribe(2, "news").subscribe(3, "other");
        for (int i = 0; i < 3; i++) {
            peer.send(new Frame.Unsubscribe(2, true)).expectConfirmed(2);
            peer.send(new Frame.Unsubscribe(99, true)).expectConfirmed(99);
            peer.send(new Frame.Unsubscribe(2, false), new Frame.Unsubscribe(99, false))
                    .expectNothing();
        }
        gateway.connect().publish(1, "news", "nobody's").publish(2, "other", "m");
        assertThat(peer.message(3)).isEqualTo("m");
        peer.expectNothing();
    }

    @Test
    void aSubscribeThatComesAgainAfterItsUnsubscribeSubscribesToNothing() {
        RawDatagramPeer peer = gateway.datagramSession(null).subscribe(2, "news");
        peer.send(new Frame.Unsubscribe(2, true)).expectConfirmed(2);
        peer.send(PeerFrames.subscribe(2, "news"));
        peer.receive(); // whatever it is, it is no subscription
        gateway.connect().publish(1, "news", "nobody's");
        peer.expectNothing();
    }

    @Test
    void aCancelMayBeRepeatedFreely() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(request(2, "a"));
        int id = worker.take().id();
        peer.send(new Frame.Cancel(2), new Frame.Cancel(2)).send(new Frame.Cancel(2));
        Frame.Error cancelled = peer.expectError(2, ErrorCode.CANCELLED);
        assertThat(worker.receive()).isEqualTo(new Frame.Cancel(id));
        peer.expectNothing();
        worker.expectNothing();
        assertThat(peer.send(request(2, "a")).receive()).isEqualTo(cancelled);
    }

    @Test
    void aCreditDisturbsNothing() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(new Frame.Credit(5, 1), new Frame.Credit(5, 1)).expectNothing();
        peer.request(5, "gateway.echo", "its id is unused");
        assertThat(peer.answer(5)).isEqualTo("its id is unused");
        peer.send(new Frame.Credit(5, 1)).expectNothing();
    }

    @Test
    void aPingStandsOutsideTheWindowAndMayBeRepeatedFreely() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        for (int id : new int[] {5, 5, 0, -1, 1_000_000, Integer.MIN_VALUE, 5}) {
            peer.send(new Frame.Ping(id, Payload.text("p")));
            assertThat(peer.receive()).isEqualTo(new Frame.Pong(id, Payload.text("p")));
        }
        peer.request(5, "gateway.echo", "the id of a PING is unused");
        assertThat(peer.answer(5)).isEqualTo("the id of a PING is unused");
        peer.request(2, "gateway.echo", "no PING has moved the window");
        assertThat(peer.answer(2)).isEqualTo("no PING has moved the window");
    }

    @Test
    void anIdThatWasNotSeenIsCarriedOutHoweverLateUntilItIsBelowTheWindow() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        int newest = 10_000;
        peer.request(newest, "gateway.echo", "newest");
        peer.answer(newest);
        for (int id : new int[] {newest - 1, newest - REMEMBERED / 2, newest - REMEMBERED + 1}) {
            peer.send(request(id, "late " + id));
            assertThat(worker.takeAndRespond("done").payload().text()).isEqualTo("late " + id);
            assertThat(peer.answer(id)).isEqualTo("done");
            peer.send(request(id, "late " + id));
            assertThat(peer.answer(id)).isEqualTo("done");
        }
        for (int id : new int[] {newest - REMEMBERED, newest - REMEMBERED - 1, 2, -5}) {
            for (int i = 0; i < 2; i++) {
                peer.send(request(id, "too late")).expectError(id, ErrorCode.DEADLINE);
            }
            peer.send(PeerFrames.publish(id, "news", true, "")).expectError(id, ErrorCode.DEADLINE);
            peer.send(PeerFrames.subscribe(id, "news")).expectError(id, ErrorCode.DEADLINE);
        }
        worker.expectNothing();
    }

    @Test
    void theWindowSlidesAsIdsRise() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        for (int id = 2; id < 3 * REMEMBERED; id += 1000) {
            peer.request(id, "gateway.echo", "e" + id);
            assertThat(peer.answer(id)).isEqualTo("e" + id);
            peer.request(id + 1, "gateway.echo", "between");
            assertThat(peer.answer(id + 1)).isEqualTo("between");
        }
        peer.request(2, "gateway.echo", "").expectError(2, ErrorCode.DEADLINE);
    }

    @Test
    void idsGoRoundLikeSerialNumbers() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.openWith(new Frame.Hello(-10, 1, null, null, 3600, Frame.ABSENT, null, null, null));
        for (int id : new int[] {-9, -1, 1, 2, 3000, -2}) { // -2 is late, and lies in the window
            peer.send(request(id, "r" + id));
            assertThat(worker.takeAndRespond("a" + id).payload().text()).isEqualTo("r" + id);
            assertThat(peer.answer(id)).isEqualTo("a" + id);
        }
        peer.send(request(-1, "again"));
        assertThat(peer.answer(-1)).isEqualTo("a-1");
        peer.request(10_000, "gateway.echo", "");
        peer.answer(10_000);
        peer.send(request(-1, "below the window")).expectError(-1, ErrorCode.DEADLINE);
        worker.expectNothing();
    }

    @Test
    void aRepeatThatIsBelowTheWindowWhileItsRequestIsUnderWayIsNotCarriedOutAgain() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(request(2, "slow"));
        int id = worker.take().id();
        peer.request(2 + 2 * REMEMBERED, "gateway.echo", "");
        peer.answer(2 + 2 * REMEMBERED);
        peer.send(request(2, "slow"));
        assertThat(peer.receive()).isInstanceOfAny(Frame.Ack.class, Frame.Error.class);
        worker.respond(id, "done");
        assertThat(peer.answer(2)).isEqualTo("done");
        worker.expectNothing();
    }

    @Test
    void idsOfOneSessionAreNotThoseOfAnother() {
        RawDatagramPeer[] peers = {
            gateway.datagramSession(null), gateway.datagramSession(null), gateway.datagramSession(null)
        };
        for (RawDatagramPeer peer : peers) {
            peer.request(2, "gateway.echo", "port " + peer.localPort());
            assertThat(peer.answer(2)).isEqualTo("port " + peer.localPort());
        }
    }

    @Test
    void serveIsForStreams() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        Frame.Error refusal = null;
        for (int i = 0; i < 2; i++) {
            peer.send(new Frame.Serve(2, SubjectPattern.of("mine"), "", true, Headers.EMPTY));
            Frame.Error error = peer.expectError(2, ErrorCode.UNSUPPORTED);
            assertThat(refusal == null || refusal.equals(error)).isTrue();
            refusal = error;
        }
        assertThat(refusal.message()).isNotEmpty();
        peer.send(new Frame.Serve(3, SubjectPattern.of("mine"), "", false, Headers.EMPTY))
                .expectError(3, ErrorCode.UNSUPPORTED);
        gateway.connect().request(1, "mine", "").expectError(1, ErrorCode.NO_WORKER);
    }

    @Test
    void aRequestForAStreamIsForStreams() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        for (String subject : new String[] {"work", "gateway.echo", "nobody"}) {
            int id = subject.length();
            Frame.Request stream =
                    new Frame.Request(id, Subject.of(subject), Frame.ABSENT, 5, Headers.EMPTY, Payload.EMPTY);
            Frame.Error refusal = peer.send(stream).expectError(id, ErrorCode.UNSUPPORTED);
            assertThat(peer.send(stream).receive()).isEqualTo(refusal);
        }
        worker.expectNothing();
        peer.expectNothing();
    }
}
