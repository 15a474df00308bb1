package io.socketgateway.protocol.datagram;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import io.socketgateway.protocol.time.TimerWheel.Timer;
import java.util.random.RandomGenerator;

/**
 * Sends something again until it is answered: after the measured timeout, twice as long each time, up to two seconds, with
 * up to a quarter more by chance so that many senders do not keep step. Belongs to the thread of the timers.
 */
public final class Repeat {
    private static final int JITTER_PART = 4;

    private final TimerWheel timers;
    private final NanoClock clock;
    private final RoundTrip roundTrip;
    private final RandomGenerator random;
    private final Runnable resend;
    private final Runnable giveUp;
    private final Timer timer = new Timer(this::due);
    private long begunNanos;
    private int estimate; // of the round trip, then
    private long sentNanos; // the latest time
    private long deadlineNanos;
    private long waitNanos;
    private int repeatsLeft;
    private int repeats;
    private boolean acknowledged;
    private boolean last; // the next time is the end

    /**
     * Not started.
     *
     * @param resend sends it again
     * @param giveUp is told that it was sent for the last time, and no answer has come
     */
    public Repeat(
            TimerWheel timers,
            NanoClock clock,
            RoundTrip roundTrip,
            RandomGenerator random,
            Runnable resend,
            Runnable giveUp) {
        this.timers = timers;
        this.clock = clock;
        this.roundTrip = roundTrip;
        this.random = random;
        this.resend = resend;
        this.giveUp = giveUp;
    }

    /**
     * It was sent now for the first time.
     *
     * @param newDeadlineNanos the clock's time when it is given up
     * @param mostRepeats how often it is sent again at most
     */
    public void start(long newDeadlineNanos, int mostRepeats) {
        begunNanos = clock.nanos();
        estimate = roundTrip.estimate();
        sentNanos = begunNanos;
        deadlineNanos = newDeadlineNanos;
        repeatsLeft = mostRepeats;
        repeats = 0;
        acknowledged = false;
        waitNanos = roundTrip.timeoutNanos();
        schedule();
    }

    private void schedule() {
        long atNanos = clock.nanos() + waitNanos + random.nextLong(waitNanos / JITTER_PART + 1);
        boolean tooLate = atNanos - deadlineNanos >= 0;
        last = tooLate || repeatsLeft == 0;
        timers.startAt(timer, tooLate ? deadlineNanos : atNanos);
    }

    private void due() {
        if (last) {
            giveUp.run();
            return;
        }
        repeats++;
        repeatsLeft--;
        sentNanos = clock.nanos();
        waitNanos = Math.min(RoundTrip.MOST_TIMEOUT_NANOS, 2 * waitNanos);
        schedule();
        resend.run(); // which may stop it
    }

    /**
     * The receiver has it and will answer: from now on it is sent again every two seconds. Only a repeat is acknowledged, so
     * if there was one, that tells the round trip.
     */
    public void acknowledged() {
        if (timer.isStarted()) {
            if (!acknowledged && repeats == 1) {
                roundTrip.measured(clock.nanos() - sentNanos);
            }
            acknowledged = true;
            waitNanos = RoundTrip.MOST_TIMEOUT_NANOS;
            schedule();
        }
    }

    /** It was answered: if it was sent only once, that tells the round trip, else it gives a hint. */
    public void answered() {
        if (!acknowledged && repeats == 0) {
            roundTrip.measured(clock.nanos() - begunNanos);
        } else if (!acknowledged) {
            roundTrip.measuredRoughly(clock.nanos() - begunNanos, estimate);
        }
        stop();
    }

    /** It is not sent again. */
    public void stop() {
        timer.cancel();
    }

    /** Whether it will be sent again. */
    public boolean isStarted() {
        return timer.isStarted();
    }
}
