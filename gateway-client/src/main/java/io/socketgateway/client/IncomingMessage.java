package io.socketgateway.client;

import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;

/**
 * A published message. Immutable.
 *
 * <pre>{@code
 * client.subscribe("sensors.*.temperature", message -> store.put(message.subject(), message.text()));
 * }</pre>
 */
public interface IncomingMessage {
    /** What it was published on: the subject itself, not the pattern. */
    String subject();

    /** What is said beside the payload. */
    Headers headers();

    /** What was published. */
    Payload payload();

    /** The payload read as UTF-8. */
    default String text() {
        return payload().text();
    }

    /**
     * The payload read as JSON by the client's mapper.
     *
     * @throws GatewayException MALFORMED if it is not the JSON of such an object
     */
    <T> T as(Class<T> type);
}
