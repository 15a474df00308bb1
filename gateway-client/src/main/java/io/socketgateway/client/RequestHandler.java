package io.socketgateway.client;

/**
 * Answers requests; may block. It runs on the client's executor, never on an event loop, as often at once as
 * {@link ServeOptions#concurrency()} allows. Its thread is interrupted when nobody wants the answer any more.
 *
 * <pre>{@code
 * Service service = client.serve("time.now", request -> Response.text(clock.instant().toString()));
 * }</pre>
 */
@FunctionalInterface
public interface RequestHandler {
    /**
     * Answers one request.
     *
     * @throws GatewayException made by the handler becomes the requester's error as it is
     * @throws Exception any other becomes ERROR 500, without its message
     */
    Response handle(IncomingRequest request) throws Exception;
}
