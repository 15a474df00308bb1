package io.socketgateway.server.transport;

import java.io.Serial;

/** Why the gateway cannot start, in one line that says what to do. */
public final class StartException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A reason that stands alone. */
    public StartException(String message) {
        super(message);
    }

    /** A reason with what caused it. */
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
