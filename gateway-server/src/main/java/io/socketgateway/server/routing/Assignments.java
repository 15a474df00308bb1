package io.socketgateway.server.routing;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.server.loop.Loop;
import java.util.ArrayList;
import java.util.List;

/** The requests that one session has been given to answer. Belongs to the session's loop. */
final class Assignments implements Answerer {
    private final Peer peer;
    private final Worker self;
    private final IntObjectMap<Assignment> byId = new IntObjectHashMap<>(4);
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
        if (gone || worker != self && !worker.isOffered()) {
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

    private int nextId() {
        do {
            lastId++;
        } while (lastId == 0 || byId.containsKey(lastId));
        return lastId;
    }

    void send(Frame frame) {
        peer.send(frame);
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
        peer.send(new Frame.Cancel(assignment.id()));
    }

    /**
     * The session answers nothing any more. What its socket has not taken goes to the next worker.
     *
     * @param flushedPosition how far the socket has taken the stream
     */
    void workerGone(long flushedPosition) {
        gone = true;
        List<Assignment> lost = new ArrayList<>(byId.values());
        byId.clear();
        for (Assignment assignment : lost) {
            assignment.end(
                    assignment.wasHandedOver(flushedPosition)
                            ? Frame.Error.of(0, ErrorCode.UNAVAILABLE, "worker was lost")
                            : Call.Untaken.UNTAKEN);
        }
    }
}
