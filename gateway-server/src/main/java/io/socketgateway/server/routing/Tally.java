package io.socketgateway.server.routing;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What happens so often that even an atomic addition would show: one loop counts it for itself, with a plain store. Written
 * by that loop alone, read by any thread.
 */
public final class Tally {
    /** What is counted so. */
    public enum Count {
        /** A request was taken, and is under way. */
        REQUEST_BEGUN(0),
        /** A request ended with its last RESPONSE. */
        REQUEST_ANSWERED(1),
        /** A message was taken from its publisher. */
        MESSAGE_PUBLISHED(2),
        /** A message was committed to a subscriber's socket, or to the client it is for. */
        MESSAGE_DELIVERED(3);

        private final int at;

        Count(int index) {
            at = PADDING + index;
        }
    }

    /** In longs, at both ends: the loops' counts share no cache line. */
    private static final int PADDING = 16;

    private final AtomicLongArray counts = new AtomicLongArray(PADDING + Count.values().length + PADDING);

    Tally() {}

    /** It happened once more. The loop's own thread alone. */
    public void increment(Count count) {
        counts.setOpaque(count.at, counts.getPlain(count.at) + 1);
    }

    /** How often it happened. */
    long sum(Count count) {
        return counts.getOpaque(count.at);
    }
}
