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

    /** How many messages were dropped here because the handler was too slow; see {@link SubscribeOptions}. */
    long dropped();

    /** Whether messages may still come, now or after a reconnect. */
    boolean isActive();

    /** Why it ended by itself, if it did: refused by a gateway after a reconnect, or the handler was too slow. */
    Optional<GatewayException> failure();

    /** Ends it. Messages that wait are not handled any more. Idempotent, does not block. */
    @Override
    void close();
}
