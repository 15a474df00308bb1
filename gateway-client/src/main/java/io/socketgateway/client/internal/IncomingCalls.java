package io.socketgateway.client.internal;

import io.socketgateway.protocol.id.IdMap;
import java.util.ArrayList;

/** The requests that this client is answering on one connection, by the gateway's ids. Belongs to the event loop. */
final class IncomingCalls {
    private final IdMap<IncomingCall> calls = new IdMap<>(8);

    boolean isEmpty() {
        return calls.isEmpty();
    }

    boolean holds(int id) {
        return calls.contains(id);
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
