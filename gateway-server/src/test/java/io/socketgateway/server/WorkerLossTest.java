package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Section 4, "worker gone": what was handed to its socket is ERROR 503, what was not goes to the next worker. The worker
 * that gets lost reads nothing, and buffers are small, so that requests wait for it in the gateway.
 */
@LoopsAndForms
class WorkerLossTest {
    private static final int KIB = 1024;
    private static final int LARGE = 32 * KIB;

    @AutoClose
    private final Harness gateway;

    WorkerLossTest(int loops, Form form) {
        gateway = Harness.start("tcp://127.0.0.1:0?send-buffer-bytes=8KiB", loops, form);
    }

    private RawPeer deafWorker(String pattern) {
        return gateway.connect(4 * KIB).serve(1, pattern);
    }

    /** Sends so many requests to a worker that reads nothing: the first is in its socket, the last ones wait. */
    private RawPeer fill(String subject, int requests) {
        RawPeer peer = gateway.connect().request(1, subject, "small");
        gateway.settle();
        for (int id = 2; id <= requests; id++) {
            peer.request(id, subject, "x".repeat(LARGE));
        }
        peer.expectNothing();
        gateway.settle();
        return peer;
    }

    @Test
    void aRequestThatTheWorkerHasSeenIs503AndMayHaveBeenProcessed() {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer second = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect().request(1, "w", "").request(2, "w", "");
        worker.take();
        second.take();
        worker.reset();
        assertThat(peer.expectError(1, ErrorCode.UNAVAILABLE).notProcessed()).isFalse();
        second.expectNothing();
        peer.expectNothing();
    }

    @Test
    void whatWasNotHandedOverGoesToTheNextWorker() {
        RawPeer deaf = deafWorker("w");
        RawPeer peer = fill("w", 40);
        RawPeer next = gateway.connect().serve(1, "w");
        deaf.reset();

        Set<Integer> answered = new HashSet<>();
        int firstMoved = answerAll(peer, next, 40, answered);
        assertThat(answered).hasSize(40);
        assertThat(firstMoved).isBetween(2, 40);
        peer.expectNothing();
        next.expectNothing();
    }

    /** Returns the lowest id that went to the next worker; each id before it must have been lost, none behind it. */
    private static int answerAll(RawPeer peer, RawPeer next, int requests, Set<Integer> answered) {
        int lost = 0;
        int firstMoved = Integer.MAX_VALUE;
        for (int i = 0; i < requests; i++) {
            Harness.eventually(() -> peer.hasSomething() || next.hasSomething());
            if (!peer.hasSomething()) {
                next.takeAndRespond("moved");
            }
            Frame frame = peer.receive();
            assertThat(answered.add(frame.id())).isTrue();
            if (frame instanceof Frame.Error error) {
                assertThat(error.errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
                assertThat(error.notProcessed()).isFalse();
                lost = Math.max(lost, frame.id());
            } else {
                firstMoved = Math.min(firstMoved, frame.id());
            }
        }
        assertThat(lost).isLessThan(firstMoved);
        return firstMoved;
    }

    @Test
    void whatWasNotHandedOverAndHasNoNextWorkerIs503NotProcessed() {
        RawPeer deaf = deafWorker("w");
        RawPeer peer = fill("w", 40);
        deaf.reset();
        int notProcessed = 0;
        for (int id = 1; id <= 40; id++) {
            Frame.Error error = peer.receive(Frame.Error.class);
            assertThat(error.errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
            notProcessed += error.notProcessed() ? 1 : 0;
        }
        assertThat(notProcessed).isBetween(1, 39);
        peer.expectNothing();
    }

    /** The pool of the first pattern has lost its last worker; another pattern matches as well. */
    @Test
    void theNextWorkerMayServeALessSpecificPattern() {
        RawPeer deaf = deafWorker("a.b");
        RawPeer peer = fill("a.b", 40);
        RawPeer next = gateway.connect().serve(1, "a.*");
        deaf.reset();
        Set<Integer> answered = new HashSet<>();
        answerAll(peer, next, 40, answered);
        assertThat(answered).hasSize(40);
    }

    @Test
    void aWorkerThatLeavesWithGoAwayHandsOnWhatItHasNotGot() {
        RawPeer deaf = deafWorker("w");
        RawPeer peer = fill("w", 40);
        RawPeer next = gateway.connect().serve(1, "w");
        deaf.send(new Frame.GoAway(9, null, Frame.ABSENT));
        Set<Integer> answered = new HashSet<>();
        answerAll(peer, next, 40, answered);
        assertThat(answered).hasSize(40);
    }

    @Test
    void aWorkerThatHalfClosesHandsOnWhatItHasNotGot() {
        RawPeer deaf = deafWorker("w");
        RawPeer peer = fill("w", 40);
        RawPeer next = gateway.connect().serve(1, "w");
        deaf.halfClose();
        Set<Integer> answered = new HashSet<>();
        answerAll(peer, next, 40, answered);
        assertThat(answered).hasSize(40);
    }

    @Test
    void creditGivenMeanwhileIsNotLostWhenAStreamGoesToTheNextWorker() {
        RawPeer deaf = deafWorker("w");
        RawPeer peer = fill("w", 30);
        peer.requestStream(99, "w", 0);
        peer.send(new Frame.Credit(99, 2), new Frame.Credit(99, 1));
        gateway.settle();
        RawPeer next = gateway.connect().serve(1, "w");
        deaf.reset();

        Frame.Request request;
        do {
            request = next.take();
        } while (!request.isStream());
        long credit = request.credit();
        while (credit < 3) {
            credit += next.receive(Frame.Credit.class).n();
        }
        assertThat(credit).isEqualTo(3);
        next.respondMore(request.id(), "1").respondMore(request.id(), "2").respond(request.id(), "3");
        Frame frame;
        do {
            frame = peer.receive();
        } while (frame.id() != 99);
        assertThat(frame).isEqualTo(new Frame.Response(99, true, Headers.EMPTY, Payload.text("1")));
        assertThat(peer.answer(99)).isEqualTo("2");
        assertThat(peer.answer(99)).isEqualTo("3");
    }

    @Test
    void whatRemainsOfTheDeadlineIsToldToTheNextWorker() {
        RawPeer deaf = deafWorker("w");
        RawPeer peer = fill("w", 30);
        peer.send(new Frame.Request(99, Subject.of("w"), 9_000, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY));
        gateway.pass(4_000);
        RawPeer next = gateway.connect().serve(1, "w");
        deaf.reset();
        Frame.Request request;
        do {
            request = next.take();
        } while (!request.payload().isEmpty());
        assertThat(request.deadlineMillis()).isBetween(4_800L, 5_000L);
    }

    @Test
    void aRequestThatWaitsForAWorkerIsCancelledInTime() {
        deafWorker("w");
        RawPeer peer = fill("w", 30);
        peer.send(new Frame.Cancel(30)).expectError(30, ErrorCode.CANCELLED);
        peer.expectNothing();
    }

    @Test
    void aClientThatIsLostBeforeItGotTheRequestIs503() {
        RawPeer deaf = gateway.connect(4 * KIB);
        deaf.hello("deaf");
        RawPeer peer = fill("client.deaf", 30);
        deaf.reset();
        for (int id = 1; id <= 30; id++) {
            peer.receive(Frame.Error.class);
        }
        peer.expectNothing();
    }

    @Test
    void aLostWorkerIsNotUnderWayAnyMore() {
        for (int i = 0; i < 3; i++) {
            RawPeer worker = gateway.connect().serve(1, "w");
            RawPeer peer = gateway.connect().request(1, "w", "");
            worker.take();
            worker.reset();
            peer.expectError(1, ErrorCode.UNAVAILABLE);
            peer.request(2, "w", "").expectError(2, ErrorCode.NO_WORKER);
        }
    }

    @Test
    void aWorkerOverItsBoundGetsNoNewRequestsAndWithAllOverItIs503NotProcessed() {
        try (Harness tight = Harness.start(
                "tcp://127.0.0.1:0?send-buffer-bytes=8KiB",
                1,
                Form.BINARY,
                "limits.backlog-bytes-per-session",
                "256KiB")) {
            RawPeer deaf = tight.connect(4 * KIB);
            deaf.serve(1, "w");
            RawPeer peer = tight.connect();
            int refused = 0;
            for (int id = 1; refused == 0 && id < 1000; id++) {
                peer.request(id, "w", "x".repeat(LARGE));
                peer.send(new Frame.Ping(id, Payload.EMPTY));
                if (peer.receive() instanceof Frame.Error error) {
                    assertThat(error).isEqualTo(Frame.Error.notProcessed(id, ErrorCode.UNAVAILABLE, error.message()));
                    peer.receive(Frame.Pong.class);
                    refused = id;
                }
            }
            assertThat(refused).isPositive();
            RawPeer willing = tight.connect().serve(1, "w");
            peer.request(1001, "w", "").request(1002, "w", "");
            willing.takeAndRespond("a");
            willing.takeAndRespond("b");
            assertThat(peer.answer(1001)).isEqualTo("a");
            assertThat(peer.answer(1002)).isEqualTo("b");
        }
    }
}
