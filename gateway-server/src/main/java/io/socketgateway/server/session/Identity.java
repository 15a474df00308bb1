package io.socketgateway.server.session;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.datagram.Exchange;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.routing.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Who a session is: its names and its secret. Changed by the session's loop; names and secret are read by any thread. */
final class Identity {
    private static final int VERSION = 1;
    private static final long RETRY_CLIENT_ID_MILLIS = 1000;

    private final Sessions sessions;
    private final Session session;
    private final String sessionId;
    private final String resumeSecret;
    private volatile Caller caller;
    private boolean mayBeNamed = true;

    Identity(Sessions sessions, Session session, String transport, String remoteAddress) {
        this.sessions = sessions;
        this.session = session;
        this.sessionId = sessions.newName();
        this.resumeSecret = sessions.newSecret();
        this.caller = new Caller(sessionId, "", null, transport, remoteAddress);
    }

    Caller caller() {
        return caller;
    }

    /**
     * Takes the client's word of who it is; only its first HELLO may name it.
     *
     * @param opening whether nothing came before it
     * @return the refusal, or null
     */
    Frame.@Nullable Error greet(Frame.Hello hello, boolean opening) {
        if (opening && hello.version() != VERSION) {
            return Frame.Error.of(hello.id(), ErrorCode.VERSION, "version: only " + VERSION + " is spoken here");
        }
        String wanted = mayBeNamed ? hello.clientId() : null;
        if (wanted != null && !claim(wanted, hello.resume())) {
            String inUse = "clientId: '" + wanted + "' is in use";
            return new Frame.Error(hello.id(), ErrorCode.CONFLICT.code(), RETRY_CLIENT_ID_MILLIS, false, inUse);
        }
        if (opening && wanted == null) {
            assign();
        }
        mayBeNamed = false;
        return null;
    }

    Frame.Welcome welcome(int id, long keepAliveSeconds, Link link, GatewayConfig config) {
        LimitsConfig limits = config.limits();
        return new Frame.Welcome(
                id,
                VERSION,
                sessionId,
                caller.clientId(),
                link.datagramToken(),
                resumeSecret,
                false,
                keepAliveSeconds,
                link.maxFrameBytes(),
                new Frame.SessionLimits(limits.requestsPerSession(), limits.subscriptionsPerSession(), Exchange.WINDOW),
                config.server().node());
    }

    /** Takes a clientId that nobody has. */
    void assign() {
        String name;
        do {
            name = sessions.newName();
        } while (sessions.claim(name, session) != null);
        rename(name);
    }

    /**
     * Takes a clientId and gives up the one it had.
     *
     * @param secret the client's proof that it is the holder's successor
     * @return false if it is in use by another and the secret is not that one's
     */
    private boolean claim(String clientId, @Nullable String secret) {
        Session holder = sessions.claim(clientId, session);
        while (holder != null && holder != session) {
            if (secret == null || !holder.isSuccessor(secret)) {
                return false;
            }
            if (sessions.takeOver(clientId, holder, session)) {
                session.loop().hand(holder.loop(), holder, session);
                break;
            }
            holder = sessions.claim(clientId, session); // it has just left
        }
        if (!clientId.equals(caller.clientId())) {
            release();
            rename(clientId);
        }
        return true;
    }

    boolean isSecret(String guess) {
        return MessageDigest.isEqual(
                guess.getBytes(StandardCharsets.UTF_8), resumeSecret.getBytes(StandardCharsets.UTF_8));
    }

    private void rename(String clientId) {
        caller = new Caller(sessionId, clientId, null, caller.transport(), caller.remoteAddress());
    }

    /** The client is at another address. */
    void moved(String remoteAddress) {
        caller = new Caller(sessionId, caller.clientId(), null, caller.transport(), remoteAddress);
    }

    void release() {
        sessions.release(caller.clientId(), session);
    }
}
