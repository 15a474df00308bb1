package io.socketgateway.server.service;

import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;

/** The answer of a service inside the gateway. */
public record ServiceResponse(Headers headers, Payload payload) {
    /** An answer without headers. */
    public static ServiceResponse of(Payload payload) {
        return new ServiceResponse(Headers.EMPTY, payload);
    }
}
