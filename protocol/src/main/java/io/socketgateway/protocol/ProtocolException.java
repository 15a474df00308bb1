package io.socketgateway.protocol;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A peer's (or caller's) fault: a value that breaks a rule, or a body that does not parse. Cheap on purpose: it has no
 * stack trace, for any stranger can cause it.
 *
 * <p>If {@link #frameType()} is present, the frame parsed and broke a rule: it concerns that frame alone and the session
 * lives on.
 */
public final class ProtocolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final boolean fatal;
    private final @Nullable FrameType frameType;
    private final int frameId;

    /** A broken rule; names the field and what is wrong with it, such as {@code "subject: empty"}. */
    public ProtocolException(ErrorCode code, String message) {
        this(code, message, false, null, 0);
    }

    private ProtocolException(
            ErrorCode code, String message, boolean fatal, @Nullable FrameType frameType, int frameId) {
        super(message, null, false, false);
        this.code = code;
        this.fatal = fatal;
        this.frameType = frameType;
        this.frameId = frameId;
    }

    /** A fault of the whole connection: after it, the bytes that follow cannot be trusted. */
    public static ProtocolException fatal(ErrorCode code, String message) {
        return new ProtocolException(code, message, true, null, 0);
    }

    /** A body that does not parse: {@link #fatal} with {@link ErrorCode#MALFORMED}. */
    public static ProtocolException malformed(String message) {
        return fatal(ErrorCode.MALFORMED, message);
    }

    /** The same broken rule, told of the frame that broke it; a fatal fault stays as it is. */
    public ProtocolException inFrame(FrameType type, int id) {
        return fatal ? this : new ProtocolException(code, message(), false, type, id);
    }

    /** The code that goes on the wire. */
    public ErrorCode code() {
        return code;
    }

    /** What was wrong, without the code. Never null, unlike {@link #getMessage()} in general. */
    public String message() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }

    /** The type of the frame that broke a rule; null if the fault concerns the connection. */
    public @Nullable FrameType frameType() {
        return frameType;
    }

    /** The id of the frame that broke a rule; 0 if the fault concerns the connection. */
    public int frameId() {
        return frameId;
    }
}
