package io.socketgateway.client;

import java.util.Optional;

/**
 * A live offer to answer requests. It outlives lost connections; closing it, or the client, ends it.
 *
 * <pre>{@code
 * try (Service service = client.serve("orders.get", this::find)) {
 *     shutdown.await();
 * }
 * }</pre>
 */
public interface Service extends AutoCloseable {
    /** The subjects that it answers. */
    String pattern();

    /** The workers of one group share its requests. */
    String group();

    /** Whether requests may still come, now or after a reconnect. */
    boolean isActive();

    /** Why the gateway refused to renew it after a reconnect, if that is what ended it. */
    Optional<GatewayException> failure();

    /** Takes no new requests; those under way are finished. Idempotent, does not block. */
    @Override
    void close();
}
