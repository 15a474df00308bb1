package io.socketgateway.server.routing;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.TimerWheel.Timer;
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

    private final Requests requests;
    private final Frame.Request request;
    private final @Nullable WorkerPool pool; // null if the request goes to one client itself
    private final Timer timer;
    private final long deadlineNanos;
    private Answerer.@Nullable Answering answering;
    private int attempts;
    private boolean ended;
    private boolean moved; // a response of the stream has come
    private long movedNanos;

    Call(Requests requests, Frame.Request request, @Nullable WorkerPool pool, long deadlineNanos) {
        this.requests = requests;
        this.request = request;
        this.pool = pool;
        this.deadlineNanos = deadlineNanos;
        this.timer = new Timer(this::timeIsUp);
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

    void start() {
        loop().timers().start(timer, deadlineNanos - loop().nowNanos());
        Worker worker = pool == null ? null : pool.next();
        if (worker == null) {
            refuse(ErrorCode.UNAVAILABLE, "all workers of '" + request.subject() + "' are over their bound");
        } else {
            answer(worker);
        }
    }

    void start(Worker client) {
        loop().timers().start(timer, deadlineNanos - loop().nowNanos());
        if (client.takesRequests()) {
            answer(client);
        } else {
            refuse(ErrorCode.UNAVAILABLE, "'" + request.subject() + "' is over its bound");
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
        if (ended) {
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

    private void tryNextWorker() {
        Worker next = pool == null ? null : pool.next();
        if (next != null) {
            answer(next);
        } else if (pool == null) {
            refuse(ErrorCode.NO_WORKER, "client of '" + request.subject() + "' is gone");
        } else {
            refuse(ErrorCode.UNAVAILABLE, "worker of '" + request.subject() + "' was lost");
        }
    }

    private void respond(Frame.Response response) {
        Peer peer = requests.peer();
        if (!peer.takesAnswers()) {
            endAndCancel(ErrorCode.UNAVAILABLE, "too much waits for the requester");
        } else if (request.id() != 0
                && !peer.send(
                        new Frame.Response(request.id(), response.more(), response.headers(), response.payload()))) {
            endAndCancel(ErrorCode.TOO_LARGE, "answer: longer than the requester takes");
        } else if (!response.more()) {
            end(null);
        } else {
            moved();
        }
    }

    private void moved() {
        movedNanos = loop().nowNanos();
        if (!moved) {
            moved = true; // from now on the deadline is replaced by the idle time
            loop().timers().start(timer, requests.streamIdleNanos());
        }
    }

    private void timeIsUp() {
        if (moved) {
            long leftNanos = movedNanos + requests.streamIdleNanos() - loop().nowNanos();
            if (leftNanos > 0) {
                loop().timers().start(timer, leftNanos);
                return;
            }
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
        timer.cancel();
        cancelAnswering();
    }

    void credit(long responses) {
        if (request.isStream() && answering != null) {
            if (moved) {
                movedNanos = loop().nowNanos();
            }
            answering.credit(responses);
        }
    }

    private void refuse(ErrorCode code, String message) {
        end(Frame.Error.notProcessed(request.id(), code, message));
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
        timer.cancel();
        requests.ended(this, error);
    }
}
