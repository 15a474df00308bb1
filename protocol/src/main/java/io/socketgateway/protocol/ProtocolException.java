package io.socketgateway.protocol;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A peer's (or caller's) fault: a value that breaks a rule, or a body that does not parse. Cheap on purpose: it has no
 * stack trace, for any stranger can cause it.
 *
 * <p>If {@link #frameType()} is present, the frame parsed and broke a rule: it concerns that frame alone and the session
 * lives on. If absent, the fault concerns the connection.
 */
public final class ProtocolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable FrameType frameType;
    private final int frameId;

    /** A fault that names the field and what is wrong with it, such as {@code "subject: empty token"}. */
    public ProtocolException(ErrorCode code, String message) {
        this(code, message, null, 0);
    }

    private ProtocolException(ErrorCode code, String message, @Nullable FrameType frameType, int frameId) {
        super(message, null, false, false);
        this.code = code;
        this.frameType = frameType;
        this.frameId = frameId;
    }

    /** A {@link ErrorCode#MALFORMED} fault. */
    public static ProtocolException malformed(String message) {
        return new ProtocolException(ErrorCode.MALFORMED, message);
    }

    /** The same fault, told of one frame that parsed but broke a rule. */
    public ProtocolException inFrame(FrameType type, int id) {
        return new ProtocolException(code, message(), type, id);
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
