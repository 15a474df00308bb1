package io.socketgateway.client;

import org.jspecify.annotations.Nullable;

/**
 * How a subscription is shared and how much may wait for its handler. Immutable.
 *
 * <pre>{@code
 * client.subscribe("orders.>", SubscribeOptions.defaults().withGroup("billing").withQueueCapacity(10_000), this::bill);
 * }</pre>
 *
 * @param group of the subscriptions with this group and the same pattern one gets each message; empty: none
 * @param queueCapacity how many messages may wait for the handler; one more drops the oldest. At least 1
 * @param dropListener is told of dropped messages
 */
public record SubscribeOptions(
        String group, int queueCapacity, @Nullable DropListener dropListener) {
    /** How many messages may wait unless told otherwise. */
    public static final int DEFAULT_QUEUE_CAPACITY = 1024;

    private static final SubscribeOptions DEFAULTS = new SubscribeOptions("", DEFAULT_QUEUE_CAPACITY, null);

    public SubscribeOptions {
        if (queueCapacity < 1) {
            throw new IllegalArgumentException("queueCapacity: under 1");
        }
    }

    /** No group, {@value #DEFAULT_QUEUE_CAPACITY} messages, no listener. */
    public static SubscribeOptions defaults() {
        return DEFAULTS;
    }

    /** The same with that group. */
    public SubscribeOptions withGroup(String newGroup) {
        return new SubscribeOptions(newGroup, queueCapacity, dropListener);
    }

    /** The same with that capacity. */
    public SubscribeOptions withQueueCapacity(int newCapacity) {
        return new SubscribeOptions(group, newCapacity, dropListener);
    }

    /** The same with that listener. */
    public SubscribeOptions withDropListener(DropListener newListener) {
        return new SubscribeOptions(group, queueCapacity, newListener);
    }
}
