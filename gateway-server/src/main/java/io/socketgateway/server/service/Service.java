package io.socketgateway.server.service;

/**
 * A service inside the gateway's process.
 *
 * <pre>{@code
 * gateway.serve("orders.get", request -> ServiceResponse.of(Payload.json("{\"id\":7}")));
 * }</pre>
 *
 * <p>Called by several threads at once: on the gateway's executor, which has bounds, and then it may block; or on one of the
 * application's own. It is never called on an event loop, unless that executor runs it there.
 */
@FunctionalInterface
public interface Service {
    /**
     * Answers a request.
     *
     * @throws ServiceException to answer with an ERROR of that code
     * @throws Exception any other is answered with ERROR 500
     */
    ServiceResponse handle(ServiceRequest request) throws Exception;
}
