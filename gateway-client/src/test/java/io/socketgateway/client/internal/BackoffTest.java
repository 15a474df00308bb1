package io.socketgateway.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
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

    /** One client of a storm, at its next attempt. */
    private record Attempt(long nanos, int client, int round) {}

    @Test
    void fiveThousandClientsThatWereCutAtOnceComeBackSpread() {
        int clients = 5_000;
        long secondNanos = 1_000_000_000L;
        long intervalNanos = secondNanos / 500; // the gateway takes 500 a second, and a burst of as many
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random(1));
        PriorityQueue<Attempt> attempts = new PriorityQueue<>(Comparator.comparingLong(Attempt::nanos));
        for (int client = 0; client < clients; client++) {
            attempts.add(new Attempt(backoff.delayNanos(0), client, 0));
        }
        Map<Long, Integer> perTenth = new TreeMap<>();
        long takenUpTo = -secondNanos;
        int made = 0;
        int taken = 0;
        long lastNanos = 0;
        while (!attempts.isEmpty()) {
            Attempt attempt = attempts.remove();
            made++;
            perTenth.merge(attempt.nanos() / (secondNanos / 10), 1, Integer::sum);
            long free = Math.max(takenUpTo, attempt.nanos() - secondNanos) + intervalNanos;
            if (free <= attempt.nanos()) {
                takenUpTo = free;
                taken++;
                lastNanos = attempt.nanos();
            } else {
                int round = attempt.round() + 1;
                attempts.add(new Attempt(attempt.nanos() + backoff.delayNanos(round), attempt.client(), round));
            }
        }
        assertThat(taken).isEqualTo(clients);
        assertThat(lastNanos).as("10 s would be perfect").isLessThan(40 * secondNanos);
        assertThat(made).as("attempts in all").isLessThan(8 * clients);
        assertThat(perTenth.entrySet())
                .as("after two seconds no tenth of one sees a tenth of them")
                .allSatisfy(entry ->
                        assertThat(entry.getKey() < 20 ? 0 : entry.getValue()).isLessThan(clients / 10));
    }
}
