package io.socketgateway.server.session;

import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.server.config.LimitsConfig;

/** How a client wants to be spoken to: as configured, until its HELLO says otherwise. Belongs to the session's loop. */
final class Terms {
    private static final long MOST_KEEP_ALIVE_SECONDS = 3600;
    private static final long MOST_FRAME_BYTES = 0xFF_FFFF; // the protocol's ceiling

    private Form form = Form.BINARY;
    private int maxBodyBytes;
    private long keepAliveSeconds;

    Terms(LimitsConfig limits) {
        maxBodyBytes = limits.maxFrameBytes();
        keepAliveSeconds = Math.max(1, limits.keepAlive().toSeconds());
    }

    /** The form that it is answered in. */
    Form form() {
        return form;
    }

    void speak(Form newForm) {
        form = newForm;
    }

    /** The longest body that it takes. */
    int maxBodyBytes() {
        return maxBodyBytes;
    }

    long keepAliveSeconds() {
        return keepAliveSeconds;
    }

    /** Takes the client's wishes, within the protocol's limits; what it does not mention stays. */
    void accept(Frame.Hello hello) {
        if (hello.keepAliveSeconds() != Frame.ABSENT) {
            keepAliveSeconds = Math.min(MOST_KEEP_ALIVE_SECONDS, Math.max(1, hello.keepAliveSeconds()));
        }
        if (hello.maxFrameBytes() != Frame.ABSENT) {
            maxBodyBytes = (int) Math.min(MOST_FRAME_BYTES, hello.maxFrameBytes());
        }
    }
}
