package io.socketgateway.server.session;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.routing.Clients;
import io.socketgateway.server.routing.Party;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All sessions of a gateway, who may begin one, and who has which clientId. Any thread. */
public final class Sessions implements Clients {
    private static final int NAME_BYTES = 8;
    private static final int SECRET_BYTES = 16;

    private static final long RETRY_ADDRESS_MILLIS = 1000;

    /** What a session holds until it leaves. */
    private record Place(boolean isCounted, Sources.@Nullable Source source) {}

    private static final Place NONE = new Place(false, null);

    private final SecureRandom random = new SecureRandom();
    private final LimitsConfig limits;
    private final Counters counters;
    private final Arrivals arrivals;
    private final Arrivals refusals;
    private final Sources sources;
    private final SharedBounds bounds;
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Void> none = new CompletableFuture<>();
    private volatile boolean closing;
    private final ConcurrentMap<Session, Place> all = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Session> byClientId = new ConcurrentHashMap<>();

    /** No sessions yet, and no more of them than those limits allow. */
    public Sessions(LimitsConfig limits, NanoClock clock, Counters counters) {
        this.limits = limits;
        this.counters = counters;
        this.arrivals = new Arrivals(limits.newSessionsPerSecond(), clock);
        this.refusals = new Arrivals(limits.newSessionsPerSecond(), clock);
        this.sources = new Sources(limits);
        this.bounds = new SharedBounds(limits, all.keySet());
    }

    /** What they hold together. */
    SharedBounds bounds() {
        return bounds;
    }

    /** About how many bytes wait for all of them. */
    public long backlogBytes() {
        return bounds.backlog().heldBytes();
    }

    /** How many bytes of frames all of them have begun and not finished. */
    public long inboundBytes() {
        return bounds.inbound().heldBytes();
    }

    @Override
    public boolean areBehind() {
        return bounds.backlog().isTight();
    }

    /** How many may begin in a second; whoever opens a connection or a datagram session takes a turn first. */
    public Arrivals arrivals() {
        return arrivals;
    }

    /** How many connections in a second may be told why they are refused. */
    public Arrivals refusals() {
        return refusals;
    }

    /**
     * What a session from there would be told if it began now, and null if nothing. It is counted as refused then. Asking
     * costs less than a session that is refused; a session that begins all the same is asked again.
     */
    public Frame.@Nullable Error refusal(@Nullable InetAddress from) {
        Limit reached = reachedBy(from);
        return closing || reached != null ? refused(reached) : null;
    }

    /** Whether a session from there would be refused if it began now. */
    public boolean isFull(@Nullable InetAddress from) {
        return reachedBy(from) != null;
    }

    private @Nullable Limit reachedBy(@Nullable InetAddress from) {
        return count.get() >= limits.sessions()
                ? Limit.SESSIONS
                : sources.isFull(sources.of(from)) ? Limit.SESSIONS_PER_ADDRESS : null;
    }

    /**
     * Takes a place for one more, which it has until it has left; if there is none, what to tell it.
     *
     * @param from its address, for which it counts as long as it lives, wherever its client may move; null: not known
     */
    Frame.@Nullable Error admit(Session session, @Nullable InetAddress from) {
        all.put(session, NONE);
        if (closing) {
            return refused(null);
        }
        if (count.incrementAndGet() > limits.sessions()) {
            count.decrementAndGet();
            return refused(Limit.SESSIONS);
        }
        Sources.Source source = sources.of(from);
        if (!sources.enter(source)) {
            count.decrementAndGet();
            return refused(Limit.SESSIONS_PER_ADDRESS);
        }
        all.put(session, new Place(true, source));
        return null;
    }

    private Frame.Error refused(@Nullable Limit reached) {
        counters.sessionsRefused.increment();
        if (reached == null) {
            return Frame.Error.of(0, ErrorCode.UNAVAILABLE, "the gateway is draining");
        }
        counters.reached(reached);
        return reached == Limit.SESSIONS
                ? Frame.Error.of(
                        0, ErrorCode.UNAVAILABLE, "sessions: " + limits.sessions() + " are open, the most allowed")
                : new Frame.Error(
                        0,
                        ErrorCode.LIMITED.code(),
                        RETRY_ADDRESS_MILLIS,
                        false,
                        "sessions-per-address: " + limits.sessionsPerAddress()
                                + " are open from this address, the most allowed");
    }

    /** Gives the place back, if it had one. */
    void left(Session session) {
        Place place = all.remove(session);
        if (place != null && place.isCounted()) {
            count.decrementAndGet();
            sources.leave(place.source());
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

    /** How many addresses have sessions that count for them. */
    public int sources() {
        return sources.size();
    }

    /** How many there are, without those that are being refused. */
    public int count() {
        return count.get();
    }

    /** All of them, as of now. */
    public Collection<Session> all() {
        return List.copyOf(all.keySet());
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
