package io.socketgateway.server.routing;

import org.jspecify.annotations.Nullable;

/** Finds who has a clientId. Any thread. */
@FunctionalInterface
public interface Clients {
    /** The party of that name; null if there is none. */
    @Nullable
    Party find(String clientId);
}
