package io.socketgateway.client;

/**
 * Is told that a subscription has ended by itself, not by its owner: its queue ran over and {@link
 * io.socketgateway.protocol.Overflow#DISCONNECT} was asked for, or a gateway does not take it any more. Runs on the client's
 * executor, once; {@link Subscription#failure()} says the same afterwards.
 *
 * <pre>{@code
 * SubscribeOptions options = SubscribeOptions.defaults()
 *         .withOverflow(Overflow.DISCONNECT)
 *         .withEndListener((subscription, reason) -> startAgainFromASnapshot());
 * }</pre>
 */
@FunctionalInterface
public interface EndListener {
    /** Called when nothing comes for it any more; messages that wait already may still be handled. */
    void ended(Subscription subscription, GatewayException reason);
}
