package io.socketgateway.server.service;

import io.socketgateway.protocol.ErrorCode;
import java.io.Serial;

/** Thrown by a service to answer with an ERROR of its choice. */
public final class ServiceException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** An answer of that code; the message goes to the requester. */
    public ServiceException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** The code that the requester gets. */
    public ErrorCode code() {
        return code;
    }
}
