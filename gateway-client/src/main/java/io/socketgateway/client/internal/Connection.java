package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one gateway, from HELLO to the end: calls by their ids, requests of others, keep-alive. What frames mean is said in {@link ConnectionFrames}. Belongs
 * to the client's event loop.
 */
final class Connection implements Transport.Events {
    /** The protocol's bound for a body. */
    static final int CEILING_BYTES = (1 << 24) - 1;

    private enum State {
        OPENING,
        GREETING,
        OPEN,
        DRAINING,
        ENDED
    }

    private static final long UNWANTED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Lease lease;
    private final Endpoint endpoint;
    private final Frame.Hello hello;
    private final Budget budget;
    private final Correlation calls;
    private final IncomingCalls incoming = new IncomingCalls();
    private final KeepAlive keepAlive;
    private final Queue<Runnable> waitingForRoom = new ArrayDeque<>();
    private ConnectionOwner owner;
    private State state = State.OPENING;
    private @Nullable Runnable giveUpOpening;
    private @Nullable Transport transport;
    private @Nullable GatewayException reason; // why it is about to end
    private boolean isFinal;
    private boolean leaving;
    private long toldCommitted; // of this connection, to the budget of all
    private volatile int maxFrameBytes = CEILING_BYTES; // read by users' threads, too
    private int goAwayId;
    private long unwantedNanos; // when the gateway was last told so

    Connection(Lease lease, Endpoint endpoint, Frame.Hello hello, Budget budget, ConnectionOwner owner) {
        this.lease = lease;
        this.endpoint = endpoint;
        this.hello = hello;
        this.budget = budget;
        this.owner = owner;
        this.calls = new Correlation(hello.id());
        this.unwantedNanos = lease.nanos() - UNWANTED_NANOS;
        this.keepAlive = new KeepAlive(lease, this::pingGateway, this::gatewayIsDead);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Who is told from now on. */
    void owner(ConnectionOwner newOwner) {
        owner = newOwner;
    }

    /** The calls of this client. */
    Correlation calls() {
        return calls;
    }

    /** The calls of others that this client answers. */
    IncomingCalls incoming() {
        return incoming;
    }

    /** Whether new requests may be made. */
    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether frames may be sent. */
    boolean isAlive() {
        return state == State.OPEN || state == State.DRAINING;
    }

    /** Whether the gateway has said that it goes away; stays so after the end. */
    boolean isLeaving() {
        return leaving;
    }

    /** Whether frames that want no answer arrive: it stands, and this client has not said goodbye. */
    boolean takesMessages() {
        return isAlive() && goAwayId == 0;
    }

    /** The longest body that the gateway takes. */
    int maxFrameBytes() {
        return maxFrameBytes;
    }

    /** How many bytes wait for the socket. */
    long committedBytes() {
        return transport == null ? 0 : transport.committedBytes();
    }

    /** Whether nothing is under way in either direction. */
    boolean isIdle() {
        return calls.underWay() == 0 && incoming.isEmpty() && committedBytes() == 0;
    }

    /** An id for a frame that wants an answer. */
    int nextId() {
        return calls.nextId();
    }

    /**
     * Sends the frame that begins a call, and waits for what bears the id.
     *
     * @return false, and nothing is sent, if the frame is too long for the gateway
     */
    boolean begin(Call call, Frame frame) {
        if (!send(frame)) {
            return false;
        }
        calls.put(frame.id(), call, transport == null ? 0 : transport.position());
        return true;
    }

    /** Sends a frame. Returns false, and nothing is sent, if it is too long for the gateway. */
    boolean send(Frame frame) {
        if (transport == null || state == State.ENDED) {
            return true;
        }
        keepAlive.sent();
        boolean fits = transport.append(frame, maxFrameBytes);
        appended(transport.committedBytes());
        return fits;
    }

    /** Sends a PING that measures the way: once, lost or not. */
    void measure(Call call, Frame.Ping ping) {
        if (transport != null && state != State.ENDED) {
            keepAlive.sent();
            transport.appendOnce(ping, maxFrameBytes);
            calls.put(ping.id(), call, transport.position());
            appended(transport.committedBytes());
        }
    }

    private void tellCommitted() {
        long bytes = state == State.ENDED ? 0 : committedBytes();
        budget.committed(bytes - toldCommitted);
        toldCommitted = bytes;
    }

    private void appended(long committed) {
        tellCommitted();
        if (committed > 2 * budget.byteLimit()) { // calls stop at the limit, so these are answers to what it wants
            end(Faults.lost(endpoint, "the gateway asks and does not read", null));
        }
    }

    /** Withdraws a call: what still comes for it is ignored. */
    void abandon(int id, boolean cancel) {
        if (calls.remove(id) != null && transport != null && !transport.abandon(id) && cancel) {
            send(new Frame.Cancel(id));
        }
        tellCommitted();
        owner.progressed(this);
    }

    /** Withdraws a call whose frame has not gone out. Returns false, and nothing is done, if it may have. */
    boolean takeBack(int id) {
        if (transport == null || !transport.abandon(id)) {
            return false;
        }
        calls.remove(id);
        tellCommitted();
        owner.progressed(this);
        return true;
    }

    /** That a frame is longer than the gateway takes. */
    GatewayException tooLarge() {
        return endpoint.isDatagram() ? Faults.tooLargeForDatagram(maxFrameBytes) : Faults.tooLarge(maxFrameBytes);
    }

    /**
     * Messages come for a subscription that is none any more: over datagrams UNSUBSCRIBE may have been lost, or have come
     * before its SUBSCRIBE. Said again at most once a second.
     */
    void unwanted(int id) {
        long now = lease.nanos();
        if (isAlive() && now - unwantedNanos >= UNWANTED_NANOS) {
            unwantedNanos = now;
            send(new Frame.Unsubscribe(id, false));
        }
    }

    /** A request of the gateway is finished with. */
    void finished(int id) {
        incoming.remove(id);
        owner.progressed(this);
    }

    /** Ends the session in good order; the gateway answers and closes. */
    void goAway() {
        if (goAwayId != 0) {
            return;
        }
        goAwayId = nextId();
        send(new Frame.GoAway(goAwayId, null, Frame.ABSENT));
    }

    /** Ends it at once. */
    void end(GatewayException why) {
        if (reason == null) {
            reason = why;
        }
        if (transport != null) {
            transport.close();
        } else if (giveUpOpening != null) {
            giveUpOpening.run();
        }
    }

    /** It is being opened, and this gives it up. */
    void opening(Runnable giveUp) {
        giveUpOpening = giveUp;
        if (reason != null && transport == null) {
            giveUp.run();
        }
    }

    @Override
    public void opened(Transport opened) {
        transport = opened;
        if (reason != null) {
            opened.close();
            return;
        }
        state = State.GREETING;
        if (!send(hello)) {
            end(Faults.tooLargeForDatagram(opened.maxBodyBytes(Frame.MAX_U32)));
        }
    }

    /** Runs the action once there is room for more bytes. */
    void whenRoom(Runnable action) {
        waitingForRoom.add(action);
    }

    private void tellRoom() {
        while (!waitingForRoom.isEmpty() && budget.hasRoom()) {
            waitingForRoom.remove().run();
        }
    }

    @Override
    public void heard() {
        keepAlive.heard();
    }

    @Override
    public void settled() {
        tellRoom();
        owner.progressed(this);
    }

    @Override
    public void written() {
        tellCommitted();
        if (state != State.ENDED) {
            tellRoom();
            owner.progressed(this);
        }
    }

    @Override
    public void pingWanted() {
        if (isAlive()) {
            pingGateway();
        }
    }

    @Override
    public void gaveUp(int id) {
        Call call = calls.remove(id);
        if (call != null) {
            call.failed(Faults.mayHaveBeenProcessed(
                    ErrorCode.DEADLINE, "the gateway did not answer, often as it was asked"));
            owner.progressed(this);
        }
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        if (state == State.ENDED) {
            return;
        }
        GatewayException why = reason;
        if (why == null) {
            boolean unopened = state == State.OPENING || state == State.GREETING && endpoint.isDatagram();
            why = unopened && cause != null ? Faults.connectFailed(endpoint, cause) : Faults.lost(endpoint, cause);
        }
        state = State.ENDED;
        keepAlive.stop();
        Transport gone = transport;
        incoming.cancelAll();
        for (Correlation.Entry entry : calls.removeAll()) {
            boolean sent = gone == null || gone.mayHaveBeenSent(entry.position());
            entry.call().lost(Faults.seenBy(why, !sent));
        }
        tellCommitted();
        owner.ended(this, why, isFinal);
    }

    /** The gateway has answered HELLO. */
    void welcomed(Frame.Welcome welcome) {
        if (state != State.GREETING || transport == null) {
            return; // answers a later HELLO, of which there are none yet
        }
        if (welcome.version() != hello.version()) {
            end(Faults.unknownVersion(endpoint, welcome.version()));
            return;
        }
        state = State.OPEN;
        maxFrameBytes = transport.maxBodyBytes(welcome.maxFrameBytes());
        budget.grant(welcome.limits().requests());
        keepAlive.start(welcome.keepAliveSeconds());
        owner.welcomed(this, welcome);
    }

    /**
     * The gateway announces its drain, or answers that this client goes away. Its own ids may be the same as this client's,
     * but no answer says when to come back.
     */
    void goingAway(Frame.GoAway goAway) {
        boolean announces = goAway.id() == 0 || goAway.reconnectAfterMillis() != Frame.ABSENT;
        if (!announces && goAwayId != 0 && goAway.id() == goAwayId) {
            end(Faults.closed());
        } else if (state == State.OPEN) {
            state = State.DRAINING;
            leaving = true;
            owner.goingAway(this, goAway);
        }
    }

    /** The gateway ends the session, or does not begin one. */
    void refused(GatewayException fault) {
        if (reason != null) {
            return;
        }
        isFinal = Faults.isFinal(fault.code()) || state == State.OPEN && fault.code() == ErrorCode.CONFLICT;
        end(
                isFinal || state == State.GREETING
                        ? Faults.refused(endpoint, fault)
                        : Faults.lost(endpoint, String.valueOf(fault.getMessage()), fault));
    }

    /** The gateway does not keep to the protocol: it is told so, and that was it. */
    void broken(ProtocolException fault) {
        send(Frame.Error.of(0, fault.code(), fault.message()));
        if (reason == null) {
            reason = Faults.lost(endpoint, "the gateway broke the protocol, " + fault.message(), fault);
        }
        if (transport != null) {
            transport.closeWhenFlushed();
        }
    }

    private void pingGateway() {
        send(new Frame.Ping(nextId(), Payload.EMPTY));
    }

    private void gatewayIsDead() {
        end(Faults.lost(endpoint, "the gateway is silent", null));
    }
}
