package io.socketgateway.client.internal;

import io.socketgateway.protocol.time.TimerWheel;
import java.util.concurrent.TimeUnit;

/**
 * Decides when a session needs another socket: at once when the one at hand has failed, and when repeat after repeat goes
 * unanswered, for a middlebox may have forgotten the old port. Belongs to the event loop.
 */
final class UdpLifeline {
    /** How many repeats in a row go unanswered before that. */
    static final int REPEATS = 4;

    private static final long LEAST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long MOST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(32);
    private static final long FAILED_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MOST_DOUBLINGS = 4;

    private final Lease lease;
    private final Runnable rebind;
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::renew);
    private long sinceNanos; // heard last, or rebound last
    private long silenceNanos = LEAST_SILENCE_NANOS;
    private int repeats;
    private int failures;

    UdpLifeline(Lease lease, Runnable rebind) {
        this.lease = lease;
        this.rebind = rebind;
        this.sinceNanos = lease.nanos();
    }

    /** The gateway was heard. */
    void heard() {
        sinceNanos = lease.nanos();
        silenceNanos = LEAST_SILENCE_NANOS;
        repeats = 0;
        failures = 0;
    }

    /** Something was sent again. */
    void repeated() {
        if (++repeats >= REPEATS && lease.nanos() - sinceNanos >= silenceNanos && !timer.isStarted()) {
            silenceNanos = Math.min(MOST_SILENCE_NANOS, 2 * silenceNanos);
            renew();
        }
    }

    /** The socket has failed. */
    void broken() {
        if (!timer.isStarted()) {
            long delayNanos = failures == 0 ? 0 : FAILED_AGAIN_NANOS << Math.min(failures - 1, MOST_DOUBLINGS);
            failures++;
            lease.wheel().start(timer, delayNanos);
        }
    }

    private void renew() {
        sinceNanos = lease.nanos();
        repeats = 0;
        rebind.run();
    }

    void stop() {
        timer.cancel();
    }
}
