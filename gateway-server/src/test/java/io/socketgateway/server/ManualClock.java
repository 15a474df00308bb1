package io.socketgateway.server;

import io.socketgateway.protocol.time.NanoClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that goes only when told to. */
final class ManualClock implements NanoClock {
    static final long START_MILLIS = 1_700_000_000_000L;

    private final AtomicLong nanos = new AtomicLong();

    private volatile Runnable whenRead = () -> {};

    /** Does that each time it is read, on whatever thread reads it; the worker loops do every ten real milliseconds. */
    void whenRead(Runnable action) {
        whenRead = action;
    }

    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    @Override
    public long nanos() {
        whenRead.run();
        return nanos.get();
    }

    @Override
    public long epochMillis() {
        return START_MILLIS + nanos.get() / 1_000_000;
    }
}
