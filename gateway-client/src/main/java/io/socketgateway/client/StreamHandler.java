package io.socketgateway.client;

import java.util.concurrent.Flow;

/**
 * Answers a request with many responses. The publisher is asked for no more than the requester and the connection can
 * take; it is cancelled when nobody wants the answers any more.
 *
 * <pre>{@code
 * client.serveStream("lines.of", request -> Responses.from(readLines(request.text()).map(Response::text)));
 * }</pre>
 */
@FunctionalInterface
public interface StreamHandler {
    /**
     * What answers one request. A requester that wants a single answer gets the first, and the publisher is cancelled.
     *
     * @throws Exception as if the publisher had failed with it
     */
    Flow.Publisher<Response> handle(IncomingRequest request) throws Exception;
}
