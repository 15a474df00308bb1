package io.socketgateway.client;

/**
 * Is told that a slow {@link MessageHandler} has cost messages. Runs on the client's executor; drops that happen
 * meanwhile are told together.
 *
 * <pre>{@code
 * SubscribeOptions options = SubscribeOptions.defaults()
 *         .withDropListener((subscription, count) -> log.warn("{}: {} messages lost", subscription.pattern(), count));
 * }</pre>
 */
@FunctionalInterface
public interface DropListener {
    /**
     * Called after messages were dropped.
     *
     * @param count how many since the last call
     */
    void dropped(Subscription subscription, long count);
}
