package io.socketgateway.server.session;

import io.socketgateway.server.routing.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Who a session is: its names and its secret. Changed by the session's loop; names and secret are read by any thread. */
final class Identity {
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

    String resumeSecret() {
        return resumeSecret;
    }

    /** Whether no HELLO has come yet, which may give the clientId. */
    boolean mayBeNamed() {
        return mayBeNamed;
    }

    void greeted() {
        mayBeNamed = false;
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
    boolean claim(String clientId, @Nullable String secret) {
        Session holder = sessions.claim(clientId, session);
        if (holder != null && holder != session) {
            if (secret == null || !holder.isSuccessor(secret) || !sessions.takeOver(clientId, holder, session)) {
                return false;
            }
            session.loop().hand(holder.loop(), holder, session);
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

    void release() {
        sessions.release(caller.clientId(), session);
    }
}
