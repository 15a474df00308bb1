package io.socketgateway.client.internal;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.StateListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The client's state, changed here alone, and who is told of it. Changed by the event loop, read by any thread. */
final class StateNotifier {
    private final SerialExecutor telling;
    private final List<StateListener> listeners;
    private volatile ConnectionState state = ConnectionState.CONNECTING;

    StateNotifier(Lease lease, List<StateListener> listeners) {
        this.telling = new SerialExecutor(lease);
        this.listeners = new CopyOnWriteArrayList<>(listeners);
    }

    void add(StateListener listener) {
        listeners.add(listener);
    }

    ConnectionState state() {
        return state;
    }

    /** Enters that state, unless it is in it already or in one that is final. */
    void change(ConnectionState next, @Nullable GatewayException reason) {
        if (state == next || state.isFinal() && next != ConnectionState.CLOSED) {
            return;
        }
        state = next;
        for (StateListener listener : listeners) {
            telling.execute(() -> listener.changed(next, reason));
        }
    }
}
