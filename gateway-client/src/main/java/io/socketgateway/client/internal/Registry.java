package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All live subscriptions and services, to be made anew on each connection. Belongs to the event loop. */
final class Registry {
    private final Set<Registration> registrations = new LinkedHashSet<>();
    private @Nullable Connection connection;
    private @Nullable GatewayException refusal;

    /** The connection that they are made on; null if there is none. */
    @Nullable
    Connection connection() {
        return connection;
    }

    void add(Registration registration) {
        registrations.add(registration);
        if (refusal != null) {
            registration.giveUp(refusal);
        } else if (connection != null) {
            registration.bind(connection);
        }
    }

    void remove(Registration registration) {
        registrations.remove(registration);
    }

    void connected(Connection open) {
        connection = open;
        List.copyOf(registrations).forEach(registration -> registration.bind(open));
    }

    void disconnected() {
        connection = null;
    }

    /** Whether one of them still counts on that connection, which is going away. */
    boolean needs(Connection leaving) {
        return registrations.stream().anyMatch(registration -> registration.needs(leaving));
    }

    /** Takes no new ones. */
    void refuse(GatewayException fault) {
        refusal = fault;
    }

    /** Takes all of them back. */
    void closeAll() {
        List.copyOf(registrations).forEach(Registration::close);
    }

    /** None of them will ever work again. */
    void endAll(GatewayException fault) {
        List.copyOf(registrations).forEach(registration -> registration.giveUp(fault));
    }
}
