package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where calls go out: at once if there is a connection, else they wait for one in order. Belongs to the event loop.
 *
 * <p>A connection that is going away takes no calls, but messages: nobody waits for them, so nobody could send them again.
 */
final class Outlet {
    private final Set<OutgoingCall> waiting = new LinkedHashSet<>();
    private @Nullable GatewayException refusal;
    private @Nullable Connection connection;
    private volatile @Nullable Connection forMessages;

    /** The newest connection that takes messages; null if there is none. Any thread may look, only the loop may use it. */
    @Nullable
    Connection forMessages() {
        return forMessages;
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
        forMessages = open;
        List<OutgoingCall> calls = List.copyOf(waiting);
        waiting.clear();
        calls.forEach(this::submit);
    }

    /** Calls wait from now on; messages go out on the connection that is left, if any is. */
    void disconnected(@Nullable Connection left) {
        connection = null;
        forMessages = left;
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
