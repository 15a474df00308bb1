package io.socketgateway.server.routing;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.id.IdMap;
import io.socketgateway.server.loop.Loop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests that one session has been given to answer. Belongs to the session's loop. */
final class Assignments implements Answerer {
    private final Peer peer;
    private final Worker self;
    private final IdMap<Assignment> byId = new IdMap<>(4);
    private List<Assignment> holdingCredit = List.of(); // a list of its own with the first
    private int lastId;
    private boolean gone;

    Assignments(Peer peer) {
        this.peer = peer;
        this.self = new Worker(this, Router.ANY_CLIENT, "");
    }

    /** The worker that stands for the client itself, as {@code client.<clientId>}. */
    Worker self() {
        return self;
    }

    Loop loop() {
        return peer.loop();
    }

    @Override
    public boolean takesRequests() {
        return peer.takesRequests();
    }

    @Override
    public Answering answer(Call call, Worker worker) {
        Assignment assignment = new Assignment(this, call, worker, call.credit());
        assignment.handOver();
        return assignment;
    }

    /** A worker that has left meanwhile has not seen the request. */
    void begin(Assignment assignment) {
        Worker worker = assignment.worker();
        if (worker == self && (gone || !peer.takesRequests())) { // there is no other to ask
            assignment.end(Frame.Error.notProcessed(0, ErrorCode.UNAVAILABLE, "the client takes no requests now"));
            return;
        }
        if (peer.carrier() == Carrier.DATAGRAM && assignment.call().request().isStream()) {
            assignment.end(Frame.Error.notProcessed(
                    0, ErrorCode.UNSUPPORTED, "the client is on datagrams, which carry no streams"));
            return;
        }
        if (worker != self && !(worker.isOffered() && peer.takesRequests())) {
            assignment.end(Call.Untaken.UNTAKEN);
            return;
        }
        int id = nextId();
        assignment.begun(id);
        byId.put(id, assignment);
        Frame.Request asked = assignment.call().request();
        boolean fits = peer.send(new Frame.Request(
                id,
                asked.subject(),
                assignment.call().remainingMillis(loop().nowNanos()),
                assignment.credit(),
                asked.headers(),
                asked.payload()));
        if (!fits) {
            byId.remove(id);
            endTooLong(assignment);
        }
    }

    /** The request of that id as it is to be sent now; null if it has ended while it waited. */
    Frame.@Nullable Request due(Frame.Request request) {
        Assignment assignment = byId.get(request.id());
        return assignment == null
                ? null
                : new Frame.Request(
                        request.id(),
                        request.subject(),
                        assignment.call().remainingMillis(loop().nowNanos()),
                        request.credit(),
                        request.headers(),
                        request.payload());
    }

    /** A request that waited for the worker has become too long for it. */
    void tooLong(int id) {
        Assignment assignment = byId.remove(id);
        if (assignment != null) {
            endTooLong(assignment);
        }
    }

    private static void endTooLong(Assignment assignment) {
        assignment.end(Frame.Error.notProcessed(0, ErrorCode.TOO_LARGE, "request: longer than the worker takes"));
    }

    int nextId() {
        do {
            lastId++;
        } while (lastId == 0 || byId.contains(lastId));
        return lastId;
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /** Credit for the worker; while it is over its bound the figures are added up instead. */
    void credit(Assignment assignment) {
        if (peer.takesRequests()) {
            peer.send(new Frame.Credit(assignment.id(), assignment.takeHeldCredit()));
        } else if (!assignment.isHoldingCredit()) {
            assignment.holdCredit();
            if (holdingCredit.isEmpty()) {
                holdingCredit = new ArrayList<>();
            }
            holdingCredit.add(assignment);
        }
    }

    /** The worker is under its bound again. */
    void relieved() {
        List<Assignment> holding = holdingCredit;
        holdingCredit = List.of();
        for (Assignment assignment : holding) {
            if (byId.get(assignment.id()) == assignment) {
                assignment.releaseCredit();
                credit(assignment);
            }
        }
    }

    /** The request with that id has been encoded up to that position of the stream. */
    void committed(int id, long endPosition) {
        Assignment assignment = byId.get(id);
        if (assignment != null) {
            assignment.committed(endPosition);
        }
    }

    void response(Frame.Response response) {
        Assignment assignment = byId.get(response.id());
        if (assignment == null) {
            return; // ended meanwhile
        }
        assignment.seen();
        if (assignment.call().loop() != loop()) {
            response.payload().keep();
        }
        if (!assignment.accepts(response)) {
            fail(
                    assignment,
                    response.more() && !assignment.call().request().isStream()
                            ? "worker sent MORE where one answer was asked"
                            : "worker sent more responses than it had credit for");
        } else if (response.more()) {
            loop().hand(assignment.call().loop(), assignment.call(), response);
        } else {
            byId.remove(response.id());
            assignment.end(response);
        }
    }

    /** A response that breaks a rule of the protocol. */
    void brokenResponse(int id, String fault) {
        Assignment assignment = byId.get(id);
        if (assignment != null) {
            fail(assignment, "worker's response: " + fault);
        }
    }

    private void fail(Assignment assignment, String message) {
        byId.remove(assignment.id());
        peer.send(new Frame.Cancel(assignment.id()));
        assignment.end(Frame.Error.of(0, ErrorCode.FAILED, message));
    }

    void error(Frame.Error error) {
        Assignment assignment = byId.remove(error.id());
        if (assignment != null) {
            assignment.end(error);
        }
    }

    /** The requester wants no answer any more. */
    void cancel(Assignment assignment) {
        byId.remove(assignment.id());
        assignment.endSilently();
        if (!assignment.isWaiting()) {
            peer.send(new Frame.Cancel(assignment.id()));
        }
    }

    /**
     * The session answers nothing any more. What it will not be sent goes to the next worker.
     *
     * @param handedOverPosition how far it has been, or will be, sent its stream
     */
    void workerGone(long handedOverPosition) {
        gone = true;
        List<Assignment> lost = new ArrayList<>(byId.values());
        byId.clear();
        for (Assignment assignment : lost) {
            assignment.end(
                    assignment.isHandedOver(handedOverPosition)
                            ? Frame.Error.of(0, ErrorCode.UNAVAILABLE, "worker was lost")
                            : Call.Untaken.UNTAKEN);
        }
    }
}
