package io.socketgateway.server.session;

import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.loop.Loop;
import java.util.Set;
import java.util.function.ToIntFunction;

/** What all sessions hold together, and which of them gives way when that is too much. Any thread. */
final class SharedBounds {
    private final Set<Session> sessions;
    private final SharedBound backlog;
    private final SharedBound inbound;

    /** Nothing is held yet by these, to which others may be added. */
    SharedBounds(LimitsConfig limits, Set<Session> sessions) {
        this.sessions = sessions;
        this.backlog = new SharedBound(limits.backlogBytes());
        this.inbound = new SharedBound(limits.inboundBytes());
    }

    /** What waits for all of them. */
    SharedBound backlog() {
        return backlog;
    }

    /** What all of them have begun to send and not finished. */
    SharedBound inbound() {
        return inbound;
    }

    /** Has the one give way for which most waits, if too much waits for all together. */
    void relieveBacklog(Loop from) {
        if (backlog.beginRelief()) {
            relieve(from, backlog, Session::waitingBytes, Pressure.Order.GIVE_WAY);
        }
    }

    /** Has the one give up its frame that has sent most of one, if all together have sent too much. */
    void relieveInbound(Loop from) {
        if (inbound.beginRelief()) {
            relieve(from, inbound, Session::unfinishedBytes, Pressure.Order.GIVE_UP_FRAME);
        }
    }

    /** All that hold nearly as much as the one that holds most give way together: there may be thousands alike. */
    private void relieve(Loop from, SharedBound bound, ToIntFunction<Session> held, Pressure.Order order) {
        int most = 0;
        for (Session session : sessions) {
            most = Math.max(most, held.applyAsInt(session));
        }
        int nearlyAsMuch = most - most / 20;
        for (Session session : sessions) {
            if (most > 0 && held.applyAsInt(session) >= nearlyAsMuch && bound.isPassed()) {
                bound.joinRelief();
                from.hand(session.loop(), session, order);
            }
        }
        bound.endRelief();
    }
}
