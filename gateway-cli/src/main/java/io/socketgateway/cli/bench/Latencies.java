package io.socketgateway.cli.bench;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Times in nanoseconds, to three significant digits, from any thread. What is over an hour counts as an hour. The
 * summaries are for one thread.
 */
public final class Latencies {
    private static final long LONGEST = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    private final Recorder recorder = new Recorder(LONGEST, DIGITS);
    private final Histogram total = new Histogram(LONGEST, DIGITS);

    /** None yet. */
    public Latencies() {}

    /** A time; one under zero counts as zero. */
    public void record(long nanos) {
        recorder.recordValue(Math.max(0, Math.min(nanos, LONGEST)));
    }

    /** What was recorded since the last summary of either kind. */
    public synchronized Summary sinceLast() {
        Histogram interval = recorder.getIntervalHistogram();
        total.add(interval);
        return Summary.of(interval);
    }

    /** All that was recorded. */
    public synchronized Summary all() {
        sinceLast();
        return Summary.of(total);
    }

    /** How many of all were longer than that. */
    public synchronized long longerThan(long nanos) {
        sinceLast();
        return total.getTotalCount() - total.getCountBetweenValues(0, nanos);
    }

    /**
     * Percentiles in nanoseconds; all zero if there was nothing.
     *
     * @param count how many times there are
     * @param p50 half of them took no longer
     * @param p99 99 of 100
     * @param p999 999 of 1,000
     * @param max the longest
     */
    public record Summary(long count, long p50, long p99, long p999, long max) {
        private static Summary of(Histogram histogram) {
            return new Summary(
                    histogram.getTotalCount(),
                    histogram.getValueAtPercentile(50),
                    histogram.getValueAtPercentile(99),
                    histogram.getValueAtPercentile(99.9),
                    histogram.getMaxValue());
        }
    }
}
