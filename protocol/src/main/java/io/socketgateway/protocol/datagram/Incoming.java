package io.socketgateway.protocol.datagram;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.datagram.Exchange.Event;
import io.socketgateway.protocol.datagram.Exchange.Outlet;

/** What the peer sends: each id is carried out once, and a repeat is told how that stands. Belongs to one event loop. */
final class Incoming {
    private final Outlet outlet;
    private final SeenIds seen;
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
    boolean isFirst(int id, boolean wantsAnswer) {
        if (id == 0) {
            return true; // nobody promised to carry it out once
        }
        switch (seen.see(id)) {
            case FIRST -> {
                if (wantsAnswer) {
                    seen.begin(id);
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

    private void answerAgain(int id, boolean wantsAnswer) {
        Frame answer = answers.find(id);
        if (answer != null) {
            outlet.happened(Event.ANSWER_REPEATED);
            outlet.send(answer);
        } else if (seen.isUnderWay(id)) {
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

    /**
     * Sends the answer to an id of the peer's, and keeps it if the id may come again; false, and nothing is sent, if it is
     * too long.
     */
    boolean answer(Frame answer) {
        boolean fits = outlet.send(answer);
        if (fits && seen.end(answer.id())) {
            answers.keep(answer);
        }
        return fits;
    }

    /** That id will not be answered. */
    void withdrawn(int id) {
        seen.end(id);
    }

    /** How many ids want an answer and have none. */
    int underWay() {
        return seen.underWay();
    }

    /** Forgets all. */
    void close() {
        seen.endAll();
        answers.clear();
    }
}
