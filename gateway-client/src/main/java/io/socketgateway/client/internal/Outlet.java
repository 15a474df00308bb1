package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where calls go out: at once if there is a connection, else they wait for one in order. Belongs to the event loop. */
final class Outlet {
    private final Set<OutgoingCall> waiting = new LinkedHashSet<>();
    private @Nullable GatewayException refusal;
    private volatile @Nullable Connection connection;

    /** The connection that calls go out on; null if there is none. Any thread may look, only the loop may use it. */
    @Nullable
    Connection connection() {
        return connection;
    }

    /** Sends it now, later or never. */
    void submit(OutgoingCall call) {
        Connection open = connection;
        GatewayException fault = refusal;
        if (fault != null) {
            call.refused(fault);
        } else if (open != null) {
            call.transmit(open);
        } else {
            waiting.add(call);
        }
    }

    /** It need not be sent any more. */
    void withdraw(OutgoingCall call) {
        waiting.remove(call);
    }

    void connected(Connection open) {
        connection = open;
        List<OutgoingCall> calls = List.copyOf(waiting);
        waiting.clear();
        calls.forEach(this::submit);
    }

    void disconnected() {
        connection = null;
    }

    /** No call goes out any more. */
    void refuse(GatewayException fault) {
        if (refusal == null) {
            refusal = fault;
        }
        List<OutgoingCall> calls = List.copyOf(waiting);
        waiting.clear();
        calls.forEach(call -> call.refused(fault));
    }

    /** Whether calls still go out, now or later. */
    boolean isOpen() {
        return refusal == null;
    }
}
