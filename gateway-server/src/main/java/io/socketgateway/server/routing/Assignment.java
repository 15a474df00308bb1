package io.socketgateway.server.routing;

import io.socketgateway.protocol.Frame;
import io.socketgateway.server.loop.Loop;

/**
 * A request under way, seen from the worker's session. {@link #cancel} and {@link #credit} are called on the requester's
 * loop; all else belongs to the worker's.
 */
final class Assignment implements Loop.Recipient, Answerer.Answering {
    private enum Order {
        BEGIN,
        CANCEL
    }

    /** The frame has not been encoded yet. */
    private static final long NOWHERE = Long.MAX_VALUE;

    private final Assignments assignments;
    private final Call call;
    private final Worker worker;
    private int id; // the gateway's own toward the worker
    private final long credit; // ABSENT if one answer is wanted
    private long creditLeft;
    private long heldCredit; // given by the requester, not yet told the worker
    private boolean holdsCredit;
    private long endPosition = NOWHERE; // in the worker's stream
    private boolean ended;

    Assignment(Assignments assignments, Call call, Worker worker, long credit) {
        this.assignments = assignments;
        this.call = call;
        this.worker = worker;
        this.credit = credit;
        this.creditLeft = credit;
    }

    void handOver() {
        call.loop().hand(assignments.loop(), this, Order.BEGIN);
    }

    @Override
    public void cancel() {
        call.loop().hand(assignments.loop(), this, Order.CANCEL);
    }

    @Override
    public void credit(long responses) {
        call.loop().hand(assignments.loop(), this, new Frame.Credit(0, responses));
    }

    @Override
    public void receive(Object order) {
        if (order == Order.BEGIN) {
            assignments.begin(this);
        } else if (ended) {
            return; // the answer crossed the order
        } else if (order instanceof Frame.Credit credit) {
            creditLeft = Math.min(Frame.MAX_U32, creditLeft + credit.n());
            heldCredit = Math.min(Frame.MAX_U32, heldCredit + credit.n());
            assignments.credit(this);
        } else {
            assignments.cancel(this);
        }
    }

    Call call() {
        return call;
    }

    Worker worker() {
        return worker;
    }

    int id() {
        return id;
    }

    void begun(int toWorkerId) {
        id = toWorkerId;
    }

    /** What the requester had given when this was handed over. */
    long credit() {
        return credit;
    }

    long takeHeldCredit() {
        long held = heldCredit;
        heldCredit = 0;
        return held;
    }

    boolean isHoldingCredit() {
        return holdsCredit;
    }

    void holdCredit() {
        holdsCredit = true;
    }

    void releaseCredit() {
        holdsCredit = false;
    }

    void committed(long position) {
        endPosition = position;
    }

    /** The worker has answered, so it has seen the request, whatever is known of the socket. */
    void seen() {
        endPosition = 0;
    }

    /** Whether the worker may see it, if it is sent so much of its stream. */
    boolean isHandedOver(long handedOverPosition) {
        return endPosition <= handedOverPosition;
    }

    /** Whether it still waits as an object, and can be withdrawn. */
    boolean isWaiting() {
        return endPosition == NOWHERE;
    }

    /** Takes the credit that a response needs; false if there is none, or if the response breaks the request's kind. */
    boolean accepts(Frame.Response response) {
        if (!call.request().isStream()) {
            return !response.more();
        }
        if (!response.more() && response.payload().isEmpty()) {
            return true;
        }
        return creditLeft-- > 0;
    }

    /** Ends it and hands the outcome to the requester. */
    void end(Object outcome) {
        ended = true;
        worker.ended();
        assignments.loop().hand(call.loop(), call, outcome);
    }

    /** Ends it without an outcome: the requester ended it. */
    void endSilently() {
        ended = true;
        worker.ended();
    }
}
