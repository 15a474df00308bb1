package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import java.util.ArrayList;
import java.util.List;

/** Several clients of one command, each with a connection of its own. */
record Crowd(List<GatewayClient> clients) implements AutoCloseable {
    /** No client yet. */
    Crowd() {
        this(new ArrayList<>());
    }

    /** Connects that many more; if one cannot, the others are for {@link #close} to end. */
    List<GatewayClient> join(ConnectionOptions connection, Console console, int count) {
        int before = clients.size();
        for (int i = 0; i < count; i++) {
            clients.add(connection.connect(console, clients.size() + 1));
        }
        return List.copyOf(clients.subList(before, clients.size()));
    }

    @Override
    public void close() {
        clients.forEach(GatewayClient::close);
    }
}
