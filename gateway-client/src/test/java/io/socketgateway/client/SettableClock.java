package io.socketgateway.client;

import io.socketgateway.protocol.time.NanoClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A clock that stands still until a test moves it. */
public final class SettableClock implements NanoClock {
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    /** Moves on in small steps until it is so, whenever the timers in question are started. */
    public void advanceUntil(Callable<Boolean> condition) {
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> {
            advance(Duration.ofMillis(50));
            return condition.call();
        });
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long epochMillis() {
        return nanos.get() / 1_000_000;
    }
}
