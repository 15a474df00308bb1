package io.socketgateway.server.session;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.routing.Party;

/**
 * Heeds the bounds of what waits for one session and of what it has begun to send: its own, and those of all sessions
 * together. Belongs to the session's loop.
 */
final class Pressure {
    /** Says to a session that it holds most of what is too much for all together. */
    enum Order {
        /** Of what waits. */
        GIVE_WAY,
        /** Of frames begun and not finished. */
        GIVE_UP_FRAME
    }

    private final Session session;
    private final Loop loop;
    private final Link link;
    private final Outbound outbound;
    private final Party party;
    private final Watch watch;
    private final Reading reading;
    private final SharedBounds bounds;
    private final Counters counters;
    private volatile boolean takesRequests = true;
    private volatile int waitingBytes;
    private volatile int unfinishedBytes;

    Pressure(
            Session session,
            Loop loop,
            Link link,
            Outbound outbound,
            Party party,
            LimitsConfig limits,
            SharedBounds bounds,
            Counters counters) {
        this.session = session;
        this.loop = loop;
        this.link = link;
        this.outbound = outbound;
        this.party = party;
        this.watch = new Watch(session, this, link, loop, limits, counters);
        this.reading = new Reading(loop, link, watch, bounds);
        this.bounds = bounds;
        this.counters = counters;
    }

    /** What watches its times. */
    Watch watch() {
        return watch;
    }

    /** Whether it may be given more to do. Any thread. */
    boolean takesRequests() {
        return takesRequests;
    }

    /** Whether so much waits that nothing is read from it. */
    boolean isBehind() {
        return reading.isBacklogged();
    }

    /** About how many bytes wait for it, as of late. Any thread. */
    int waitingBytes() {
        return waitingBytes;
    }

    /** How many bytes of an unfinished frame are kept, as of late. Any thread. */
    int unfinishedBytes() {
        return unfinishedBytes;
    }

    /** More waits, or less. */
    void backlogChanged() {
        int waiting = outbound.waitingBytes();
        waitingBytes = waiting;
        boolean takesMore = !outbound.isFull() && link.takesRequests();
        if (takesMore != takesRequests) {
            takesRequests = takesMore;
            if (takesMore) {
                party.relieved();
            }
        }
        boolean wasBehind = reading.isBacklogged();
        reading.backlog(waiting, outbound.boundBytes());
        if (wasBehind && !reading.isBacklogged()) {
            party.caughtUp();
        }
        watch.waiting(!outbound.isEmpty(), link.flushedPosition());
        if (waiting > 0) {
            bounds.relieveBacklog(loop);
        }
    }

    /** All bytes that were there have been read. */
    void readEnded() {
        int unfinished = link.unfinishedBytes();
        watch.readEnded(unfinished, link.consumedBytes());
        hold(unfinished);
        if (unfinished > 0) {
            bounds.relieveInbound(loop);
        }
        reading.batchEnded(unfinished > 0);
    }

    private void hold(int unfinished) {
        bounds.inbound().add(unfinished - unfinishedBytes);
        unfinishedBytes = unfinished;
    }

    /** It holds most of what is too much. */
    void obey(Order order) {
        SharedBound relieved = order == Order.GIVE_WAY ? bounds.backlog() : bounds.inbound();
        try {
            if (!session.isClosed()) {
                giveWay(order);
            }
        } finally {
            relieved.endRelief();
        }
    }

    private void giveWay(Order order) {
        switch (order) {
            case GIVE_WAY -> {
                counters.reached(Limit.BACKLOG_BYTES);
                if (outbound.giveWay()) {
                    backlogChanged();
                } else {
                    session.abandon("backlog: too much waits for all sessions, and most for this one");
                }
            }
            case GIVE_UP_FRAME -> {
                if (link.unfinishedBytes() > 0) {
                    counters.reached(Limit.INBOUND_BYTES);
                    session.close(ErrorCode.TOO_LARGE, "frame: all sessions have begun too much, and this one most");
                }
            }
        }
    }

    /** The session has ended; the link reads on to discard. */
    void end() {
        hold(0);
        waitingBytes = 0;
        watch.stop();
        reading.end();
    }
}
