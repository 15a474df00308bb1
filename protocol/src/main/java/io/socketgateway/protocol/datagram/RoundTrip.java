package io.socketgateway.protocol.datagram;

import java.util.concurrent.TimeUnit;

/**
 * How long a peer takes to answer, and how long to wait before sending again: RFC 6298 section 2, with limits of our own.
 * Only what was sent once may be measured (section 3, Karn's algorithm). Belongs to one thread.
 */
public final class RoundTrip {
    /** The wait before anything was measured. */
    static final long FIRST_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** The shortest wait. */
    static final long LEAST_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** The longest wait, however often it was doubled. */
    static final long MOST_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int VARIATION_FACTOR = 4;

    private int estimates;
    private boolean measured;
    private long smoothedNanos;
    private long variationNanos;
    private long timeoutNanos = FIRST_TIMEOUT_NANOS;

    /** Nothing measured yet. */
    public RoundTrip() {}

    /** An answer took so long. */
    public void measured(long nanos) {
        estimates++;
        if (measured) {
            variationNanos += (Math.abs(smoothedNanos - nanos) - variationNanos) / 4;
            smoothedNanos += (nanos - smoothedNanos) / 8;
        } else {
            measured = true;
            smoothedNanos = nanos;
            variationNanos = nanos / 2;
        }
        long timeout = smoothedNanos + VARIATION_FACTOR * variationNanos;
        timeoutNanos = Math.max(LEAST_TIMEOUT_NANOS, Math.min(MOST_TIMEOUT_NANOS, timeout));
    }

    /**
     * What was sent more than once was answered, so long after the first time: it may be that one which was answered, or
     * not. The timeout goes half of the way there, and no more than half as long again. So a way that takes longer than the
     * timeout is found out, while on a lossy one those that come after a lost frame do not wait longer and longer.
     *
     * @param estimate what {@link #estimate} was at the first time: if more was learnt since, this tells nothing
     */
    void measuredRoughly(long nanos, int estimate) {
        if (estimate == estimates) {
            estimates++;
            long rough = Math.min(MOST_TIMEOUT_NANOS, nanos + nanos / 2);
            timeoutNanos += Math.max(0, Math.min(timeoutNanos, rough - timeoutNanos)) / 2;
        }
    }

    /** Which estimate holds, the so-maniest. */
    int estimate() {
        return estimates;
    }

    /** How long to wait for an answer before sending again: 200 ms at first, then from 50 ms to 2 s. */
    public long timeoutNanos() {
        return timeoutNanos;
    }

    /** Whether anything was measured. */
    public boolean isMeasured() {
        return measured;
    }

    /** The smoothed time that an answer takes; 0 before anything was measured. */
    public long smoothedNanos() {
        return smoothedNanos;
    }
}
