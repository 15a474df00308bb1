package io.socketgateway.client;

import io.socketgateway.protocol.ErrorCode;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why something was refused or failed, and whether trying again is safe.
 *
 * <p>Thrown by a handler it becomes the ERROR that the requester sees; any other exception of a handler is a plain
 * {@link ErrorCode#FAILED} that tells strangers nothing.
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

    /** An error that says nothing of retries. */
    public GatewayException(ErrorCode code, String message) {
        this(code, code.code(), message, false, null, null);
    }

    /** An error with what caused it; says nothing of retries. */
    public GatewayException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, code.code(), message, false, null, cause);
    }

    private GatewayException(
            ErrorCode code,
            int rawCode,
            String message,
            boolean notProcessed,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.rawCode = rawCode;
        this.notProcessed = notProcessed;
        this.retryAfter = retryAfter;
    }

    /** An error by its number on the wire, known to this version or not. */
    public static GatewayException ofRawCode(int rawCode, String message) {
        return new GatewayException(ErrorCode.of(rawCode), rawCode, message, false, null, null);
    }

    /** The same error, marked: the request had no effect, trying again is safe. */
    public GatewayException asNotProcessed() {
        return new GatewayException(code, rawCode, text(), true, retryAfter, getCause());
    }

    /** The same error with a hint not to try again sooner. */
    public GatewayException withRetryAfter(Duration delay) {
        return new GatewayException(code, rawCode, text(), notProcessed, delay, getCause());
    }

    /** The same error with this one as its cause and the calling thread's stack trace: what blocking calls throw. */
    public GatewayException rethrown() {
        return new GatewayException(code, rawCode, text(), notProcessed, retryAfter, this);
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

    /** How long to wait before trying again, if the peer said so. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
