package io.socketgateway.client.internal;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;

/** The requests that this client is answering on one connection, by the gateway's ids. Belongs to the event loop. */
final class IncomingCalls {
    private final IntObjectMap<IncomingCall> calls = new IntObjectHashMap<>();

    boolean isEmpty() {
        return calls.isEmpty();
    }

    boolean holds(int id) {
        return calls.containsKey(id);
    }

    void put(int id, IncomingCall call) {
        if (id != 0) {
            calls.put(id, call);
        }
    }

    void remove(int id) {
        calls.remove(id);
    }

    void cancel(int id) {
        IncomingCall call = calls.remove(id);
        if (call != null) {
            call.cancel();
        }
    }

    void credit(int id, long n) {
        IncomingCall call = calls.get(id);
        if (call != null) {
            call.credit(n);
        }
    }

    void cancelAll() {
        for (IncomingCall call : new ArrayList<>(calls.values())) {
            call.cancel();
        }
        calls.clear();
    }
}
