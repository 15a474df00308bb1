package io.socketgateway.contract;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.StateListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What became of a client's connection, in order. */
public final class States implements StateListener {
    /** One change, and why it came. */
    public record Change(ConnectionState state, GatewayException reason) {}

    private final List<Change> changes = new CopyOnWriteArrayList<>();

    @Override
    public void changed(ConnectionState state, GatewayException reason) {
        changes.add(new Change(state, reason));
    }

    /** Every change until now. */
    public List<Change> changes() {
        return List.copyOf(changes);
    }

    /** The states that it has come to. */
    public List<ConnectionState> seen() {
        return changes.stream().map(Change::state).toList();
    }

    /** Waits until it has come to that, so many times in all. */
    public void await(ConnectionState state, int times) {
        Await.until(
                times + " times " + state,
                () -> changes.stream().filter(change -> change.state() == state).count() >= times);
    }

    /** Waits for the first change to that state, and tells why it came. */
    public GatewayException reasonOf(ConnectionState state) {
        await(state, 1);
        return changes.stream()
                .filter(change -> change.state() == state)
                .findFirst()
                .orElseThrow()
                .reason();
    }
}
