package io.socketgateway.client;

/**
 * Takes the messages of a subscription: one at a time, in order, on the client's executor and never on an event loop. A
 * slow handler makes messages wait in the subscription's bounded queue and disturbs nothing else.
 *
 * <pre>{@code
 * Subscription subscription = client.subscribe("orders.>", message -> audit(message.subject(), message.payload()));
 * }</pre>
 */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Takes one message.
     *
     * @throws Exception is logged; the next message comes all the same
     */
    void handle(IncomingMessage message) throws Exception;
}
