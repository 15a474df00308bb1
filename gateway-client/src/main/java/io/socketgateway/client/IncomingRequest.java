package io.socketgateway.client;

import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;

/**
 * A request that this client is asked to answer. Any thread may use it.
 *
 * <pre>{@code
 * client.serve("orders.get", request -> {
 *     OrderId id = request.as(OrderId.class);
 *     return request.reply(store.find(id, request.timeLeft()));
 * });
 * }</pre>
 */
public interface IncomingRequest {
    /** Who was asked: the subject itself, not the pattern. */
    String subject();

    /** What is said beside the payload. */
    Headers headers();

    /** What is asked. */
    Payload payload();

    /** The payload read as UTF-8. */
    default String text() {
        return payload().text();
    }

    /**
     * The payload read as JSON by the client's mapper.
     *
     * @throws GatewayException MALFORMED if it is not the JSON of such an object; let it through, and the requester is
     *     told so
     */
    <T> T as(Class<T> type);

    /** An answer of JSON, written by the client's mapper. */
    Response reply(Object body);

    /** How long the requester still waits; never negative. */
    Duration timeLeft();

    /** Whether nobody wants the answer any more: cancelled, too late, or the connection was lost. */
    boolean isCancelled();

    /**
     * Runs the action, never on an event loop, once nobody wants the answer any more; at once if that is so already. A
     * blocking handler need not ask: its thread is interrupted.
     */
    void onCancel(Runnable action);
}
