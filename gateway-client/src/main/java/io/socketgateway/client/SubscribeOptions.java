package io.socketgateway.client;

import io.socketgateway.protocol.Overflow;
import org.jspecify.annotations.Nullable;

/**
 * How a subscription is shared, how much may wait for its handler, and what becomes of the rest. Immutable.
 *
 * <pre>{@code
 * client.subscribe("orders.>", SubscribeOptions.defaults().withGroup("billing").withQueueCapacity(10_000), this::bill);
 * client.subscribe("prices.>", SubscribeOptions.defaults().withOverflow(Overflow.LATEST), this::show);
 * }</pre>
 *
 * <p>Messages wait in two places: in the gateway for a slow network, here for a slow handler. {@code overflow} holds in
 * both. The queue here is bounded by {@code queueCapacity} and {@code queueBytes}, whichever is reached first. At the bound:
 *
 * <ul>
 *   <li>{@link Overflow#DROP_OLDEST}: the oldest messages make way;
 *   <li>{@link Overflow#DROP_NEWEST}: the new one is dropped;
 *   <li>{@link Overflow#LATEST}: not only at the bound, a message takes the place of one of the same subject that still waits;
 *       at the bound the oldest make way;
 *   <li>{@link Overflow#DISCONNECT}: here this subscription ends and nothing else does: {@link Subscription#failure()} and
 *       the {@link EndListener} say so, and what waits already is still handled, without a gap. In the gateway the whole session
 *       ends, and the client connects again.
 * </ul>
 *
 * <p>What is dropped here is counted in {@link Subscription#dropped()} and told to the {@link DropListener}, replaced messages
 * too. Drops in the gateway are counted there.
 *
 * @param group of the subscriptions with this group and the same pattern one gets each message; empty: none
 * @param queueCapacity how many messages may wait for the handler, at least 1
 * @param queueBytes how many bytes of messages may wait for the handler, subject and headers and some overhead included, at
 *     least 1; a single message may wait whatever its length
 * @param overflow what happens at the bound, here and in the gateway
 * @param gatewayBuffer how many messages may wait in the gateway; 0: as many as its own bound for the session allows
 * @param dropListener is told of dropped messages
 * @param endListener is told when the subscription ends by itself
 */
public record SubscribeOptions(
        String group,
        int queueCapacity,
        long queueBytes,
        Overflow overflow,
        int gatewayBuffer,
        @Nullable DropListener dropListener,
        @Nullable EndListener endListener) {
    /** How many messages may wait unless told otherwise. */
    public static final int DEFAULT_QUEUE_CAPACITY = 1024;
    /** How many bytes of messages may wait unless told otherwise: 8 MiB. */
    public static final long DEFAULT_QUEUE_BYTES = 8L << 20;

    private static final SubscribeOptions DEFAULTS =
            new SubscribeOptions("", DEFAULT_QUEUE_CAPACITY, DEFAULT_QUEUE_BYTES, Overflow.DROP_OLDEST, 0, null, null);

    public SubscribeOptions {
        if (queueCapacity < 1) {
            throw new IllegalArgumentException("queueCapacity: under 1");
        }
        if (queueBytes < 1) {
            throw new IllegalArgumentException("queueBytes: under 1");
        }
        if (gatewayBuffer < 0) {
            throw new IllegalArgumentException("gatewayBuffer: negative");
        }
    }

    /**
     * No group, {@value #DEFAULT_QUEUE_CAPACITY} messages, 8 MiB, the oldest make way, the gateway's own bound, no listeners.
     */
    public static SubscribeOptions defaults() {
        return DEFAULTS;
    }

    /** The same with that group. */
    public SubscribeOptions withGroup(String newGroup) {
        return new SubscribeOptions(
                newGroup, queueCapacity, queueBytes, overflow, gatewayBuffer, dropListener, endListener);
    }

    /** The same with that many messages. */
    public SubscribeOptions withQueueCapacity(int messages) {
        return new SubscribeOptions(group, messages, queueBytes, overflow, gatewayBuffer, dropListener, endListener);
    }

    /** The same with that many bytes. */
    public SubscribeOptions withQueueBytes(long bytes) {
        return new SubscribeOptions(group, queueCapacity, bytes, overflow, gatewayBuffer, dropListener, endListener);
    }

    /** The same with that for what exceeds a bound. */
    public SubscribeOptions withOverflow(Overflow newOverflow) {
        return new SubscribeOptions(
                group, queueCapacity, queueBytes, newOverflow, gatewayBuffer, dropListener, endListener);
    }

    /** The same with that many messages in the gateway; 0: its own bound. */
    public SubscribeOptions withGatewayBuffer(int messages) {
        return new SubscribeOptions(group, queueCapacity, queueBytes, overflow, messages, dropListener, endListener);
    }

    /** The same with that listener. */
    public SubscribeOptions withDropListener(DropListener newListener) {
        return new SubscribeOptions(
                group, queueCapacity, queueBytes, overflow, gatewayBuffer, newListener, endListener);
    }

    /** The same with that listener. */
    public SubscribeOptions withEndListener(EndListener newListener) {
        return new SubscribeOptions(
                group, queueCapacity, queueBytes, overflow, gatewayBuffer, dropListener, newListener);
    }
}
