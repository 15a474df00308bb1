package io.socketgateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Is told of every change of a client's {@link ConnectionState}, one at a time and in order, never on an event loop.
 *
 * <pre>{@code
 * client.onState((state, reason) -> log.info("gateway connection: {} {}", state, reason == null ? "" : reason.getMessage()));
 * }</pre>
 */
@FunctionalInterface
public interface StateListener {
    /**
     * Called after a change.
     *
     * @param reason why the connection was lost or refused; null where there is nothing to tell
     */
    void changed(ConnectionState state, @Nullable GatewayException reason);
}
