package io.socketgateway.server.session;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.netty.FrameReceiver;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.metrics.Ending;
import io.socketgateway.server.metrics.Traffic;
import io.socketgateway.server.routing.Party;
import io.socketgateway.server.routing.Router;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session: who it is, its state, and the way to it. Belongs to one event loop; others reach it through
 * {@link Loop#hand}.
 */
public final class Session implements FrameReceiver, Loop.Recipient {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    static final String DRAINING = "the gateway is draining";

    /** From top to bottom, never back; CLOSED is reached from everywhere. */
    private enum State {
        /** Nothing was received yet. */
        NEW,
        /** Greeted, or taken as anonymous. */
        OPEN,
        /** The client sends nothing more, and still gets the answers under way. */
        INPUT_CLOSED,
        /** The last frame is committed; what comes is discarded. */
        CLOSED
    }

    private final Loop loop;
    private final Link link;
    private final GatewayConfig config;
    private final Sessions sessions;
    private final Counters counters;
    private final Traffic traffic;
    private final Identity identity;
    private final Terms terms;
    private final SessionPeer peer;
    private final Party party;
    private final Outbound outbound;
    private final Watch watch;
    private final Pressure pressure;
    private @Nullable Farewell farewell; // in a drain
    private State state = State.NEW;
    private boolean isLogged;
    private @Nullable FrameLog log;
    private boolean opened; // and not refused at once

    /** A session on that link, not yet greeted. */
    public Session(
            Loop loop,
            Link link,
            GatewayConfig config,
            Sessions sessions,
            Router router,
            Counters counters,
            String transport,
            String remoteAddress) {
        this.loop = loop;
        this.link = link;
        this.config = config;
        this.sessions = sessions;
        this.counters = counters;
        this.traffic = counters.traffic(transport);
        this.identity = new Identity(sessions, this, transport, remoteAddress);
        this.terms = new Terms(config.limits());
        this.peer = new SessionPeer(this, loop, link, identity, terms, config, sessions, router, counters);
        this.party = peer.party();
        this.outbound = peer.outbound();
        this.pressure = peer.pressure();
        this.watch = pressure.watch();
    }

    // What the transport tells

    /** The connection stands, from that address if it is known; it is refused if there are too many. */
    public void connected(@Nullable InetAddress from) {
        counters.connectionsAccepted.increment();
        Frame.Error refusal = sessions.admit(this, from);
        if (refusal != null) {
            terms.speak(link.receivedForm());
            refuse(refusal);
        }
        if (state != State.CLOSED) {
            opened = true;
            traffic.sessionsOpened.increment();
        }
    }

    @Override
    public void bytesReceived(int bytes) {
        loop.read(bytes);
        watch.heard();
    }

    /** All bytes that were there have been read. */
    public void readEnded() {
        if (state != State.CLOSED) {
            pressure.readEnded();
        }
    }

    @Override
    public void received(Frame frame) {
        if (state == State.CLOSED) {
            return;
        }
        if (log != null) {
            log.received(frame);
        }
        if (frame instanceof Frame.Hello hello) {
            hello(hello);
            return;
        }
        openUnlessOpen();
        switch (frame.type()) {
            case PING -> pong((Frame.Ping) frame);
            case PONG -> {} // being heard is all that it is for
            case GOAWAY -> close(new Frame.GoAway(frame.id(), null, Frame.ABSENT), "the client said GOAWAY");
            default -> party.received(frame);
        }
    }

    @Override
    public void rejected(ProtocolException fault) {
        FrameType type = fault.frameType();
        if (state == State.CLOSED || type == null) {
            return;
        }
        if (log != null) {
            log.rejected(type, fault);
        }
        if (type == FrameType.HELLO && state == State.NEW) {
            terms.speak(link.receivedForm());
            refuse(Frame.Error.of(fault.frameId(), fault.code(), fault.message()));
        } else {
            openUnlessOpen();
            party.rejected(type, fault);
        }
    }

    @Override
    public void failed(ProtocolException fault) {
        if (fault.code() == ErrorCode.TOO_LARGE) {
            counters.reached(Limit.MAX_FRAME_BYTES);
        }
        close(fault.code(), fault.message());
    }

    /** The client has shut down its sending side. */
    public void inputClosed() {
        if (state == State.NEW) {
            end(Ending.HALF_CLOSED, "closed by the client before it said anything", 0);
            link.finish();
        } else if (state == State.OPEN) {
            state = State.INPUT_CLOSED;
            watch.inputClosed();
            outbound.withdrawRequests();
            party.inputClosed(link.committedPosition());
            idle();
        }
    }

    /** The client is at another address from now on. */
    public void moved(String remoteAddress) {
        identity.moved(remoteAddress);
    }

    /** A write has ended, or the link takes requests again or no more: there may be room for what waits. */
    public void written() {
        if (state == State.CLOSED) {
            return;
        }
        if (outbound.fillWindow()) {
            link.flush();
        }
        pressure.backlogChanged();
        idle();
    }

    /** The connection is gone. */
    public void disconnected() {
        if (opened) {
            traffic.sessionsClosed.increment();
        }
        if (state != State.CLOSED) {
            outbound.clear();
            end(Ending.LOST, "connection lost", link.flushedPosition());
        }
        sessions.left(this);
    }

    // Greeting and leaving

    private void openUnlessOpen() {
        if (state == State.NEW) {
            terms.speak(link.receivedForm());
            state = State.OPEN;
            identity.assign();
        }
    }

    private void hello(Frame.Hello hello) {
        boolean opening = state == State.NEW;
        terms.speak(link.receivedForm());
        if (!opening && !party.isFree(hello)) {
            return;
        }
        Frame.Error refusal = identity.greet(hello, opening);
        if (refusal == null) {
            state = State.OPEN;
            logFrames(hello);
            welcome(hello);
        } else if (opening) {
            refuse(refusal);
        } else {
            party.refuse(refusal);
        }
    }

    /** Only now is it known whether this is the client whose frames are logged. */
    private void logFrames(Frame.Hello hello) {
        FrameLog newLog = FrameLog.of(config.server().frameLog(), identity.caller());
        if (newLog != null && !isLogged) {
            newLog.received(hello);
        }
        isLogged = newLog != null;
        log = link.carrier() == Carrier.STREAM ? newLog : null; // of datagrams the link sees more than comes here
        link.log(newLog);
    }

    private void welcome(Frame.Hello hello) {
        terms.accept(hello);
        watch.keepAlive(terms.keepAliveSeconds());
        peer.send(identity.welcome(hello.id(), terms.keepAliveSeconds(), link, config));
    }

    private void pong(Frame.Ping ping) {
        if (!peer.send(new Frame.Pong(ping.id(), ping.payload()))) {
            party.refuse(Frame.Error.of(ping.id(), ErrorCode.TOO_LARGE, "answer: longer than the client takes"));
        }
    }

    private void refuse(Frame.Error error) {
        counters.sessionsClosedWithError.increment();
        if (opened) {
            counters.sessionsFailed.increment(error.errorCode());
        }
        close(error, error.message());
    }

    /** Ends the session: tells the client why, in a last frame. The one way out for every fault. */
    public void close(ErrorCode code, String reason) {
        if (state != State.CLOSED) {
            if (state == State.NEW) {
                terms.speak(link.receivedForm());
            }
            refuse(Frame.Error.of(0, code, reason));
        }
    }

    /** Ends a session for which too much waits: that is given up. */
    void abandon(String reason) {
        outbound.clear();
        close(ErrorCode.UNAVAILABLE, reason);
    }

    // A drain

    /**
     * Says GOAWAY when it is its turn, and ends when nothing is under way and the client has had time to leave.
     *
     * @param tellNanos how long from now it is told
     * @param tellWorkersNanos the same, if it serves: they are asked by those who were not told yet
     * @param reconnectAfterMillis how long after that the client may connect anew
     * @param latestNanos how long from now it ends, whatever is under way
     */
    public void drain(long tellNanos, long tellWorkersNanos, long reconnectAfterMillis, long latestNanos) {
        if (state == State.NEW) {
            close(ErrorCode.UNAVAILABLE, DRAINING);
        } else if (state != State.CLOSED && farewell == null) {
            long tell = party.isServing() ? tellWorkersNanos : tellNanos;
            farewell = new Farewell(this, peer, tell, reconnectAfterMillis, latestNanos);
            farewell.begin();
        }
    }

    /** Ends it without a word more. */
    void leave() {
        outbound.clear();
        end(Ending.DRAINED, "drained", link.committedPosition());
        link.finish();
    }

    void drainTimedOut() {
        counters.reached(Limit.DRAIN_TIMEOUT);
        close(ErrorCode.UNAVAILABLE, "the gateway is draining, and the time for it is up");
    }

    /** Requests that are committed will be flushed before the close, so they count as handed over. */
    private void close(Frame last, String reason) {
        outbound.withdrawRequests();
        end(last instanceof Frame.Error ? Ending.ERROR : Ending.GOAWAY, reason, link.committedPosition());
        try {
            outbound.commitAnswers();
            link.commit(last, terms.form(), Integer.MAX_VALUE);
        } finally { // whatever fails here, the connection must not stay
            link.finish();
        }
    }

    private void end(Ending ending, String reason, long handedOverPosition) {
        state = State.CLOSED;
        if (opened) {
            counters.sessionsEnded.increment(ending);
        }
        pressure.end();
        if (farewell != null) {
            farewell.end();
        }
        identity.release();
        party.gone(handedOverPosition);
        LOG.debug("{} ended: {}", this, reason);
    }

    /** A successor has taken over the clientId, or this one holds too much. */
    @Override
    public void receive(Object message) {
        if (message instanceof Pressure.Order order) {
            pressure.obey(order);
        } else {
            close(ErrorCode.CONFLICT, "clientId: taken over by another session");
        }
    }

    // What others ask

    /** The loop that it belongs to. Any thread. */
    public Loop loop() {
        return loop;
    }

    Party party() {
        return party;
    }

    boolean isSuccessor(String secret) {
        return identity.isSecret(secret);
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** About how many bytes wait for it. Any thread. */
    int waitingBytes() {
        return pressure.waitingBytes();
    }

    /** How many bytes of an unfinished frame it has sent. Any thread. */
    int unfinishedBytes() {
        return pressure.unfinishedBytes();
    }

    /** The last thing under way for it has ended: a half-closed one closes now. */
    void idle() {
        if (state == State.INPUT_CLOSED && party.isIdle() && !outbound.hasAnswers()) {
            outbound.clear();
            end(Ending.HALF_CLOSED, "closed by the client", link.committedPosition());
            link.finish();
        }
    }

    /** For logs. */
    @Override
    public String toString() {
        return "session " + identity.caller().sessionId() + " of "
                + identity.caller().remoteAddress();
    }
}
