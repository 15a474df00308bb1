package io.socketgateway.cli;

import io.socketgateway.client.GatewayException;
import java.io.Serial;

/** No gateway could be reached, or none welcomed the client; the message tells what each answered. */
final class ConnectFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final GatewayException refusal;

    ConnectFailedException(GatewayException refusal) {
        super(refusal.getMessage(), refusal);
        this.refusal = refusal;
    }

    /** What the client says of it. */
    GatewayException refusal() {
        return refusal;
    }
}
