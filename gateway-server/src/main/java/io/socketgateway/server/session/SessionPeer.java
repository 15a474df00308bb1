package io.socketgateway.server.session;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.routing.Caller;
import io.socketgateway.server.routing.Mailbox;
import io.socketgateway.server.routing.Party;
import io.socketgateway.server.routing.Peer;
import io.socketgateway.server.routing.Router;
import org.jspecify.annotations.Nullable;

/** A session as routing sees it: what is sent to its client, and how much of that waits. Belongs to the session's loop. */
final class SessionPeer implements Peer, Outbound.Owner {
    private static final int SHORT_MESSAGE_CHARS = 100;

    private final Session session;
    private final Loop loop;
    private final Link link;
    private final Identity identity;
    private final Outbound outbound;
    private final Party party;
    private final Pressure pressure;
    private boolean flushAsked;
    private long sentNanos;

    SessionPeer(
            Session session,
            Loop loop,
            Link link,
            Identity identity,
            Terms terms,
            GatewayConfig config,
            Sessions sessions,
            Router router,
            Counters counters) {
        this.session = session;
        this.loop = loop;
        this.link = link;
        this.identity = identity;
        this.outbound = new Outbound(
                link,
                terms,
                config.limits().backlogBytesPerSession(),
                sessions.bounds().backlog(),
                counters,
                this);
        this.party = router.join(this);
        this.pressure =
                new Pressure(session, loop, link, outbound, party, config.limits(), sessions.bounds(), counters);
    }

    /** Says that the gateway drains: new requests are refused from now on. */
    void sayGoAway(long reconnectAfterMillis) {
        boolean isAnswered = link.carrier() == Carrier.DATAGRAM; // by ACK
        send(new Frame.GoAway(isAnswered ? party.nextId() : 0, Session.DRAINING, reconnectAfterMillis));
        party.drain();
    }

    /** Whether nothing is under way, in either direction. */
    boolean isQuiet() {
        return party.isQuiet() && outbound.isEmpty() && link.unfinishedBytes() == 0;
    }

    /** When the latest answer or control frame was sent. */
    long sentNanos() {
        return sentNanos;
    }

    Outbound outbound() {
        return outbound;
    }

    Party party() {
        return party;
    }

    Pressure pressure() {
        return pressure;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Carrier carrier() {
        return link.carrier();
    }

    @Override
    public Caller caller() {
        return identity.caller();
    }

    @Override
    public boolean send(Frame frame) {
        if (session.isClosed()) {
            return true;
        }
        sentNanos = loop.nowNanos();
        boolean fits = outbound.send(frame);
        if (!fits && frame instanceof Frame.Error error && error.message().length() > SHORT_MESSAGE_CHARS) {
            return send(error.cut(SHORT_MESSAGE_CHARS));
        }
        delivered();
        return fits;
    }

    @Override
    public Mailbox mailbox(int subscriptionId, Overflow overflow, int capacity) {
        return outbound.queue(subscriptionId, overflow, capacity);
    }

    @Override
    public void delivered() {
        if (!flushAsked) {
            flushAsked = true;
            loop.flushAtTurnEnd(this);
        }
        if (outbound.waitingBytes() > 0) {
            pressure.backlogChanged();
        }
    }

    @Override
    public void flush() {
        flushAsked = false;
        if (!session.isClosed()) {
            link.flush();
        }
    }

    @Override
    public void flushed() {
        if (!session.isClosed() && !outbound.isEmpty()) {
            pressure.backlogChanged();
        }
    }

    @Override
    public void committed(Frame.Request request) {
        party.committed(request, link.committedPosition());
    }

    @Override
    public Frame.@Nullable Request due(Frame.Request request) {
        return party.due(request);
    }

    @Override
    public void tooLong(Frame frame) {
        if (!session.isClosed()) {
            party.tooLong(frame);
        }
    }

    @Override
    public void overflown(int subscriptionId) {
        session.abandon("backlog: too much waits, and subscription " + Integer.toUnsignedString(subscriptionId)
                + " is to be disconnected then");
    }

    @Override
    public boolean takesRequests() {
        return pressure.takesRequests();
    }

    @Override
    public boolean takesMore() {
        return pressure.takesRequests();
    }

    @Override
    public boolean takesAnswers() {
        return !outbound.isFullOfAnswers();
    }

    @Override
    public boolean isBehind() {
        return pressure.isBehind();
    }

    @Override
    public void idle() {
        session.idle();
    }

    /** For logs. */
    @Override
    public String toString() {
        return session.toString();
    }
}
