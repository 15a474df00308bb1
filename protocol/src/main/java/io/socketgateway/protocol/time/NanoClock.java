package io.socketgateway.protocol.time;

/** The two clocks that there are, behind one interface that tests can set. */
public interface NanoClock {
    /** Nanoseconds from an arbitrary origin; never goes back. Compare by subtraction. */
    long nanos();

    /** Milliseconds since 1970-01-01T00:00Z, for people and logs; may jump. */
    long epochMillis();

    /**
     * How many real nanoseconds to wait until it may be that time, 0 or less if it is. Of a clock that is set by hand nobody
     * knows: it is looked at again before long.
     */
    default long nanosUntil(long time) {
        return TimerWheel.TICK_NANOS;
    }

    /** The system's clocks. */
    static NanoClock system() {
        return SystemClock.INSTANCE;
    }

    /** The only caller of the system's clocks. */
    enum SystemClock implements NanoClock {
        /** The one instance. */
        INSTANCE;

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long epochMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanosUntil(long time) {
            return time - nanos();
        }
    }
}
