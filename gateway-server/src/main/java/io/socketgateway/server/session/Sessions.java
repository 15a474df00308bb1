package io.socketgateway.server.session;

import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.routing.Clients;
import io.socketgateway.server.routing.Party;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** All sessions of a gateway, how many there may be, and who has which clientId. Any thread. */
public final class Sessions implements Clients {
    private static final int NAME_BYTES = 8;
    private static final int SECRET_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final int limit;
    private final SharedBound backlog;
    private final SharedBound inbound;
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Void> none = new CompletableFuture<>();
    private volatile boolean closing;
    private final Set<Session> all = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<String, Session> byClientId = new ConcurrentHashMap<>();

    /** No sessions yet, and at most as many as may be. */
    public Sessions(LimitsConfig limits) {
        this.limit = limits.sessions();
        this.backlog = new SharedBound(limits.backlogBytes());
        this.inbound = new SharedBound(limits.inboundBytes());
    }

    /** What waits for all of them. */
    SharedBound backlog() {
        return backlog;
    }

    /** What all of them have begun to send and not finished. */
    SharedBound inbound() {
        return inbound;
    }

    /** About how many bytes wait for all of them. */
    public long backlogBytes() {
        return backlog.heldBytes();
    }

    /** How many bytes of frames all of them have begun and not finished. */
    public long inboundBytes() {
        return inbound.heldBytes();
    }

    @Override
    public boolean areBehind() {
        return backlog.isPassed();
    }

    /** Has the one give way for which most waits, if too much waits for all together. */
    void relieveBacklog(Loop from) {
        if (backlog.beginRelief()) {
            relieve(from, backlog, Session::waitingBytes, Pressure.Order.GIVE_WAY);
        }
    }

    /** Has the one give up its frame that has sent most of one, if all together have sent too much. */
    void relieveInbound(Loop from) {
        if (inbound.beginRelief()) {
            relieve(from, inbound, Session::unfinishedBytes, Pressure.Order.GIVE_UP_FRAME);
        }
    }

    private void relieve(Loop from, SharedBound bound, ToIntFunction<Session> held, Pressure.Order order) {
        Session largest = null;
        int most = 0;
        for (Session session : all) {
            int bytes = held.applyAsInt(session);
            if (bytes > most) {
                largest = session;
                most = bytes;
            }
        }
        if (largest == null) {
            bound.endRelief();
        } else {
            from.hand(largest.loop(), largest, order);
        }
    }

    /** Takes a place for one more; false if there is none. */
    boolean admit(Session session) {
        all.add(session);
        if (closing) {
            return false;
        }
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives the place back, if it had one. */
    void left(Session session, boolean admitted) {
        all.remove(session);
        if (admitted) {
            count.decrementAndGet();
        }
        if (closing && all.isEmpty()) {
            none.complete(null);
        }
    }

    /** Whether no more are admitted. */
    boolean isClosing() {
        return closing;
    }

    /** Admits no more; the future is done when the last one has left. */
    public CompletableFuture<Void> close() {
        closing = true;
        if (all.isEmpty()) {
            none.complete(null);
        }
        return none;
    }

    /** How many there are, without those that are being refused. */
    public int count() {
        return count.get();
    }

    /** All of them, as of now. */
    public Collection<Session> all() {
        return List.copyOf(all);
    }

    /** Gives the clientId to that session if nobody has it; returns who has it, null if now this session does. */
    @Nullable
    Session claim(String clientId, Session session) {
        return byClientId.putIfAbsent(clientId, session);
    }

    /** Passes the clientId on; false if the holder has lost it meanwhile. */
    boolean takeOver(String clientId, Session holder, Session successor) {
        return byClientId.replace(clientId, holder, successor);
    }

    void release(String clientId, Session holder) {
        byClientId.remove(clientId, holder);
    }

    @Override
    public @Nullable Party find(String clientId) {
        Session session = byClientId.get(clientId);
        return session == null ? null : session.party();
    }

    /** A name that nobody has. */
    String newName() {
        return randomHex(NAME_BYTES);
    }

    /** A secret that nobody guesses. */
    String newSecret() {
        return randomHex(SECRET_BYTES);
    }

    private String randomHex(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}
