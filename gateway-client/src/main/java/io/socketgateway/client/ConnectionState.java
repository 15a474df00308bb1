package io.socketgateway.client;

/**
 * What a {@link GatewayClient} is doing about its connection.
 *
 * <pre>{@code
 * if (client.state() == ConnectionState.CONNECTED) {
 *     client.publish("sensors.1.temperature", Payload.text("21.5"));
 * }
 * }</pre>
 */
public enum ConnectionState {
    /** The first connection is being opened; nothing was connected yet. */
    CONNECTING,
    /** A gateway has welcomed the client. */
    CONNECTED,
    /** The connection was lost, or the gateway is going away; another one is being opened. */
    RECONNECTING,
    /** A gateway refused the client for good (ERROR 401, 403, or another session took its place): it does not come back. */
    REJECTED,
    /** {@link GatewayClient#close()} was called, or the first connection failed. */
    CLOSED;

    /** Whether the client will never be connected again. */
    public boolean isFinal() {
        return this == REJECTED || this == CLOSED;
    }
}
