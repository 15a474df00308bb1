package io.socketgateway.server.datagram;

import io.socketgateway.protocol.time.NanoClock;
import java.util.concurrent.TimeUnit;

/** A clock that goes only when told to. */
final class SettableClock implements NanoClock {
    private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(10); // so that it runs over

    void advanceMillis(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
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
