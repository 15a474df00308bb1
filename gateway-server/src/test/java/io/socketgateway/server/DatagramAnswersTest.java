package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3, datagram sessions: how long an answer may be, and how long and how many of them are kept for repeats. */
@LoopsAndForms
class DatagramAnswersTest {
    private static final int ANSWER_BYTES = 1000;

    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    DatagramAnswersTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.startWithDatagrams(loops, form);
    }

    private static String text(int id) {
        String number = Integer.toString(id);
        return number + "x".repeat(ANSWER_BYTES - number.length());
    }

    /** Has so many requests answered, with ids from 2. */
    private static void fill(RawDatagramPeer peer, int count) {
        for (int id = 2; id < 2 + count; id++) {
            peer.request(id, "gateway.echo", text(id));
            assertThat(peer.answer(id)).isEqualTo(text(id));
        }
    }

    /** Which of these answers come again: the rest must be 408. */
    private static List<Integer> kept(RawDatagramPeer peer, int count) {
        List<Integer> kept = new ArrayList<>();
        for (int id = 2; id < 2 + count; id++) {
            peer.request(id, "gateway.echo", "a repeat");
            if (peer.receive() instanceof Frame.Response response) {
                assertThat(response.payload().text()).isEqualTo(text(id));
                kept.add(id);
            } else {
                peer.request(id, "gateway.echo", "a repeat");
                assertThat(peer.expectError(id, ErrorCode.DEADLINE).notProcessed())
                        .isFalse();
            }
        }
        return kept;
    }

    /** The text of an answer that fills a datagram alone up to the last byte. */
    private static String filling(RawDatagramPeer peer, int datagramBytes) {
        Frame.Response one = new Frame.Response(2, false, Headers.EMPTY, Payload.text("x"));
        return "x".repeat(datagramBytes - PeerFrames.inSession(0, peer.frames(one)).length + 1);
    }

    @Test
    void anAnswerOfExactly1200BytesIsSentAndALongerOneIs413() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        String longest = filling(peer, RawDatagramPeer.MOST_SENT_BYTES);
        peer.request(2, "work", "");
        worker.takeAndRespond(longest);
        assertThat(peer.answer(2)).isEqualTo(longest);
        assertThat(peer.latestBytes()).isEqualTo(RawDatagramPeer.MOST_SENT_BYTES);

        peer.request(3, "work", "");
        worker.takeAndRespond(longest + "x");
        Frame.Error error = peer.expectError(3, ErrorCode.TOO_LARGE);
        assertThat(error.message()).contains("stream");
        assertThat(error.notProcessed()).isFalse();
        assertThat(peer.request(3, "work", "").receive()).isEqualTo(error);
        worker.expectNothing();
        peer.expectNothing();
    }

    @Test
    void anAnswerOfThisProcessThatIsTooLongIs413() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        String tooLong = filling(peer, RawDatagramPeer.MOST_SENT_BYTES) + "x";
        peer.request(2, "gateway.echo", tooLong).expectError(2, ErrorCode.TOO_LARGE);
        peer.send(new Frame.Ping(3, Payload.text("x".repeat(5000)))).expectError(3, ErrorCode.TOO_LARGE);
        peer.expectNothing();
    }

    @Test
    void theClientMayTakeLessAndMoreIsNotSent() {
        for (int wished : new int[] {1024, 1100, 60_000}) {
            RawDatagramPeer peer = gateway.datagramPeer();
            peer.openWith(new Frame.Hello(1, 1, null, null, 3600, wished, null, null, null));
            int most = Math.min(wished, RawDatagramPeer.MOST_SENT_BYTES);
            String longest = filling(peer, most);
            peer.request(2, "gateway.echo", longest);
            assertThat(peer.answer(2)).isEqualTo(longest);
            assertThat(peer.latestBytes()).isEqualTo(most);
            peer.request(3, "gateway.echo", longest + "x").expectError(3, ErrorCode.TOO_LARGE);
        }
    }

    @Test
    void theLongestDatagramSentIsAsConfigured() {
        try (Harness large = Harness.startWithDatagrams(loops, form, "limits.max-datagram-bytes-sent", "5000")) {
            RawDatagramPeer peer = large.datagramSession(null).takes(5000);
            String longest = filling(peer, 5000);
            peer.request(2, "gateway.echo", longest);
            assertThat(peer.answer(2)).isEqualTo(longest);
            peer.request(3, "gateway.echo", longest + "x").expectError(3, ErrorCode.TOO_LARGE);
        }
    }

    @Test
    void aMessageThatIsTooLongIsDroppedAndTheNextArrives() {
        RawDatagramPeer peer = gateway.datagramSession(null).subscribe(2, "news");
        RawPeer publisher = gateway.connect();
        long before = gateway.gateway.counters().messagesDroppedTooLarge.sum();
        publisher.publish(1, "news", "x".repeat(1200)).publish(2, "news", "fits");
        assertThat(peer.message(2)).isEqualTo("fits");
        assertThat(gateway.gateway.counters().messagesDroppedTooLarge.sum()).isEqualTo(before + 1);
    }

    @Test
    void answersAreKeptForAMinute() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        fill(peer, 1);
        gateway.pass(59_000);
        peer.request(3, "gateway.echo", "later");
        peer.answer(3);
        assertThat(kept(peer, 1)).containsExactly(2);
        gateway.pass(1_500);
        assertThat(kept(peer, 1)).isEmpty();
        peer.request(3, "gateway.echo", "later");
        assertThat(peer.answer(3)).isEqualTo("later");
        gateway.pass(60_000);
        peer.request(3, "gateway.echo", "later").expectError(3, ErrorCode.DEADLINE);
    }

    @Test
    void howLongTheyAreKeptIsAsConfigured() {
        try (Harness quick = Harness.startWithDatagrams(loops, form, "limits.answer-cache-time", "5s")) {
            RawDatagramPeer peer = quick.datagramSession(null);
            fill(peer, 1);
            quick.pass(4_900);
            assertThat(kept(peer, 1)).hasSize(1);
            quick.pass(300);
            assertThat(kept(peer, 1)).isEmpty();
        }
    }

    @Test
    void ofOneSessionTheLatestAreKeptAsFarAsTheBoundReaches() {
        int bound = 16 * 1024;
        try (Harness few =
                Harness.startWithDatagrams(loops, form, "limits.answer-cache-bytes-per-session", bound + "")) {
            RawDatagramPeer peer = few.datagramSession(null);
            RawDatagramPeer other = few.datagramSession(null);
            fill(other, 3);
            fill(peer, 40);
            List<Integer> kept = kept(peer, 40);
            assertThat(kept.size() * ANSWER_BYTES).isBetween(bound / 2, bound);
            assertThat(kept).endsWith(41).isSorted();
            assertThat(kept.get(0)).isEqualTo(42 - kept.size());
            assertThat(kept(other, 3)).containsExactly(2, 3, 4);
        }
    }

    @Test
    void theDefaultBoundHoldsHundredsOfLargeAnswers() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        fill(peer, 300);
        List<Integer> kept = kept(peer, 300);
        assertThat(kept.size() * ANSWER_BYTES).isBetween(128 * 1024, 256 * 1024);
        assertThat(kept).endsWith(301);
    }

    @Test
    void ofAllSessionsTheLatestAreKeptAsFarAsTheBoundReaches() {
        int bound = 128 * 1024;
        try (Harness few = Harness.startWithDatagrams(
                loops,
                form,
                "limits.answer-cache-bytes",
                bound + "",
                "limits.answer-cache-bytes-per-session",
                (64 * 1024) + "")) {
            List<RawDatagramPeer> peers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                RawDatagramPeer peer = few.datagramSession(null);
                fill(peer, 30);
                peers.add(peer);
            }
            int all = 0;
            for (RawDatagramPeer peer : peers) {
                all += kept(peer, 30).size();
            }
            assertThat(all * ANSWER_BYTES).isBetween(bound / 8, bound);
            assertThat(kept(peers.get(11), 30)).endsWith(31);
        }
    }

    @Test
    void whatASessionKeptIsFreeWhenItHasLeft() {
        try (Harness few = Harness.startWithDatagrams(
                loops,
                form,
                "limits.answer-cache-bytes",
                (128 * 1024) + "",
                "limits.answer-cache-bytes-per-session",
                (40 * 1024) + "")) {
            for (int i = 0; i < 12; i++) {
                RawDatagramPeer peer = few.datagramSession(null);
                fill(peer, 20);
                assertThat(kept(peer, 20)).hasSize(20);
                peer.send(new Frame.GoAway(99, null, Frame.ABSENT)).receive(Frame.GoAway.class);
            }
        }
    }
}
