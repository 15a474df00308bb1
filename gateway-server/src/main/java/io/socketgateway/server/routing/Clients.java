package io.socketgateway.server.routing;

import org.jspecify.annotations.Nullable;

/** All clients: finds who has a clientId. Any thread. */
@FunctionalInterface
public interface Clients {
    /** The party of that name; null if there is none. */
    @Nullable
    Party find(String clientId);

    /** Whether more waits for all of them together than may. */
    default boolean areBehind() {
        return false;
    }
}
