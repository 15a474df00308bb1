package io.socketgateway.protocol.datagram;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;

/**
 * The peer's frames: each id is carried out once, and its repeats get the answer that was given, or word that it is under
 * way. Belongs to one event loop.
 */
final class IncomingFrames {
    private final SeenIds seen;
    private final IntObjectMap<FrameType> underWay = new IntObjectHashMap<>(2); // that want an answer
    private final AnswerCache.Answers answers;
    private final Exchange.Outlet outlet;

    /** Ids rise from that one. */
    IncomingFrames(int firstId, AnswerCache.Answers answers, Exchange.Outlet outlet) {
        this.seen = new SeenIds(firstId);
        this.answers = answers;
        this.outlet = outlet;
    }

    /** Whether a frame is to be carried out; a repeat was dealt with here. */
    boolean isFirst(FrameType type, int id, boolean wantsAnswer) {
        if (id == 0) {
            return true; // nobody promised to carry it out once
        }
        switch (seen.see(id)) {
            case FIRST -> {
                if (wantsAnswer) {
                    underWay.put(id, type);
                    forgetNeverAnswered();
                }
                return true;
            }
            case AGAIN -> {
                outlet.happened(Exchange.Event.REPEAT_RECEIVED);
                answerAgain(id, wantsAnswer);
            }
            case OUTDATED -> refuseOutdated(id, "id: too old to tell whether it was carried out");
        }
        return false;
    }

    /** What left the window will not be asked for again, so it matters no more that it was not answered. */
    private void forgetNeverAnswered() {
        if (underWay.size() > 2 * SeenIds.WINDOW) {
            underWay.keySet().removeIf(seen::isOutdated);
        }
    }

    /** How many ids of the peer's want an answer and have none. */
    int underWay() {
        return underWay.size();
    }

    private void answerAgain(int id, boolean wantsAnswer) {
        Frame answer = answers.find(id);
        if (answer != null) {
            outlet.happened(Exchange.Event.ANSWER_REPEATED);
            outlet.send(answer);
        } else if (underWay.containsKey(id)) {
            outlet.happened(Exchange.Event.ACKNOWLEDGED);
            outlet.send(new Frame.Ack(id));
        } else if (wantsAnswer) {
            refuseOutdated(id, "id: was carried out, and the answer is not kept any more");
        }
    }

    private void refuseOutdated(int id, String reason) {
        outlet.happened(Exchange.Event.OUTDATED);
        outlet.send(Frame.Error.of(id, ErrorCode.DEADLINE, reason));
    }

    /** An answer was sent: if it was to one of these, it is kept. */
    void answered(Frame answer) {
        if (underWay.remove(answer.id()) != null) {
            answers.keep(answer);
        }
    }

    /** No answer will be given to that id. */
    void cancelled(int id) {
        underWay.remove(id);
    }

    /** Keeps nothing any more. */
    void close() {
        underWay.clear();
        answers.clear();
    }
}
