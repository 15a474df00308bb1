package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3, datagram sessions: a session whose frames come from another address, and who may take it along. */
@LoopsAndForms
class DatagramAddressTest {
    private static final int PROOF_BYTES = 8;

    @AutoClose
    private final Harness gateway;

    DatagramAddressTest(int loops, Form form) {
        this.gateway = Harness.startWithDatagrams(loops, form);
    }

    /** Speaks from that address, and returns what the gateway wants to be sent back from there. */
    private static Frame.Ping challenged(RawDatagramPeer elsewhere) {
        int id = unusedId(elsewhere);
        elsewhere.request(id, "gateway.echo", "hello from here ".repeat(4));
        assertThat(elsewhere.answer(id)).startsWith("hello from here");
        Harness.eventually(() -> !elsewhere.proofsWanted().isEmpty());
        return latestProof(elsewhere);
    }

    private static int unusedId(RawDatagramPeer peer) {
        return 1000 + peer.localPort() % 2000;
    }

    private static Frame.Ping latestProof(RawDatagramPeer elsewhere) {
        List<Frame.Ping> pings = elsewhere.proofsWanted();
        for (Frame.Ping ping : pings) {
            assertThat(ping.id()).isZero();
            assertThat(ping.payload().length()).isEqualTo(PROOF_BYTES);
        }
        return pings.get(pings.size() - 1);
    }

    /** Proves that address; the session has moved there when this returns. */
    private static void move(RawDatagramPeer elsewhere) {
        Frame.Ping ping = challenged(elsewhere);
        elsewhere.send(new Frame.Pong(ping.id(), ping.payload())).expectNothing();
    }

    /** That messages and requests go there and nowhere else. */
    private void expectSessionAt(RawDatagramPeer there, String name, RawDatagramPeer... others) {
        RawPeer stranger = gateway.connect().publish(1, "client." + name, "message");
        assertThat(there.message(0)).isEqualTo("message");
        stranger.request(2, "client." + name, "request");
        Frame.Request asked = there.take();
        there.respond(asked.id(), "answer");
        assertThat(stranger.answer(2)).isEqualTo("answer");
        for (RawDatagramPeer other : others) {
            other.expectSilence();
        }
    }

    @Test
    void framesFromANewAddressAreCarriedOutAndAnsweredThere() {
        RawPeer listener = gateway.connect().subscribe(1, "news");
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        Frame.Ping ping = challenged(elsewhere);
        elsewhere
                .send(PeerFrames.publish(2, "news", true, "from elsewhere ".repeat(3)))
                .expectConfirmed(2);

        assertThat(listener.message(1)).startsWith("from elsewhere");
        assertThat(ping.payload().toByteArray()).isNotEqualTo(new byte[PROOF_BYTES]);
        peer.expectSilence();
        assertThat(gateway.sessionCount()).isEqualTo(2);
    }

    @Test
    void everythingElseGoesToTheOldAddressUntilTheNewOneIsProven() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        challenged(elsewhere);

        expectSessionAt(peer, "mover", elsewhere);
        peer.expectNothing();
    }

    @Test
    void thePongWithThePingsBytesMovesTheSession() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        move(elsewhere);

        expectSessionAt(elsewhere, "mover", peer);
        elsewhere.expectNothing();
    }

    @Test
    void aPongWithOtherBytesMovesNothing() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        byte[] proof = challenged(elsewhere).payload().toByteArray();
        for (int i = 0; i < PROOF_BYTES; i++) {
            byte[] forged = proof.clone();
            forged[i] ^= 1;
            elsewhere.send(new Frame.Pong(0, Payload.bytes(forged)));
        }
        elsewhere.send(new Frame.Pong(0, Payload.EMPTY), new Frame.Pong(0, Payload.bytes(new byte[PROOF_BYTES])));
        elsewhere.expectNothing();
        expectSessionAt(peer, "mover", elsewhere);
    }

    @Test
    void aPongFromAnotherAddressMovesNothing() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        Frame.Ping ping = challenged(elsewhere);
        RawDatagramPeer third = gateway.elsewhere(peer);
        third.send(new Frame.Pong(ping.id(), ping.payload()));
        third.expectNothing();
        peer.send(new Frame.Pong(ping.id(), ping.payload())).expectNothing();
        expectSessionAt(peer, "mover");
    }

    @Test
    void anAddressIsAskedForItsProofThreeTimesAtMost() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        for (int i = 0; i < 60; i++) {
            elsewhere.expectNothing();
            gateway.pass(500);
        }
        elsewhere.expectNothing();
        latestProof(elsewhere);
        assertThat(elsewhere.proofsWanted()).hasSizeBetween(1, 3);
        peer.expectNothing();
    }

    @Test
    void anAddressThatIsNotProvenGetsAtMostThreeTimesWhatCameFromIt() {
        RawDatagramPeer peer = gateway.datagramSession("mover-with-a-name-that-is-very-long-to-make-the-answer-longer");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        for (int id = 2; id < 52; id++) {
            elsewhere.request(id, "gateway.whoami", "");
            gateway.pass(50);
            while (elsewhere.hasSomething()) {
                if (elsewhere.receive() instanceof Frame.Error error) {
                    assertThat(error.code()).isEqualTo(ErrorCode.TOO_LARGE.code());
                }
            }
            assertThat(elsewhere.receivedBytes()).isLessThanOrEqualTo(3 * elsewhere.sentBytes());
        }
        assertThat(elsewhere.receivedBytes()).isPositive();
        peer.expectNothing();
    }

    @Test
    void anAnswerThatIsTooLongForANewAddressComesOnceTheAddressIsProven() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        elsewhere.request(2, "work", "");
        worker.takeAndRespond("x".repeat(1000));
        worker.expectNothing();
        gateway.settle();
        assertThat(elsewhere.receivedBytes()).isLessThanOrEqualTo(3 * elsewhere.sentBytes());
        move(elsewhere);

        elsewhere.request(2, "work", "");
        assertThat(elsewhere.answer(2)).hasSize(1000);
        worker.expectNothing();
    }

    @Test
    void onceProvenAnAddressGetsLongAnswersToo() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        move(elsewhere);
        RawPeer worker = gateway.connect().serve(1, "work");
        elsewhere.request(2, "work", "");
        worker.takeAndRespond("x".repeat(1000));
        assertThat(elsewhere.answer(2)).hasSize(1000);
    }

    @Test
    void aRequestUnderWayIsAnsweredAtTheAddressThatWasProvenMeanwhile() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession("mover");
        peer.request(2, "work", "before");
        Frame.Request held = worker.take();
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        move(elsewhere);

        elsewhere.request(2, "work", "before").expectAck(2);
        worker.respond(held.id(), "after").expectNothing();
        assertThat(elsewhere.answer(2)).isEqualTo("after");
        elsewhere.request(2, "work", "before");
        assertThat(elsewhere.answer(2)).isEqualTo("after");
        peer.expectSilence();
        worker.expectNothing();
    }

    @Test
    void aRequestFromANewAddressIsAnsweredThereEvenIfTheAnswerIsLate() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        challenged(elsewhere);
        elsewhere.request(2, "work", "who is asking?");
        worker.takeAndRespond("late");
        assertThat(elsewhere.answer(2)).isEqualTo("late");
        peer.expectNothing();
    }

    @Test
    void aSessionMovesAsOftenAsItLikes() {
        RawDatagramPeer peer = gateway.datagramSession("mover").subscribe(2, "news");
        Set<List<Byte>> proofs = new HashSet<>();
        List<RawDatagramPeer> left = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            RawDatagramPeer elsewhere = gateway.elsewhere(peer);
            byte[] proof = challenged(elsewhere).payload().toByteArray();
            elsewhere.send(new Frame.Pong(0, Payload.bytes(proof))).expectNothing();
            List<Byte> bytes = new ArrayList<>();
            for (byte b : proof) {
                bytes.add(b);
            }
            assertThat(proofs.add(bytes)).isTrue();
            left.add(peer);
            peer = elsewhere;
            expectSessionAt(peer, "mover", left.toArray(RawDatagramPeer[]::new));
        }
        gateway.connect().publish(1, "news", "found you");
        assertThat(peer.message(2)).isEqualTo("found you");
    }

    @Test
    void theSessionMayComeBack() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        move(elsewhere);
        peer.request(2, "gateway.echo", "back again".repeat(10));
        assertThat(peer.answer(2)).startsWith("back again");
        for (Frame.Ping ping : peer.proofsWanted()) { // none if an address stays proven
            peer.send(new Frame.Pong(ping.id(), ping.payload()));
        }
        peer.expectNothing();
        expectSessionAt(peer, "mover", elsewhere);
    }

    @Test
    void anOldAddressThatIsClosedDisturbsNobody() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        peer.close();
        gateway.connect().publish(1, "client.mover", "lost").publish(2, "client.mover", "lost too");
        move(elsewhere);
        expectSessionAt(elsewhere, "mover");
    }

    @Test
    void aStrangerWithTheTokenCannotTakeTheSessionFromAnAddressThatItIsNotAt() {
        RawDatagramPeer peer = gateway.datagramSession("mover").subscribe(2, "news");
        List<RawDatagramPeer> strangers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RawDatagramPeer stranger = gateway.elsewhere(peer);
            stranger.send(new Frame.Ping(1, Payload.text("x".repeat(50))));
            strangers.add(stranger);
        }
        for (RawDatagramPeer stranger : strangers) {
            assertThat(stranger.receive()).isInstanceOf(Frame.Pong.class);
            stranger.send(new Frame.Pong(0, Payload.bytes(new byte[PROOF_BYTES])))
                    .expectNothing();
        }
        expectSessionAt(peer, "mover");
        peer.expectNothing();
    }

    @Test
    void goAwayFromANewAddressEndsTheSessionToo() {
        RawDatagramPeer peer = gateway.datagramSession("mover");
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        elsewhere.send(new Frame.GoAway(9, "moved away", Frame.ABSENT));
        assertThat(elsewhere.receive(Frame.GoAway.class).id()).isEqualTo(9);
        gateway.awaitSessions(0);
        peer.expectNoSession();
    }
}
