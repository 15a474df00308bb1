package io.socketgateway.client;

import io.socketgateway.client.internal.PlainResponse;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;

/**
 * An answer: headers and a payload. Immutable.
 *
 * <pre>{@code
 * Response answer = client.request("orders.get", Payload.text("7")).join();
 * Order order = answer.as(Order.class);
 *
 * client.serve("orders.ping", request -> Response.text("pong"));
 * }</pre>
 */
public interface Response {
    /** What is said beside the payload. */
    Headers headers();

    /** What is answered. */
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

    /** An answer without headers. */
    static Response of(Payload payload) {
        return of(Headers.EMPTY, payload);
    }

    /** An answer with headers. */
    static Response of(Headers headers, Payload payload) {
        return new PlainResponse(headers, payload);
    }

    /** An answer of UTF-8 text. */
    static Response text(String text) {
        return of(Payload.text(text));
    }

    /** An answer without anything in it. */
    static Response empty() {
        return of(Payload.EMPTY);
    }
}
