package io.socketgateway.server.session;

import io.socketgateway.protocol.time.TimerWheel.Timer;
import io.socketgateway.server.loop.Loop;
import java.util.concurrent.TimeUnit;

/**
 * How a session ends in a drain: its client was told, and is given time to leave; what is under way is given all the time
 * there is. Belongs to the session's loop.
 */
final class Farewell {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Session session;
    private final Loop loop;
    private final long leaveNanos;
    private final long latestNanos;
    private final Timer timer = new Timer(this::look);

    /**
     * A farewell that begins now.
     *
     * @param leaveNanos how long the client may take to leave by itself when nothing is under way
     * @param latestNanos how long it may take at all
     */
    Farewell(Session session, Loop loop, long leaveNanos, long latestNanos) {
        long now = loop.readClock();
        this.session = session;
        this.loop = loop;
        this.leaveNanos = now + leaveNanos;
        this.latestNanos = now + latestNanos;
        look();
    }

    private void look() {
        long now = loop.nowNanos();
        if (now - latestNanos >= 0) {
            session.drainTimedOut();
        } else if (now - leaveNanos < 0 || !session.leaveIfQuiet()) {
            loop.timers().start(timer, LOOK_NANOS);
        }
    }

    void end() {
        timer.cancel();
    }
}
