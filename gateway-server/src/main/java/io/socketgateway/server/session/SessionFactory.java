package io.socketgateway.server.session;

import io.socketgateway.protocol.Frame;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.routing.Party;
import io.socketgateway.server.routing.Peer;
import io.socketgateway.server.routing.Router;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Makes the sessions of one gateway. Any thread. */
public final class SessionFactory {
    private final GatewayConfig config;
    private final Sessions sessions;
    private final Router router;
    private final Counters counters;

    /** Makes sessions that meet in that router. */
    public SessionFactory(GatewayConfig config, Sessions sessions, Router router, Counters counters) {
        this.config = config;
        this.sessions = sessions;
        this.router = router;
        this.counters = counters;
    }

    /**
     * A session of that loop, carried by that link.
     *
     * @param transport {@code tcp} and so on, as {@code gateway.whoami} tells it
     * @param remoteAddress host and port of the client
     */
    public Session session(Loop loop, Link link, String transport, String remoteAddress) {
        return new Session(loop, link, config, sessions, router, counters, transport, remoteAddress);
    }

    /** Counts what a stream of that loop carries. */
    public StreamMeter streamMeter(Loop loop) {
        return new StreamMeter(counters, loop);
    }

    /** The part in the messaging of a peer that has no session. */
    public Party join(Peer peer) {
        return router.join(peer);
    }

    /** Whether no new session is taken any more. */
    public boolean isClosing() {
        return sessions.isClosing();
    }

    /** All of them. */
    public Sessions sessions() {
        return sessions;
    }

    /** How many sessions may begin in a second. */
    public Arrivals arrivals() {
        return sessions.arrivals();
    }

    /** What a session from there would be told if it began now, as {@link Sessions#refusal} says. */
    public Frame.@Nullable Error refusal(InetAddress from) {
        return sessions.refusal(from);
    }

    /** What peers may cost. */
    public LimitsConfig limits() {
        return config.limits();
    }

    /** What is dropped or refused is counted there. */
    public Counters counters() {
        return counters;
    }
}
