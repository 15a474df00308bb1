package io.socketgateway.protocol.datagram;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A clock that stands still until it is told, and the timers that go with it. */
final class ManualTime implements NanoClock {
    private static final long STEP_NANOS = TimerWheel.TICK_NANOS;

    private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(20); // so that it runs over
    private final TimerWheel timers = new TimerWheel(this);

    TimerWheel timers() {
        return timers;
    }

    /** Lets time pass tick by tick, as a loop does. */
    void pass(Duration time) {
        long end = nanos + time.toNanos();
        while (end - nanos > 0) {
            nanos += Math.min(STEP_NANOS, end - nanos);
            timers.advance();
        }
    }

    void passMillis(long millis) {
        pass(Duration.ofMillis(millis));
    }

    /** Lets time pass at once, as a loop that stood still does. */
    void jump(Duration time) {
        nanos += time.toNanos();
        timers.advance();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
