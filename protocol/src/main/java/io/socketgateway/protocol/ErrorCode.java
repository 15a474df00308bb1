package io.socketgateway.protocol;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why something was refused or failed, as an ERROR frame says it (SPEC section 5). */
public enum ErrorCode {
    /** A body that does not parse, or a field that breaks a rule. */
    MALFORMED(400),
    /** Credentials missing, wrong, expired or too late; an unknown datagram token. */
    UNAUTHENTICATED(401),
    /** The identity may not do this on this subject. */
    FORBIDDEN(403),
    /** Nobody serves the subject; no such client; no such subscription. */
    NO_WORKER(404),
    /** No answer in time, a silent session, or a frame that was not finished in time. */
    DEADLINE(408),
    /** An id or a clientId is in use. */
    CONFLICT(409),
    /** A frame, datagram or answer over the limit. */
    TOO_LARGE(413),
    /** A rate or quota is used up. */
    LIMITED(429),
    /** The requester cancelled. */
    CANCELLED(499),
    /** The worker failed. */
    FAILED(500),
    /** Not possible on this transport. */
    UNSUPPORTED(501),
    /** Overloaded, draining, or the worker was lost. */
    UNAVAILABLE(503),
    /** No common protocol version. */
    VERSION(505);

    private static final Map<Integer, ErrorCode> BY_CODE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(ErrorCode::code, Function.identity()));

    private final int code;

    ErrorCode(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The name for a number on the wire; a number that this version does not know is {@link #FAILED}. */
    public static ErrorCode of(int code) {
        return BY_CODE.getOrDefault(code, FAILED);
    }
}
