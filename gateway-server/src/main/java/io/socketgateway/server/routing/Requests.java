package io.socketgateway.server.routing;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The requests that one session has under way. Belongs to the session's loop. */
final class Requests {
    private static final long DEFAULT_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Router router;
    private final Peer peer;
    private final IntObjectMap<Call> byId = new IntObjectHashMap<>(4);
    private final Set<Call> withoutId = Collections.newSetFromMap(new IdentityHashMap<>(2));

    Requests(Router router, Peer peer) {
        this.router = router;
        this.peer = peer;
    }

    Peer peer() {
        return peer;
    }

    long streamIdleNanos() {
        return router.limits().streamIdleTimeout().toNanos();
    }

    boolean holds(int id) {
        return byId.containsKey(id);
    }

    int size() {
        return byId.size() + withoutId.size();
    }

    void request(Frame.Request request) {
        if (size() >= router.limits().requestsPerSession()) {
            refuse(request, ErrorCode.LIMITED, "requests: " + size() + " are under way, the most allowed");
        } else if (request.deadlineMillis() == 0) {
            refuse(request, ErrorCode.DEADLINE, "deadlineMillis: 0 has expired");
        } else if (request.subject().startsWithToken(Router.CLIENT)) {
            requestClient(request);
        } else {
            List<WorkerPool> pools = router.workers(request.subject());
            if (pools.isEmpty()) {
                refuse(request, ErrorCode.NO_WORKER, "nobody serves '" + request.subject() + "'");
            } else {
                begin(request, pools.get(0)).start();
            }
        }
    }

    private void requestClient(Frame.Request request) {
        Party client = router.client(request.subject());
        if (client == null) {
            refuse(request, ErrorCode.NO_WORKER, "no such client: '" + request.subject() + "'");
        } else {
            begin(request, null).start(client.self());
        }
    }

    private Call begin(Frame.Request request, @Nullable WorkerPool pool) {
        long deadlineNanos = request.deadlineMillis() == Frame.ABSENT
                ? DEFAULT_DEADLINE_NANOS
                : TimeUnit.MILLISECONDS.toNanos(request.deadlineMillis());
        long mostNanos = router.limits().maxDeadline().toNanos();
        Call call = new Call(this, request, pool, peer.loop().nowNanos() + Math.min(deadlineNanos, mostNanos));
        if (request.id() == 0) {
            withoutId.add(call);
        } else {
            byId.put(request.id(), call);
        }
        return call;
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
        if (id == 0) {
            withoutId.remove(call);
        } else {
            byId.remove(id);
        }
        if (error != null) {
            tell(error);
        }
        if (size() == 0) {
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

    /** The session is gone: workers are told, nobody is answered. */
    void requesterGone() {
        List<Call> calls = new ArrayList<>(byId.values());
        calls.addAll(withoutId);
        byId.clear();
        withoutId.clear();
        calls.forEach(Call::requesterGone);
    }
}
