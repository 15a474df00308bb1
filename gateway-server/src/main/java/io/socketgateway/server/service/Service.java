package io.socketgateway.server.service;

/**
 * A service inside the gateway's process.
 *
 * <pre>{@code
 * gateway.serve("orders.get", request -> ServiceResponse.of(Payload.json("{\"id\":7}")));
 * }</pre>
 *
 * <p>Called on an executor with bounds, never on an event loop, by several threads at once; it may block.
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
