package io.socketgateway.server.routing;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.loop.Loop;
import org.jspecify.annotations.Nullable;

/**
 * A request under way, seen from the requester: it waits for the answer, the deadline, or its cancellation. Belongs to
 * the requester's loop; answers come in through {@link #receive}.
 */
public final class Call implements Loop.Recipient {
    /** Says that a worker was gone before it could have seen the request. */
    public enum Untaken {
        /** The only one. */
        UNTAKEN
    }

    /** Says of an answer that it cannot be carried. */
    static String tooLong(Peer requester) {
        return requester.carrier() == Carrier.DATAGRAM
                ? "answer: longer than a datagram carries; use a stream transport"
                : "answer: longer than the requester takes";
    }

    private final Requests requests;
    private final Frame.Request request;
    private final long deadlineNanos;
    private Answerer.@Nullable Answering answering;
    private int attempts;
    private long credit; // given so far; ABSENT if one answer is wanted
    private long heldCredit; // given by a requester that is behind: kept from the worker until it is not
    private boolean ended;
    private boolean moved; // a response of the stream has come
    private long movedNanos;

    Call(Requests requests, Frame.Request request, long deadlineNanos) {
        this.requests = requests;
        this.request = request;
        this.credit = request.credit();
        this.deadlineNanos = deadlineNanos;
    }

    /** What was asked. Any thread. */
    public Frame.Request request() {
        return request;
    }

    /** Who asked. Any thread. */
    public Caller caller() {
        return requests.peer().caller();
    }

    /** The loop that it belongs to. Any thread. */
    public Loop loop() {
        return requests.peer().loop();
    }

    /** How long from that time an answer is wanted, in milliseconds, at least 1. Any thread. */
    public long remainingMillis(long nowNanos) {
        return Math.max(1, (deadlineNanos - nowNanos + 999_999) / 1_000_000);
    }

    /** What the requester has given so far; {@link Frame#ABSENT} if one answer is wanted. On the loop of the call. */
    public long credit() {
        return credit;
    }

    void start() {
        if (request.isStream() && requests.peer().isBehind()) {
            heldCredit = credit;
            credit = 0;
        }
        tryNextWorker();
    }

    /** Whether it is over; nearly always at once, if who answers is on this loop. */
    boolean hasEnded() {
        return ended;
    }

    /** When it is over if nothing happens: the deadline bounds the wait for the first answer, then the stream may not idle. */
    long dueNanos() {
        return moved ? movedNanos + requests.streamIdleNanos() : deadlineNanos;
    }

    private void tryNextWorker() {
        Worker next = requests.nextWorker(request.subject());
        if (next != null && next.takesRequests()) {
            answer(next);
        } else if (attempts == 0 && !requests.isServed(request.subject())) {
            refuse(ErrorCode.NO_WORKER, "nobody serves '" + request.subject() + "'");
        } else {
            refuse(ErrorCode.UNAVAILABLE, "no worker of '" + request.subject() + "' takes requests now");
        }
    }

    /** An answerer may answer, or turn out not to have taken it, before it returns. */
    private void answer(Worker worker) {
        int attempt = ++attempts;
        Answerer.Answering begun = worker.answer(this);
        if (attempt == attempts) {
            answering = begun;
        }
    }

    /** A RESPONSE or ERROR for the requester, or {@link Untaken}. What comes after the end is ignored. */
    @Override
    public void receive(Object message) {
        if (ended || requests.areGone()) {
            return;
        }
        if (message instanceof Frame.Response response) {
            respond(response);
        } else if (message instanceof Frame.Error error) {
            end(new Frame.Error(
                    request.id(), error.code(), error.retryAfterMillis(), error.notProcessed(), error.message()));
        } else {
            tryNextWorker();
        }
    }

    private void respond(Frame.Response response) {
        Peer peer = requests.peer();
        if (!peer.takesAnswers()) {
            requests.counters().reached(Limit.BACKLOG_BYTES_PER_SESSION);
            endAndCancel(ErrorCode.UNAVAILABLE, "too much waits for the requester");
        } else if (request.id() != 0 && !peer.send(response.withId(request.id()))) {
            tooLong();
        } else if (ended) {
            return; // it was one answer too many for the requester, whose session has ended
        } else if (!response.more()) {
            end(null);
        } else {
            moved();
        }
    }

    private void moved() {
        movedNanos = loop().nowNanos();
        if (!moved) {
            moved = true;
            requests.isDueAt(dueNanos());
        }
    }

    /** It is due. */
    void timeIsUp() {
        if (ended) {
            return;
        }
        if (moved) {
            requests.streamWasIdle();
            endAndCancel(ErrorCode.DEADLINE, "nothing moved on the stream");
        } else {
            endAndCancel(ErrorCode.DEADLINE, "no answer within the deadline");
        }
    }

    /** The requester wants no answer any more. */
    void cancelled() {
        endAndCancel(ErrorCode.CANCELLED, "cancelled by the requester");
    }

    /** The requester can take no answer any more. */
    void requesterGone() {
        ended = true;
        cancelAnswering();
    }

    void credit(long responses) {
        if (request.isStream()) {
            movedNanos = loop().nowNanos();
            heldCredit = Math.min(Frame.MAX_U32, heldCredit + responses);
            if (!requests.peer().isBehind()) {
                releaseCredit();
            }
        }
    }

    /** The worker gets what was held back. */
    void releaseCredit() {
        if (heldCredit > 0) {
            long released = heldCredit;
            heldCredit = 0;
            credit = Math.min(Frame.MAX_U32, credit + released);
            if (answering != null) {
                answering.credit(released);
            }
        }
    }

    private void refuse(ErrorCode code, String message) {
        end(Frame.Error.notProcessed(request.id(), code, message));
    }

    /** An answer that waited for the requester has become too long for it. */
    void tooLong() {
        endAndCancel(ErrorCode.TOO_LARGE, tooLong(requests.peer()));
    }

    private void endAndCancel(ErrorCode code, String message) {
        end(Frame.Error.of(request.id(), code, message));
        cancelAnswering();
    }

    private void cancelAnswering() {
        if (answering != null) {
            answering.cancel();
        }
    }

    private void end(Frame.@Nullable Error error) {
        ended = true;
        requests.ended(this, error);
    }
}
