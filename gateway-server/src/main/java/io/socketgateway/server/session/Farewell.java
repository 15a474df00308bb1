package io.socketgateway.server.session;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.time.TimerWheel.Timer;
import io.socketgateway.server.loop.Loop;
import java.util.concurrent.TimeUnit;

/**
 * How a session ends in a drain: its client is told when it is its turn, and is given time to leave; what is under way is
 * given all the time there is. Belongs to the session's loop.
 */
final class Farewell {
    /** How long a client may take to leave once it may connect elsewhere. */
    static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** An answer in a datagram may be lost: so long its repeats find somebody who knows. */
    private static final long DATAGRAM_REPEATS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Session session;
    private final SessionPeer peer;
    private final Loop loop;
    private final long reconnectAfterMillis;
    private final long tellNanos;
    private final long latestNanos;
    private final long quietNanos; // how long nothing may have been sent before it ends
    private final Timer timer = new Timer(this::look);
    private boolean told;
    private long leaveNanos;

    /**
     * A farewell that begins now.
     *
     * @param tellNanos how long from now the client is told
     * @param reconnectAfterMillis how long after that it may connect elsewhere
     * @param latestNanos how long from now it ends, whatever is under way
     */
    Farewell(Session session, SessionPeer peer, long tellNanos, long reconnectAfterMillis, long latestNanos) {
        this.session = session;
        this.peer = peer;
        this.loop = peer.loop();
        long now = loop.readClock();
        this.reconnectAfterMillis = reconnectAfterMillis;
        this.tellNanos = now + tellNanos;
        this.latestNanos = now + latestNanos;
        this.quietNanos = peer.carrier() == Carrier.DATAGRAM ? DATAGRAM_REPEATS_NANOS : 0;
    }

    void begin() {
        look();
    }

    private void look() {
        long now = loop.nowNanos();
        if (!told && now - tellNanos >= 0) {
            told = true;
            leaveNanos = now + TimeUnit.MILLISECONDS.toNanos(reconnectAfterMillis) + LEAVE_NANOS;
            peer.sayGoAway(reconnectAfterMillis);
            if (session.isClosed()) {
                return; // that was too much for it
            }
        }
        boolean isLatest = now - latestNanos >= 0;
        if (peer.isQuiet() && (isLatest || told && isLeft(now))) {
            session.leave();
        } else if (isLatest) {
            session.drainTimedOut();
        } else {
            loop.timers().startAt(timer, now + LOOK_NANOS);
        }
    }

    private boolean isLeft(long now) {
        return now - leaveNanos >= 0 && now - peer.sentNanos() >= quietNanos;
    }

    void end() {
        timer.cancel();
    }
}
