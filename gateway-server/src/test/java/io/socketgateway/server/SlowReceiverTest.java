package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.server.config.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Clients that do not take what waits for them. Buffers are small. */
@LoopsAndForms
class SlowReceiverTest {
    private static final int KIB = 1024;

    @AutoClose
    private final Harness gateway;

    SlowReceiverTest(int loops, Form form) {
        gateway = Harness.start(
                "tcp://127.0.0.1:0?send-buffer-bytes=8KiB&receive-buffer-bytes=8KiB",
                loops,
                form,
                "limits.backlog-bytes-per-session",
                "512KiB");
    }

    @Test
    void aClientThatSendsAndDoesNotReadIsPausedAndLosesNoAnswer() throws Exception {
        RawPeer peer = gateway.connect(4 * KIB);
        int requests = 1_500;
        AtomicInteger sent = new AtomicInteger();
        String text = "x".repeat(4 * KIB);
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
            for (int id = 1; id <= requests; id++) {
                peer.request(id, "gateway.echo", text);
                sent.set(id);
            }
        });
        int[] before = {-1};
        Harness.eventually(
                () -> { // it is stopped, long before it could send all
                    gateway.settle();
                    gateway.settle();
                    int now = sent.get();
                    boolean stands = now > 0 && now == before[0];
                    before[0] = now;
                    return stands;
                });
        assertThat(sent).hasValueLessThan(requests);
        for (int id = 1; id <= requests; id++) {
            assertThat(peer.answer(id)).isEqualTo(text);
        }
        sender.get(10, TimeUnit.SECONDS);
        peer.expectNothing();
    }

    @Test
    void aSubscriberThatReadsNothingLosesTheOldestAndNobodyElseAny() {
        RawPeer deaf = gateway.connect(4 * KIB).subscribe(1, "news");
        RawPeer alert = gateway.connect().subscribe(1, "news");
        RawPeer publisher = gateway.connect();
        int messages = 1_000;
        for (int i = 0; i < messages; i++) {
            publisher.publish(1, "news", i + " " + "x".repeat(2 * KIB));
            assertThat(alert.message(1)).startsWith(i + " ");
        }
        long dropped = gateway.gateway.counters().messagesDroppedOldest.sum();
        assertThat(dropped).isBetween(300L, 900L);
        int last = -1;
        for (int i = 0; i < messages - dropped; i++) {
            int number = Integer.parseInt(deaf.message(1).split(" ", -1)[0]);
            assertThat(number).isGreaterThan(last);
            last = number;
        }
        assertThat(last).isEqualTo(messages - 1);
        deaf.expectNothing();
    }

    @Test
    @Reaches(
            limit = Limit.BACKLOG_TIMEOUT,
            at = {Reach.UNDER, Reach.AT, Reach.OVER})
    void aClientThatTakesNothingForTenSecondsIs503() {
        RawPeer deaf = gateway.connect(4 * KIB).subscribe(1, "news");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 100; i++) {
            publisher.publish(1, "news", "x".repeat(2 * KIB));
        }
        gateway.pass(9_800);
        assertThat(gateway.gateway.counters().timesReached(Limit.BACKLOG_TIMEOUT))
                .isZero();
        assertThat(gateway.gateway.counters().sessionsClosedWithError.sum()).isZero();
        assertThat(gateway.gateway.counters().timesReached(Limit.BACKLOG_TIMEOUT))
                .isZero();
        gateway.pass(300);
        assertThat(gateway.gateway.counters().timesReached(Limit.BACKLOG_TIMEOUT))
                .isEqualTo(1);
        assertThat(gateway.gateway.counters().sessionsClosedWithError.sum()).isEqualTo(1);
        assertThat(gateway.gateway.counters().timesReached(Limit.BACKLOG_TIMEOUT))
                .isEqualTo(1);
        publisher.publish(1, "news", "nobody is left");
        Frame frame;
        do {
            frame = deaf.receive();
        } while (frame instanceof Frame.Message);
        assertThat(frame).isInstanceOf(Frame.Error.class);
        assertThat(((Frame.Error) frame).errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(frame.id()).isZero();
        deaf.expectOrderlyEnd();
    }

    @Test
    void aClientThatTakesNothingEvenThenIsClosedAllTheSame() {
        gateway.connect(4 * KIB).subscribe(1, "news");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 100; i++) {
            publisher.publish(1, "news", "x".repeat(2 * KIB));
        }
        gateway.pass(10_100);
        gateway.pass(10_100);
        gateway.awaitSessions(1);
        publisher.expectNothing();
    }

    @Test
    void whoTakesALittleAtATimeLivesOn() {
        RawPeer slow = gateway.connect(4 * KIB).subscribe(1, "news");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 100; i++) {
            publisher.publish(1, "news", i + " " + "x".repeat(4 * KIB));
        }
        for (int i = 0; i < 100; i++) {
            if (i % 10 == 0) {
                gateway.pass(9_000);
                slow.send(new Frame.Pong(1, Payload.EMPTY));
                publisher.expectNothing();
            }
            assertThat(slow.message(1)).startsWith(i + " ");
        }
        slow.expectNothing();
    }

    @Test
    void anAnswerThatWouldPassTheBoundBecomes503() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer deaf = gateway.connect(4 * KIB);
        for (int id = 1; id <= 100; id++) {
            deaf.request(id, "w", "");
        }
        List<Frame.Request> taken =
                new ArrayList<>(); // all, before so much waits that no more are read from the deaf one
        for (int i = 0; i < 100; i++) {
            taken.add(worker.take());
        }
        String large = "x".repeat(32 * KIB);
        for (Frame.Request request : taken) {
            worker.respond(request.id(), large);
        }
        worker.expectNothing();
        gateway.settle();
        int answered = 0;
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            Frame frame = deaf.receive();
            if (frame instanceof Frame.Error error) {
                assertThat(error.errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
                refused++;
            } else {
                assertThat(frame).isInstanceOf(Frame.Response.class);
                answered++;
            }
        }
        assertThat(answered).isGreaterThan(15);
        assertThat(refused).isPositive();
        deaf.expectNothing();
    }

    @Test
    void anAnswerThatNoLongerFitsAfterALaterHelloBecomes413() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect(4 * KIB).subscribe(900, "news");
        for (int id = 1; id <= 6; id++) {
            peer.request(id, "w", "");
        }
        for (int id = 1; id <= 6; id++) {
            worker.takeAndRespond("x".repeat(30 * KIB));
        }
        worker.expectNothing();
        gateway.settle();
        peer.send(new Frame.Hello(800, 1, null, null, Frame.ABSENT, 1024, null, null, null));
        gateway.settle();
        int tooLarge = 0;
        boolean welcomed = false;
        for (int i = 0; i < 7; i++) {
            Frame frame = peer.receive();
            welcomed |= frame instanceof Frame.Welcome;
            if (frame instanceof Frame.Error error) {
                assertThat(error.errorCode()).isEqualTo(ErrorCode.TOO_LARGE);
                tooLarge++;
            }
        }
        assertThat(welcomed).isTrue();
        assertThat(tooLarge).isPositive();
        peer.expectNothing();
    }

    @Test
    void aGroupPrefersMembersThatAreNotBehind() {
        RawPeer deaf = gateway.connect(4 * KIB).subscribe(1, "jobs", "g");
        RawPeer alert = gateway.connect().subscribe(1, "jobs", "g");
        RawPeer publisher = gateway.connect();
        int taken = 0;
        for (int i = 0; i < 1_000; i++) {
            publisher.publish(1, "jobs", "x".repeat(2 * KIB));
            while (alert.hasSomething()) {
                alert.message(1);
                taken++;
            }
        }
        gateway.settle();
        while (alert.hasSomething()) {
            alert.message(1);
            taken++;
        }
        assertThat(taken).isGreaterThan(600);
        assertThat(deaf.hasSomething()).isTrue();
    }

    @Test
    void aPublisherOfLargeMessagesToADeafClientIsNotStopped() {
        RawPeer deaf = gateway.connect(4 * KIB);
        deaf.hello("deaf");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 200; i++) {
            publisher.send(new Frame.Publish(
                    1, Subject.of("client.deaf"), true, Headers.EMPTY, Payload.text("x".repeat(16 * KIB))));
            publisher.expectConfirmed(1);
        }
        assertThat(gateway.gateway.counters().messagesDroppedOldest.sum()).isPositive();
    }
}
