package io.socketgateway.server.routing;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.id.IdMap;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Tally;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One session's part in the messaging: its requests, what it was given to answer, its subscriptions and services. Belongs
 * to the session's loop.
 */
public final class Party {
    private final Router router;
    private final Peer peer;
    private final Requests requests;
    private final Assignments assignments;
    private final IdMap<Subscription> subscriptions = new IdMap<>(2);
    private final IdMap<Worker> services = new IdMap<>(2);
    private final Loop.Recipient inbox = this::receivePushed;
    private @Nullable Mailbox pushes; // once there were any
    private final Tally tally;
    private int confirmsUnderWay;

    Party(Router router, Peer peer) {
        this.router = router;
        this.peer = peer;
        this.requests = new Requests(router, peer);
        this.assignments = new Assignments(peer);
        this.tally = router.counters().tally(peer.loop());
    }

    Tally tally() {
        return tally;
    }

    Loop loop() {
        return peer.loop();
    }

    /** Takes what is published to the client itself. */
    Loop.Recipient inbox() {
        return inbox;
    }

    private void receivePushed(Object message) {
        Delivery delivery = (Delivery) message;
        if (pushes == null) {
            pushes = peer.mailbox(0, Overflow.DROP_OLDEST, Integer.MAX_VALUE);
        }
        pushes.deliver(delivery.message());
        delivery.delivered(loop());
    }

    Worker self() {
        return assignments.self();
    }

    /** Takes a frame that is not about the session itself. */
    public void received(Frame frame) {
        switch (frame.type()) {
            case REQUEST -> {
                if (isFree(frame)) {
                    requests.request((Frame.Request) frame);
                }
            }
            case RESPONSE -> assignments.response((Frame.Response) frame);
            case ERROR -> assignments.error((Frame.Error) frame);
            case CANCEL -> requests.cancel(frame.id());
            case CREDIT -> requests.credit(frame.id(), ((Frame.Credit) frame).n());
            case PUBLISH -> {
                if (isFree(frame)) {
                    publish((Frame.Publish) frame);
                }
            }
            case SUBSCRIBE -> subscribe((Frame.Subscribe) frame);
            case SERVE -> serve((Frame.Serve) frame);
            case UNSUBSCRIBE -> unsubscribe((Frame.Unsubscribe) frame);
            case HELLO, WELCOME, PING, PONG, GOAWAY, CHALLENGE, ACK, MESSAGE ->
                throw new IllegalArgumentException(frame.type() + " is the session's");
        }
    }

    /** A frame that parsed and broke a rule: its sender is told; of a broken answer the requester is told. */
    public void rejected(FrameType type, ProtocolException fault) {
        if (type == FrameType.RESPONSE) {
            assignments.brokenResponse(fault.frameId(), fault.message());
        } else {
            refuse(fault.frameId(), fault.code(), fault.message(), type == FrameType.REQUEST);
        }
    }

    /** Tells whether the id is free, or 0; refuses the frame if it is not. */
    public boolean isFree(Frame frame) {
        int id = frame.id();
        if (id != 0 && (requests.holds(id) || subscriptions.contains(id) || services.contains(id))) {
            refuse(
                    id,
                    ErrorCode.CONFLICT,
                    "id: " + Integer.toUnsignedString(id) + " is in use",
                    frame.type() == FrameType.REQUEST);
            return false;
        }
        return true;
    }

    private void refuse(int id, ErrorCode code, String message, boolean notProcessed) {
        refuse(new Frame.Error(id, code.code(), Frame.ABSENT, notProcessed, message));
    }

    /** Tells the client of a frame that was refused; counts it if there is no id to tell of. */
    public void refuse(Frame.Error error) {
        if (error.id() == 0) {
            router.counters().refusedWithoutId.increment();
        } else {
            peer.send(error);
        }
    }

    void send(Frame frame) {
        peer.send(frame);
    }

    private void publish(Frame.Publish publish) {
        Frame.Error refusal = router.publish(this, publish);
        if (refusal != null) {
            refuse(refusal);
        }
    }

    private void subscribe(Frame.Subscribe subscribe) {
        DeliveryOptions options = deliveryOptions(subscribe);
        if (options != null && isAllowed(subscribe, subscribe.pattern())) {
            if (router.isOverloaded()) {
                router.counters().reached(Limit.BACKLOG_BYTES);
                refuse(subscribe.id(), ErrorCode.UNAVAILABLE, "backlog: too much waits for all sessions", true);
                return;
            }
            Mailbox mailbox = peer.mailbox(subscribe.id(), options.overflow(), options.capacity());
            Subscription subscription = new Subscription(peer, mailbox, subscribe.pattern(), subscribe.group());
            subscriptions.put(subscribe.id(), subscription);
            router.add(subscription);
            confirm(subscribe.id(), subscribe.confirm());
        }
    }

    private @Nullable DeliveryOptions deliveryOptions(Frame.Subscribe subscribe) {
        try {
            return DeliveryOptions.of(subscribe.options());
        } catch (IllegalArgumentException e) {
            refuse(subscribe.id(), ErrorCode.MALFORMED, String.valueOf(e.getMessage()), false);
            return null;
        }
    }

    private void serve(Frame.Serve serve) {
        if (isAllowed(serve, serve.pattern())) {
            Worker worker = new Worker(assignments, serve.pattern(), serve.group());
            services.put(serve.id(), worker);
            router.add(worker);
            confirm(serve.id(), serve.confirm());
        }
    }

    private boolean isAllowed(Frame frame, SubjectPattern pattern) {
        if (!isFree(frame)) {
            return false;
        }
        if (SubjectPattern.isReserved(pattern.token(0))) {
            refuse(frame.id(), ErrorCode.FORBIDDEN, "subject: '" + pattern + "' is reserved", false);
            return false;
        }
        int held = subscriptions.size() + services.size();
        if (held >= router.limits().subscriptionsPerSession()) {
            router.counters().reached(Limit.SUBSCRIPTIONS_PER_SESSION);
            refuse(frame.id(), ErrorCode.LIMITED, "subscriptions: " + held + " are held, the most allowed", false);
            return false;
        }
        return true;
    }

    private void unsubscribe(Frame.Unsubscribe unsubscribe) {
        Subscription subscription = subscriptions.remove(unsubscribe.id());
        Worker worker = services.remove(unsubscribe.id());
        if (subscription != null) {
            router.remove(subscription);
            subscription.close();
        } else if (worker != null) {
            router.remove(worker);
        } else {
            if (peer.carrier() == Carrier.STREAM) {
                if (unsubscribe.confirm()) {
                    refuse(unsubscribe.id(), ErrorCode.NO_WORKER, "no subscription or service has this id", false);
                }
                return;
            } // on datagrams it may be a repeat
        }
        confirm(unsubscribe.id(), unsubscribe.confirm());
    }

    private void confirm(int id, boolean wanted) {
        if (wanted) {
            peer.send(new Frame.Response(id, false, Headers.EMPTY, Payload.EMPTY));
        }
    }

    void confirmBegun() {
        confirmsUnderWay++;
    }

    void confirmEnded() {
        confirmsUnderWay--;
        if (isIdle()) {
            peer.idle();
        }
    }

    /** Whether nobody owes this session an answer. */
    public boolean isIdle() {
        return requests.size() == 0 && confirmsUnderWay == 0;
    }

    /** A request for this session has been encoded; {@code endPosition} is where it ends in the session's stream. */
    public void committed(Frame.Request request, long endPosition) {
        assignments.committed(request.id(), endPosition);
    }

    /** Whether neither this session nor anybody else owes the other an answer. */
    public boolean isQuiet() {
        return isIdle() && assignments.isEmpty();
    }

    /** Whether it offers to answer requests. */
    public boolean isServing() {
        return !services.isEmpty();
    }

    /** New requests are refused from now on; those under way finish. */
    public void drain() {
        requests.drain();
    }

    /** An id for a frame of the gateway's own. */
    public int nextId() {
        return assignments.nextId();
    }

    /** Less waits for this session than its bound again. */
    public void relieved() {
        assignments.relieved();
    }

    /** It is not behind any more. */
    public void caughtUp() {
        requests.caughtUp();
    }

    /** A request that waited for this session, with the time that remains now; null if nobody waits for the answer. */
    public Frame.@Nullable Request due(Frame.Request request) {
        return assignments.due(request);
    }

    /** A frame that waited for this session is longer than it has come to take. */
    public void tooLong(Frame frame) {
        if (frame.type() == FrameType.RESPONSE) {
            requests.tooLong(frame.id());
        } else if (frame.type() == FrameType.REQUEST) {
            assignments.tooLong(frame.id());
        }
    }

    /**
     * The client sends nothing any more: it serves nobody, but still wants its answers.
     *
     * @param handedOverPosition how far it has been, or will be, sent its stream
     */
    public void inputClosed(long handedOverPosition) {
        new ArrayList<>(services.values()).forEach(router::remove);
        services.clear();
        assignments.workerGone(handedOverPosition);
    }

    /** The session has ended: everything it held is given up. The position is that of {@link #inputClosed}. */
    public void gone(long handedOverPosition) {
        requests.requesterGone();
        inputClosed(handedOverPosition);
        new ArrayList<>(subscriptions.values()).forEach(router::remove);
        subscriptions.clear();
    }
}
