package io.socketgateway.protocol.datagram;

import java.util.Arrays;

/**
 * Which of the latest ids of a peer were seen: a window of 4,096 that ends with the newest and moves on with it. Ids are
 * serial numbers, compared as RFC 1982 section 3.2 says. Belongs to one thread.
 */
final class SeenIds {
    /** How many ids are remembered. */
    static final int WINDOW = 4096;

    /** What is known of an id. */
    enum Sight {
        /** It was not seen before. */
        FIRST,
        /** It was. */
        AGAIN,
        /** It is too old to know. */
        OUTDATED
    }

    private final long[] seen = new long[WINDOW / Long.SIZE]; // one bit for each id of the window
    private int newest;

    /** Knows that one id, as the newest. */
    SeenIds(int first) {
        newest = first;
        mark(first);
    }

    /** Looks at an id and remembers it. */
    Sight see(int id) {
        int ahead = id - newest;
        if (ahead > 0) {
            moveOn(ahead);
            newest = id;
            mark(id);
            return Sight.FIRST;
        }
        if (isOutdated(id)) {
            return Sight.OUTDATED;
        }
        if (isMarked(id)) {
            return Sight.AGAIN;
        }
        mark(id);
        return Sight.FIRST;
    }

    /** Whether an id is too old to know. */
    boolean isOutdated(int id) {
        return id - newest <= -WINDOW;
    }

    /** Forgets the ids that leave the window, whose bits become those of the next ones. */
    private void moveOn(int steps) {
        if (steps >= WINDOW) {
            Arrays.fill(seen, 0);
            return;
        }
        for (int id = newest + 1, left = steps; left > 0; ) { // a word at a time
            int inWord = Math.min(left, Long.SIZE - (id & Long.SIZE - 1));
            seen[index(id)] &= ~(-1L >>> Long.SIZE - inWord << id);
            id += inWord;
            left -= inWord;
        }
    }

    private void mark(int id) {
        seen[index(id)] |= bit(id);
    }

    private boolean isMarked(int id) {
        return (seen[index(id)] & bit(id)) != 0;
    }

    private static int index(int id) {
        return (id & WINDOW - 1) / Long.SIZE;
    }

    private static long bit(int id) {
        return 1L << id;
    }
}
