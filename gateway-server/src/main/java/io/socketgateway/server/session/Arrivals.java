package io.socketgateway.server.session;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.ValueType;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many sessions may begin in a second, by way of all listeners together. It is a bucket that holds one second's worth
 * and fills evenly: so many may come at once, and after that so many each second. Any thread.
 */
public final class Arrivals {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final NanoClock clock;
    private final long nanosEach; // 0: whoever comes may begin
    private final AtomicLong fullNanos; // when the bucket is full again, if none comes until then

    /** A full bucket. */
    public Arrivals(int perSecond, NanoClock clock) {
        this.clock = clock;
        this.nanosEach = perSecond == ValueType.UNLIMITED ? 0 : SECOND_NANOS / perSecond;
        this.fullNanos = new AtomicLong(clock.nanos());
    }

    /** Takes a turn to begin a session; false if there is none yet. */
    public boolean take() {
        while (true) {
            long now = clock.nanos();
            long full = fullNanos.get();
            long fullAfter = Math.max(full - now, 0) + nanosEach;
            if (fullAfter > SECOND_NANOS) {
                return false;
            }
            if (fullNanos.compareAndSet(full, now + fullAfter)) {
                return true;
            }
        }
    }

    /** Whether there is a turn to be taken now. */
    public boolean isOpen() {
        return fullNanos.get() - clock.nanos() + nanosEach <= SECOND_NANOS;
    }
}
