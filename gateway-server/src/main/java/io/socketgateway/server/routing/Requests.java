package io.socketgateway.server.routing;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.id.IdMap;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.metrics.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests that one session has under way. Belongs to the session's loop. */
final class Requests {
    private static final long DEFAULT_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final Set<Call> NONE = Set.of();

    private final Router router;
    private final Peer peer;
    private final IdMap<Call> byId = new IdMap<>(4);
    private final Tally tally;
    private Set<Call> withoutId = NONE; // a set of its own with the first
    private final Deadlines deadlines;
    private boolean draining;
    private boolean gone;

    Requests(Router router, Peer peer) {
        this.router = router;
        this.peer = peer;
        this.tally = router.counters().tally(peer.loop());
        this.deadlines = new Deadlines(peer.loop(), this::forEach);
    }

    private void forEach(Consumer<Call> action) {
        byId.values().forEach(action);
        withoutId.forEach(action);
    }

    /** A call that is under way ends at that time, if nothing happens. */
    void isDueAt(long nanos) {
        deadlines.add(nanos);
    }

    /** Takes no new requests from now on. */
    void drain() {
        draining = true;
    }

    Peer peer() {
        return peer;
    }

    void streamWasIdle() {
        router.counters().reached(Limit.STREAM_IDLE_TIMEOUT);
    }

    long streamIdleNanos() {
        return router.limits().streamIdleTimeout().toNanos();
    }

    boolean holds(int id) {
        return byId.contains(id);
    }

    /** Whether the session has ended. */
    boolean areGone() {
        return gone;
    }

    int size() {
        return byId.size() + withoutId.size();
    }

    void request(Frame.Request request) {
        if (draining) {
            refuse(request, ErrorCode.UNAVAILABLE, "the gateway is draining");
        } else if (size() >= router.limits().requestsPerSession()) {
            router.counters().reached(Limit.REQUESTS_PER_SESSION);
            refuse(request, ErrorCode.LIMITED, "requests: " + size() + " are under way, the most allowed");
        } else if (request.deadlineMillis() == 0) {
            refuse(request, ErrorCode.DEADLINE, "deadlineMillis: 0 has expired");
        } else {
            Call call = begin(request);
            call.start();
            if (!call.hasEnded()) {
                goOn(call);
            }
        }
    }

    /** A call that was not answered at once. What it has caused may have ended the session meanwhile. */
    private void goOn(Call call) {
        call.request().payload().keep(); // for a worker on another loop, or the next one
        if (gone) {
            router.counters().requestsAbandoned.increment();
            call.requesterGone();
            return;
        }
        int id = call.request().id();
        if (id != 0) {
            byId.put(id, call);
        } else {
            if (withoutId == NONE) {
                withoutId = Collections.newSetFromMap(new IdentityHashMap<>());
            }
            withoutId.add(call);
        }
        deadlines.add(call.dueNanos());
    }

    boolean isServed(Subject subject) {
        return router.isServed(subject);
    }

    @Nullable
    Worker nextWorker(Subject subject) {
        return router.nextWorker(subject);
    }

    private Call begin(Frame.Request request) {
        long deadlineNanos = request.deadlineMillis() == Frame.ABSENT
                ? DEFAULT_DEADLINE_NANOS
                : TimeUnit.MILLISECONDS.toNanos(request.deadlineMillis());
        long mostNanos = router.limits().maxDeadline().toNanos();
        if (deadlineNanos > mostNanos) {
            router.counters().reached(Limit.MAX_DEADLINE);
        }
        tally.increment(Tally.Count.REQUEST_BEGUN);
        return new Call(this, request, peer.loop().nowNanos() + Math.min(deadlineNanos, mostNanos));
    }

    private void refuse(Frame.Request request, ErrorCode code, String message) {
        tell(Frame.Error.notProcessed(request.id(), code, message));
    }

    private void tell(Frame.Error error) {
        if (error.id() == 0) {
            router.counters().refusedWithoutId.increment();
        } else {
            peer.send(error);
        }
    }

    /** A call has ended; the error, if there is one, goes to the requester. */
    void ended(Call call, Frame.@Nullable Error error) {
        int id = call.request().id();
        if (id != 0) {
            byId.remove(id);
        } else if (withoutId != NONE) {
            withoutId.remove(call);
        }
        if (error != null) {
            router.counters().requestsFailed.increment(error.errorCode());
            tell(error);
        } else {
            tally.increment(Tally.Count.REQUEST_ANSWERED);
        }
        if (size() == 0) {
            deadlines.stop();
            peer.idle();
        }
    }

    void cancel(int id) {
        Call call = byId.get(id);
        if (call != null) {
            call.cancelled();
        }
    }

    void credit(int id, long responses) {
        Call call = byId.get(id);
        if (call != null) {
            call.credit(responses);
        }
    }

    /** Less waits for the requester again: what was held back goes to the workers. */
    void caughtUp() {
        for (Call call : List.copyOf(byId.values())) {
            call.releaseCredit();
        }
    }

    Counters counters() {
        return router.counters();
    }

    /** The answer of that id has waited for the requester, and become too long for it. */
    void tooLong(int id) {
        Call call = byId.get(id);
        if (call != null) {
            call.tooLong();
        } else {
            tell(Frame.Error.of(id, ErrorCode.TOO_LARGE, Call.tooLong(peer))); // it was the last one
        }
    }

    /** The session is gone: workers are told, nobody is answered. */
    void requesterGone() {
        gone = true;
        deadlines.stop();
        List<Call> calls = new ArrayList<>(byId.values());
        calls.addAll(withoutId);
        byId.clear();
        withoutId = NONE;
        router.counters().requestsAbandoned.add(calls.size());
        calls.forEach(Call::requesterGone);
    }
}
