package io.socketgateway.server;

import java.io.Serial;

/** Why a gateway did not start: one line that names the listener or key and says what to do. Nothing is left behind. */
public final class GatewayStartException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    GatewayStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
