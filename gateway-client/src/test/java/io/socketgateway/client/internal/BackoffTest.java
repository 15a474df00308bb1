package io.socketgateway.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    @Test
    void delaysLieBetweenZeroAndABoundThatDoublesUpToTheCap() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random(1));
        for (int round = 0; round < 100; round++) {
            long bound = Math.min(10_000, 100L << Math.min(round, 10)) * 1_000_000;
            for (int i = 0; i < 50; i++) {
                assertThat(backoff.delayNanos(round)).isBetween(0L, bound);
            }
        }
    }

    @Test
    void delaysAreSpreadOverTheWholeRange() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random(1));
        long low = Long.MAX_VALUE;
        long high = 0;
        for (int i = 0; i < 1000; i++) {
            long delay = backoff.delayNanos(0);
            low = Math.min(low, delay);
            high = Math.max(high, delay);
        }
        assertThat(low).isLessThan(5_000_000);
        assertThat(high).isGreaterThan(95_000_000);
    }

    @Test
    void longBasesDoNotOverflow() {
        Backoff backoff = new Backoff(Duration.ofDays(30_000), Duration.ofDays(30_000), new Random(1));
        assertThat(backoff.delayNanos(40)).isNotNegative();
    }
}
