package io.socketgateway.cli;

import io.socketgateway.client.GatewayException;
import java.io.Serial;

/** No gateway could be reached, or none welcomed the client; the message tells what each answered. */
final class ConnectFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    ConnectFailedException(GatewayException cause) {
        super(cause.getMessage(), cause);
    }
}
