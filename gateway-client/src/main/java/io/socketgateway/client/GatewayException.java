package io.socketgateway.client;

import io.socketgateway.protocol.ErrorCode;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why something was refused or failed, and whether trying again is safe.
 *
 * <p>Made and thrown by a handler it becomes the ERROR that the requester sees; any other exception of a handler is a
 * plain {@link ErrorCode#FAILED} that tells strangers nothing.
 *
 * <pre>{@code
 * try {
 *     client.requestAndWait("orders.get", Payload.text("7"));
 * } catch (GatewayException e) {
 *     if (e.code() == ErrorCode.NO_WORKER) { … }
 *     if (e.notProcessed()) { … try again after e.retryAfter() … }
 * }
 * }</pre>
 */
public final class GatewayException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int rawCode;
    private final boolean notProcessed;
    private final @Nullable Duration retryAfter;
    private final boolean ofCall;

    /** An error that says nothing of retries. */
    public GatewayException(ErrorCode code, String message) {
        this(code, code.code(), message, false, null, null, false, true);
    }

    /** An error with what caused it; says nothing of retries. */
    public GatewayException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, code.code(), message, false, null, cause, false, true);
    }

    private GatewayException(
            ErrorCode code,
            int rawCode,
            String message,
            boolean notProcessed,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause,
            boolean ofCall,
            boolean withStackTrace) {
        super(message, cause, true, withStackTrace);
        this.code = code;
        this.rawCode = rawCode;
        this.notProcessed = notProcessed;
        this.retryAfter = retryAfter;
        this.ofCall = ofCall;
    }

    /**
     * What the client tells of a call of its own. Without a stack trace, which would be an event loop's.
     *
     * @param rawCode the number on the wire, known to this version or not
     */
    public static GatewayException ofCall(
            int rawCode,
            String message,
            boolean notProcessed,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        return new GatewayException(
                ErrorCode.of(rawCode), rawCode, message, notProcessed, retryAfter, cause, true, false);
    }

    /** The same error, marked: the request had no effect, trying again is safe. */
    public GatewayException asNotProcessed() {
        return new GatewayException(code, rawCode, text(), true, retryAfter, getCause(), ofCall, true);
    }

    /** The same error with a hint not to try again sooner. */
    public GatewayException withRetryAfter(Duration delay) {
        return new GatewayException(code, rawCode, text(), notProcessed, delay, getCause(), ofCall, true);
    }

    /** The same error with this one as its cause and the calling thread's stack trace: what blocking calls throw. */
    public GatewayException rethrown() {
        return new GatewayException(code, rawCode, text(), notProcessed, retryAfter, this, ofCall, true);
    }

    private String text() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }

    /** What kind of error; a number that this version does not know is {@link ErrorCode#FAILED}. */
    public ErrorCode code() {
        return code;
    }

    /** The number on the wire, 0 to 65,535. */
    public int rawCode() {
        return rawCode;
    }

    /** Whether it is certain that the request had no effect, so that trying again is safe. */
    public boolean notProcessed() {
        return notProcessed;
    }

    /** Whether a worker or the gateway may have carried the request out, wholly or in part. */
    public boolean mayHaveBeenProcessed() {
        return !notProcessed;
    }

    /**
     * Whether it tells how a call of this client went, rather than having been made by a handler. If it escapes from a
     * handler, the handler's requester sees a plain ERROR 500: the code and the promises are those of another request.
     */
    public boolean isOfCall() {
        return ofCall;
    }

    /** How long to wait before trying again, if the peer said so. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
