package io.socketgateway.client;

import java.util.Optional;

/**
 * A live subscription. It outlives lost connections; closing it, or the client, ends it.
 *
 * <pre>{@code
 * try (Subscription subscription = client.subscribe("sensors.>", this::store)) {
 *     …
 *     log.info("dropped so far: {}", subscription.dropped());
 * }
 * }</pre>
 */
public interface Subscription extends AutoCloseable {
    /** The subjects that it wants. */
    String pattern();

    /** Of the subscriptions with this group and pattern one gets each message; empty: none. */
    String group();

    /** How many messages were dropped here because the handler was too slow. */
    long dropped();

    /** Whether messages may still come, now or after a reconnect. */
    boolean isActive();

    /** Why the gateway refused to renew it after a reconnect, if that is what ended it. */
    Optional<GatewayException> failure();

    /** Ends it. Messages that wait are not handled any more. Idempotent, does not block. */
    @Override
    void close();
}
