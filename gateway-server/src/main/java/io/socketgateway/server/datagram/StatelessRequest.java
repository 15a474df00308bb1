package io.socketgateway.server.datagram;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.routing.Caller;
import io.socketgateway.server.routing.Mailbox;
import io.socketgateway.server.routing.Party;
import io.socketgateway.server.routing.Peer;
import io.socketgateway.server.routing.Router;

/**
 * A request that came outside a session: one question, one answer, and nothing is known afterwards. Belongs to the
 * endpoint's loop.
 */
final class StatelessRequest implements Peer {
    /** How many requests of one datagram are taken. */
    static final int MOST_IN_A_DATAGRAM = 16;

    /** How long an answer is waited for at most. */
    static final long MOST_MILLIS = 10_000;

    private final DatagramEndpoint endpoint;
    private final Allowance allowance;
    private final Caller caller;
    private boolean placeTaken;

    StatelessRequest(DatagramEndpoint endpoint, Allowance allowance) {
        this.endpoint = endpoint;
        this.allowance = allowance;
        this.caller = new Caller("", "", null, "udp", DatagramEndpoint.text(allowance.address()));
    }

    /**
     * Hands it to whoever serves it, or refuses it.
     *
     * @param number which one it is of its datagram, from 1
     */
    void begin(Frame.Request request, int number) {
        if (request.isStream()) {
            refuse(request, ErrorCode.UNSUPPORTED, "REQUEST with STREAM: not on datagrams; use a stream transport");
        } else if (Router.isClient(request.subject())) {
            refuse(request, ErrorCode.FORBIDDEN, "subject: only services are reached without a session");
        } else if (isDraining()) {
            refuseInDrain(request);
        } else if (number > MOST_IN_A_DATAGRAM || !endpoint.context().takeStatelessRequest()) {
            endpoint.counters().statelessRequestsRefused.increment();
            refuse(request, ErrorCode.LIMITED, "requests: too many without a session are under way");
        } else if (endpoint.context()
                .sessions()
                .isClosing()) { // with its place taken: a drain waits for who was earlier
            endpoint.context().statelessRequestEnded();
            refuse(request, ErrorCode.UNAVAILABLE, "the gateway is draining");
        } else {
            placeTaken = true;
            Party party = endpoint.context().sessions().join(this);
            party.received(withDeadline(request));
            if (party.isIdle()) {
                idle();
            }
        }
    }

    private boolean isDraining() {
        return endpoint.context().sessions().isClosing();
    }

    private void refuseInDrain(Frame.Request request) {
        refuse(request, ErrorCode.UNAVAILABLE, "the gateway is draining");
    }

    /** Nobody can cancel it, so it must not hold its place for long. */
    private static Frame.Request withDeadline(Frame.Request request) {
        long millis = request.deadlineMillis() == Frame.ABSENT
                ? MOST_MILLIS
                : Math.min(MOST_MILLIS, request.deadlineMillis());
        return new Frame.Request(
                request.id(), request.subject(), millis, Frame.ABSENT, request.headers(), request.payload());
    }

    private void refuse(Frame.Request request, ErrorCode code, String reason) {
        if (request.id() == 0) {
            endpoint.counters().refusedWithoutId.increment();
        } else {
            allowance.sendOrCut(Frame.Error.notProcessed(request.id(), code, reason));
        }
    }

    @Override
    public Loop loop() {
        return endpoint.loop();
    }

    @Override
    public Carrier carrier() {
        return Carrier.DATAGRAM;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public boolean send(Frame frame) {
        if (frame instanceof Frame.Error error) {
            allowance.sendOrCut(error);
            return true;
        }
        return allowance.send(frame);
    }

    /** The one thing that was under way has ended. */
    @Override
    public void idle() {
        if (placeTaken) {
            placeTaken = false;
            endpoint.context().statelessRequestEnded();
        }
    }

    @Override
    public Mailbox mailbox(int subscriptionId, Overflow overflow, int capacity) {
        throw new IllegalStateException("it subscribes to nothing");
    }

    @Override
    public boolean isBehind() {
        return false;
    }

    @Override
    public boolean takesRequests() {
        return false;
    }

    @Override
    public boolean takesAnswers() {
        return true;
    }

    /** What is sent is flushed by the endpoint. */
    @Override
    public void flush() {}
}
