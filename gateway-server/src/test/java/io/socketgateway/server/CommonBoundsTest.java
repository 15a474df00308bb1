package io.socketgateway.server;

import static io.socketgateway.server.Reach.AT;
import static io.socketgateway.server.Reach.OVER;
import static io.socketgateway.server.Reach.UNDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.server.config.Limit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What all sessions hold together is bounded, and who holds most gives way. */
@LoopsAndForms
class CommonBoundsTest {
    private static final int KIB = 1024;
    private static final String INBOUND = "gateway.inbound.bytes";
    private static final String BACKLOG = "gateway.backlog.bytes";

    @AutoClose
    private final Harness gateway;

    private final Form form;

    CommonBoundsTest(int loops, Form form) {
        this.form = form;
        this.gateway = Harness.start(
                "tcp://127.0.0.1:0?send-buffer-bytes=8KiB&receive-buffer-bytes=128KiB",
                loops,
                form,
                "limits.inbound-bytes",
                "64KiB",
                "limits.backlog-bytes",
                "256KiB");
    }

    private long timesReached(Limit limit) {
        return gateway.gateway.counters().timesReached(limit);
    }

    // Frames begun and not finished

    private byte[] ping() {
        return RawPeer.bytes(form, new Frame.Ping(9, Payload.text("x".repeat(100 * KIB))));
    }

    /** A client that has begun a frame. */
    private final class Beginner {
        final RawPeer peer = gateway.connect();
        final byte[] frame = ping();
        int sent;

        void send(int bytes) {
            double before = gateway.gauge(INBOUND);
            peer.sendBytes(Arrays.copyOfRange(frame, sent, sent + bytes));
            sent += bytes;
            Harness.eventually(() -> gateway.gauge(INBOUND) != before);
        }

        void expectPong() {
            peer.receive(Frame.Pong.class);
        }
    }

    @Test
    @Reaches(
            limit = Limit.INBOUND_BYTES,
            at = {UNDER, AT, OVER})
    void ofTooManyBytesOfUnfinishedFramesTheLargestIsGivenUpAndTheOthersGoOn() {
        Beginner large = new Beginner();
        Beginner small = new Beginner();
        large.send(40 * KIB);
        small.send(24 * KIB - 1);
        assertThat(gateway.gauge(INBOUND)).isEqualTo(64 * KIB - 1);
        small.send(1);
        gateway.settle();
        assertThat(timesReached(Limit.INBOUND_BYTES)).isZero();
        small.send(1);
        large.peer.expectError(0, ErrorCode.TOO_LARGE);
        assertThat(timesReached(Limit.INBOUND_BYTES)).isEqualTo(1);
        Harness.eventually(() -> gateway.gauge(INBOUND) == 24 * KIB + 1);

        gateway.advance(150); // those who had to wait are looked at again
        small.send(8 * KIB);
        small.peer.sendBytes(Arrays.copyOfRange(small.frame, small.sent, small.frame.length));
        small.expectPong();
        Harness.eventually(() -> gateway.gauge(INBOUND) == 0);
    }

    @Test
    void ofManyWhoBeginAtOnceSoManyAreGivenUpThatTheOthersGoOn() {
        List<Beginner> beginners = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            beginners.add(new Beginner());
        }
        for (Beginner beginner : beginners) {
            beginner.peer.sendBytes(Arrays.copyOf(beginner.frame, 8 * KIB));
        }
        Harness.eventually(() -> timesReached(Limit.INBOUND_BYTES) > 0);
        Harness.eventually(() -> {
            gateway.advance(100); // when those who wait are looked at again
            return gateway.gauge(INBOUND) <= 64 * KIB;
        });
        assertThat(timesReached(Limit.INBOUND_BYTES)).isLessThanOrEqualTo(30);
    }

    @Test
    void whoGoesAwayWithAFrameUnfinishedHoldsNothingAnyMore() {
        Beginner one = new Beginner();
        one.send(10 * KIB);
        one.peer.reset();
        Harness.eventually(() -> gateway.gauge(INBOUND) == 0);
    }

    // What waits

    private final class Deaf {
        final RawPeer peer = gateway.connect(4 * KIB);
        final String subject;

        Deaf(String subject) {
            this.subject = subject;
            peer.subscribe(1, subject);
        }
    }

    private void publish(RawPeer publisher, Deaf deaf) {
        publisher.publish(1, deaf.subject, "x".repeat(2 * KIB));
    }

    /** Publishes until so much more waits. */
    private void fill(RawPeer publisher, Deaf deaf, int bytes) {
        double before = gateway.gauge(BACKLOG);
        while (gateway.gauge(BACKLOG) < before + bytes) {
            publish(publisher, deaf);
        }
    }

    private Frame subscribe(RawPeer peer) {
        peer.send(new Frame.Subscribe(77, SubjectPattern.of("late"), "", true, Headers.EMPTY));
        Frame answer = peer.receive();
        if (answer instanceof Frame.Response) {
            peer.unsubscribe(77);
        }
        return answer;
    }

    @Test
    @Reaches(
            limit = Limit.BACKLOG_BYTES,
            at = {UNDER, AT, OVER})
    void ifTooMuchWaitsTheLargestBacklogGivesWayAndNobodySubscribes() {
        RawPeer publisher = gateway.connect();
        List<Deaf> all = new ArrayList<>();
        for (int kib : new int[] {90, 85, 65}) {
            Deaf deaf = new Deaf("deaf-" + kib);
            all.add(deaf);
            fill(publisher, deaf, kib * KIB);
        }
        assertThat(gateway.gauge(BACKLOG)).isBetween(240.0 * KIB, 256.0 * KIB);
        assertThat(subscribe(publisher)).isInstanceOf(Frame.Response.class);
        assertThat(timesReached(Limit.BACKLOG_BYTES)).isZero();

        for (int i = 0; i < 10 && timesReached(Limit.BACKLOG_BYTES) == 0; i++) {
            publish(publisher, all.get(2));
            gateway.settle();
        }
        Harness.eventually(() -> gateway.gauge(BACKLOG) < 220 * KIB);
        assertThat(timesReached(Limit.BACKLOG_BYTES)).isEqualTo(1);
        assertThat(gateway.gateway.counters().messagesDroppedOldest.sum()).isBetween(15L, 22L);
        assertThat(subscribe(publisher)).isInstanceOfSatisfying(Frame.Error.class, error -> {
            assertThat(error.errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(error.notProcessed()).isTrue();
        });
        assertThat(timesReached(Limit.BACKLOG_BYTES)).isEqualTo(2);

        all.get(1).peer.reset();
        Harness.eventually(() -> gateway.gauge(BACKLOG) < 192 * KIB);
        assertThat(subscribe(publisher)).isInstanceOf(Frame.Response.class);
    }

    @Test
    void whoseAnswersAloneAreTheLargestBacklogIsClosed() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer deaf = gateway.connect(4 * KIB);
        deaf.hello("deaf");
        for (int id = 1; id <= 100; id++) {
            deaf.request(id, "w", "");
        }
        List<Integer> asked = new ArrayList<>();
        for (int id = 1; id <= 100; id++) {
            asked.add(worker.take().id());
        }
        for (int id : asked) {
            worker.respond(id, "x".repeat(8 * KIB));
        }
        Harness.eventually(() -> timesReached(Limit.BACKLOG_BYTES) == 1);
        Harness.eventually(() -> gateway.gauge(BACKLOG) == 0);
        Frame last = deaf.receive();
        while (last.id() != 0) {
            last = deaf.receive();
        }
        assertThat(((Frame.Error) last).errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void aMessageThatWaitsForManyCountsOnce() {
        List<RawPeer> deaf = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            deaf.add(gateway.connect(4 * KIB).subscribe(1, "all"));
        }
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 60; i++) {
            publisher.publish(1, "all", "x".repeat(4 * KIB));
        }
        gateway.settle();
        assertThat(timesReached(Limit.BACKLOG_BYTES)).isZero();
        assertThat(gateway.gauge(BACKLOG)).isBetween(100.0 * KIB, 60 * 5.0 * KIB);
        deaf.forEach(RawPeer::reset);
        Harness.eventually(() -> gateway.gauge(BACKLOG) == 0);
    }
}
