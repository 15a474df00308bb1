package io.socketgateway.server.session;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameLine;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.server.routing.Caller;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each frame of one client to the logger {@value #LOGGER}, a line a frame, without what it carries: {@code in} from
 * the client, {@code out} to it. A link has none unless its client is the one that the configuration names. Any thread.
 */
public final class FrameLog {
    static final String LOGGER = "io.socketgateway.frames";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private final String clientId;
    private final String sessionId;

    private FrameLog(Caller caller) {
        this.clientId = caller.clientId();
        this.sessionId = caller.sessionId();
    }

    /** The log of that client if it is the one to be watched, else null. */
    static @Nullable FrameLog of(Optional<String> watched, Caller caller) {
        return watched.isPresent() && watched.get().equals(caller.clientId()) ? new FrameLog(caller) : null;
    }

    /** A frame has come. */
    public void received(Frame frame) {
        LOG.info("in  {} {} {}", clientId, sessionId, FrameLine.of(frame));
    }

    /** A frame has come that breaks a rule. */
    public void rejected(FrameType type, ProtocolException fault) {
        LOG.info("in  {} {} {}", clientId, sessionId, FrameLine.ofRejected(type, fault));
    }

    /** A frame was committed to the socket. */
    public void sent(Frame frame) {
        LOG.info("out {} {} {}", clientId, sessionId, FrameLine.of(frame));
    }

    /** A message was committed for that subscription. */
    public void sent(Frame.Message message, int subscriptionId) {
        LOG.info("out {} {} {}", clientId, sessionId, FrameLine.of(message, subscriptionId));
    }
}
