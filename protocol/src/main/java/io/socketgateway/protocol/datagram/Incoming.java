package io.socketgateway.protocol.datagram;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.datagram.Exchange.Event;
import io.socketgateway.protocol.datagram.Exchange.Outlet;
import io.socketgateway.protocol.id.IdMap;

/** What the peer sends: each id is carried out once, and a repeat is told how that stands. Belongs to one event loop. */
final class Incoming {
    private static final int MOST_UNDER_WAY = 2 * SeenIds.WINDOW;

    private final Outlet outlet;
    private final SeenIds seen;
    private final IdMap<FrameType> underWay = new IdMap<>(2); // what wants an answer and has none
    private final AnswerCache.Answers answers;

    /**
     * Nothing has come yet.
     *
     * @param firstId the one before the first
     */
    Incoming(int firstId, AnswerCache cache, Outlet outlet) {
        this.outlet = outlet;
        this.seen = new SeenIds(firstId);
        this.answers = cache.answers();
    }

    /** A frame that uses an id: true if it is to be carried out; false if it is a repeat, and was dealt with. */
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
                outlet.happened(Event.REPEAT_RECEIVED);
                answerAgain(id, wantsAnswer);
            }
            case OUTDATED -> refuseOutdated(id, "id: too old to tell whether it was carried out");
        }
        return false;
    }

    /** An id that has left the window is not asked for again: it matters no more that it was not answered. */
    private void forgetNeverAnswered() {
        if (underWay.size() > MOST_UNDER_WAY) {
            underWay.removeIf(seen::isOutdated);
        }
    }

    private void answerAgain(int id, boolean wantsAnswer) {
        Frame answer = answers.find(id);
        if (answer != null) {
            outlet.happened(Event.ANSWER_REPEATED);
            outlet.send(answer);
        } else if (underWay.contains(id)) {
            outlet.happened(Event.ACKNOWLEDGED);
            outlet.send(new Frame.Ack(id));
        } else if (wantsAnswer) {
            refuseOutdated(id, "id: was carried out, and the answer is not kept any more");
        }
    }

    private void refuseOutdated(int id, String reason) {
        outlet.happened(Event.OUTDATED);
        outlet.send(Frame.Error.of(id, ErrorCode.DEADLINE, reason));
    }

    /** Sends the answer to an id of the peer's and keeps it for repeats; false, and nothing is sent, if it is too long. */
    boolean answer(Frame answer) {
        boolean fits = outlet.send(answer);
        if (fits && underWay.remove(answer.id()) != null) {
            answers.keep(answer);
        }
        return fits;
    }

    /** That id will not be answered. */
    void withdrawn(int id) {
        underWay.remove(id);
    }

    /** How many ids want an answer and have none. */
    int underWay() {
        return underWay.size();
    }

    /** Forgets all. */
    void close() {
        underWay.clear();
        answers.clear();
    }
}
