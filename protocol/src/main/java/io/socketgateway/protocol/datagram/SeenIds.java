package io.socketgateway.protocol.datagram;

import java.util.Arrays;

/**
 * Which of the latest ids of a peer were seen, and which of these want an answer and have none: a window of 4,096 that ends
 * with the newest and moves on with it. Ids are serial numbers, compared as RFC 1982 section 3.2 says. Belongs to one thread.
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
    private final long[] underWay = new long[WINDOW / Long.SIZE];
    private int newest;

    /** Knows that one id, as the newest. */
    SeenIds(int first) {
        newest = first;
        seen[index(first)] |= bit(first);
    }

    /** Looks at an id and remembers it. */
    Sight see(int id) {
        int ahead = id - newest;
        if (ahead > 0) {
            moveOn(ahead);
            newest = id;
            seen[index(id)] |= bit(id);
            return Sight.FIRST;
        }
        if (isOutdated(id)) {
            return Sight.OUTDATED;
        }
        if ((seen[index(id)] & bit(id)) != 0) {
            return Sight.AGAIN;
        }
        seen[index(id)] |= bit(id);
        return Sight.FIRST;
    }

    /** An id that was just seen wants an answer. */
    void begin(int id) {
        underWay[index(id)] |= bit(id);
    }

    /** Whether an id wants an answer and has none; it matters no more once it is too old. */
    boolean isUnderWay(int id) {
        return Integer.compareUnsigned(newest - id, WINDOW) < 0 && (underWay[index(id)] & bit(id)) != 0;
    }

    /** An id is answered, or will not be; returns whether it was under way. */
    boolean end(int id) {
        boolean was = isUnderWay(id);
        if (was) {
            underWay[index(id)] &= ~bit(id);
        }
        return was;
    }

    /** None is waited for any more. */
    void endAll() {
        Arrays.fill(underWay, 0);
    }

    /** How many ids want an answer and have none. */
    int underWay() {
        int count = 0;
        for (long word : underWay) {
            count += Long.bitCount(word);
        }
        return count;
    }

    private boolean isOutdated(int id) {
        return id - newest <= -WINDOW;
    }

    /** Forgets the ids that leave the window, whose bits become those of the next ones. */
    private void moveOn(int steps) {
        if (steps >= WINDOW) {
            Arrays.fill(seen, 0);
            Arrays.fill(underWay, 0);
            return;
        }
        for (int id = newest + 1, left = steps; left > 0; ) { // a word at a time
            int inWord = Math.min(left, Long.SIZE - (id & Long.SIZE - 1));
            long stay = ~(-1L >>> Long.SIZE - inWord << id);
            seen[index(id)] &= stay;
            underWay[index(id)] &= stay;
            id += inWord;
            left -= inWord;
        }
    }

    private static int index(int id) {
        return (id & WINDOW - 1) / Long.SIZE;
    }

    private static long bit(int id) {
        return 1L << id;
    }
}
