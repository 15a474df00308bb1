package io.socketgateway.client.internal;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next round: full jitter, a random time from zero to a bound that doubles up to a cap, so
 * that clients that lost their gateway together do not come back together.
 */
public record Backoff(Duration base, Duration cap, RandomGenerator random) {
    /**
     * A delay in nanoseconds.
     *
     * @param round how many rounds failed since the last success, from 0
     */
    long delayNanos(int round) {
        long bound = Math.min(cap.toNanos(), base.toNanos() << Math.min(round, 20));
        return bound <= 0 ? cap.toNanos() : random.nextLong(bound + 1);
    }
}
