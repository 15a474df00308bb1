package io.socketgateway.client;

import java.util.concurrent.CompletionStage;

/**
 * Answers requests without holding a thread meanwhile. The request counts against {@link ServeOptions#concurrency()}
 * until the stage is complete. When nobody wants the answer any more, the stage's future is cancelled.
 *
 * <pre>{@code
 * client.serveAsync("prices.get", request -> http.fetch(request.text()).thenApply(Response::text));
 * }</pre>
 */
@FunctionalInterface
public interface AsyncRequestHandler {
    /**
     * Answers one request, later.
     *
     * @throws Exception as if the stage had failed with it: a {@link GatewayException} becomes the requester's error, any
     *     other ERROR 500
     */
    CompletionStage<Response> handle(IncomingRequest request) throws Exception;
}
