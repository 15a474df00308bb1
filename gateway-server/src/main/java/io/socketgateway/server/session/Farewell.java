package io.socketgateway.server.session;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.time.TimerWheel.Timer;
import io.socketgateway.server.loop.Loop;
import java.util.concurrent.TimeUnit;

/**
 * How a session ends in a drain: its client was told, and is given time to leave; what is under way is given all the time
 * there is. Belongs to the session's loop.
 */
final class Farewell {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** An answer in a datagram may be lost: so long its repeats find somebody who knows. */
    private static final long DATAGRAM_REPEATS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Session session;
    private final Loop loop;
    private final long leaveNanos;
    private final long latestNanos;
    private final long quietNanos; // how long nothing may have been under way before it ends
    private long busyNanos; // when something was, as of late
    private final Timer timer = new Timer(this::look);

    /**
     * A farewell that begins now.
     *
     * @param carrier what carries its frames
     * @param leaveNanos how long the client may take to leave by itself when nothing is under way
     * @param latestNanos how long it may take at all
     */
    Farewell(Session session, Loop loop, Carrier carrier, long leaveNanos, long latestNanos) {
        long now = loop.readClock();
        this.session = session;
        this.loop = loop;
        this.leaveNanos = now + leaveNanos;
        this.latestNanos = now + latestNanos;
        this.quietNanos = carrier == Carrier.DATAGRAM ? DATAGRAM_REPEATS_NANOS : 0;
        this.busyNanos = now - quietNanos;
        look();
    }

    private void look() {
        long now = loop.nowNanos();
        boolean quiet = session.isQuiet();
        if (!quiet) {
            busyNanos = now;
        }
        boolean isLatest = now - latestNanos >= 0;
        if (quiet && (isLatest || now - leaveNanos >= 0 && now - busyNanos >= quietNanos)) {
            session.leave();
        } else if (isLatest) {
            session.drainTimedOut();
        } else {
            loop.timers().start(timer, LOOK_NANOS);
        }
    }

    void end() {
        timer.cancel();
    }
}
