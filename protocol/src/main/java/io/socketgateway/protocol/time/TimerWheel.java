package io.socketgateway.protocol.time;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All timers of one event loop: a hashed wheel whose slots are swept together, one tick at a time. Starting and
 * cancelling a timer costs the same however many there are, and allocates nothing.
 *
 * <p>Belongs to one thread, which calls {@link #advance} when the {@link Alarm} says so, or about once a tick. A timer never
 * fires early, and at most two ticks late beyond the caller's own delay.
 */
public final class TimerWheel {
    private static final Logger LOG = LoggerFactory.getLogger(TimerWheel.class);

    /** The resolution in nanoseconds: 10 ms. */
    public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int SLOTS = 1024; // a power of two; one turn is some ten seconds

    private static final long NEVER = Long.MAX_VALUE;

    /** Is told when there is something to do. */
    public interface Alarm {
        /** Something may be due at that time of the clock, and nothing before: it takes the place of what was told before. */
        void set(TimerWheel wheel, long atNanos);
    }

    private final NanoClock clock;
    private final Alarm alarm;
    private final long startNanos;
    private final Timer[] slots = new Timer[SLOTS]; // each the head of a circular list
    private final Timer due = new Timer(() -> {}); // those due are moved aside first: actions change the slot's list
    private long tick;
    private long alarmTick = NEVER; // for which the alarm is set
    private int size;

    /** An empty wheel on that clock, for someone who advances it anyway. */
    public TimerWheel(NanoClock clock) {
        this(clock, (wheel, atNanos) -> {});
    }

    /** An empty wheel on that clock, which sets that alarm. */
    public TimerWheel(NanoClock clock, Alarm alarm) {
        this.clock = clock;
        this.alarm = alarm;
        this.startNanos = clock.nanos();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Timer(() -> {});
        }
    }

    /** Something that happens once, later; may be started again and again, and cancelled at any time. */
    public static final class Timer {
        private final Runnable action;
        private Timer previous = this;
        private Timer next = this;
        private long dueTick;
        private @Nullable TimerWheel wheel; // while started

        /** A timer of that action, not started. */
        public Timer(Runnable action) {
            this.action = action;
        }

        /** Whether it will still fire. */
        public boolean isStarted() {
            return wheel != null;
        }

        /** Makes it not fire; nothing happens if it is not started. */
        public void cancel() {
            if (wheel != null) {
                wheel.size--;
                wheel = null;
                previous.next = next;
                next.previous = previous;
                previous = this;
                next = this;
            }
        }

        private void insertBefore(Timer head) {
            previous = head.previous;
            next = head;
            previous.next = this;
            head.previous = this;
        }
    }

    /** Starts a timer, or starts it anew; a delay of 0 or less fires with the next tick. */
    public void start(Timer timer, long delayNanos) {
        long elapsedNanos = clock.nanos() - startNanos;
        startAtElapsed(timer, elapsedNanos + Math.min(Math.max(delayNanos, 0), Long.MAX_VALUE - elapsedNanos));
    }

    /** The same for a time of the clock, which is not read: for the many timers whose caller knows the time. */
    public void startAt(Timer timer, long atNanos) {
        startAtElapsed(timer, atNanos - startNanos);
    }

    private void startAtElapsed(Timer timer, long dueNanos) {
        timer.cancel();
        timer.dueTick = Math.max(tick, dueNanos / TICK_NANOS) + 1;
        timer.wheel = this;
        timer.insertBefore(slot(timer.dueTick));
        size++;
        if (timer.dueTick < alarmTick) {
            setAlarm(timer.dueTick);
        }
    }

    private void setAlarm(long atTick) {
        alarm.set(this, startNanos + atTick * TICK_NANOS);
        alarmTick = atTick;
    }

    /** How many timers are started. */
    public int size() {
        return size;
    }

    /** Fires what is due. Actions may start and cancel timers; one that throws is logged and stops no other. */
    public void advance() {
        long now = (clock.nanos() - startNanos) / TICK_NANOS;
        if (now - tick > SLOTS) { // a long pause: each slot is seen once, and all that is due fires
            tick = now - SLOTS;
        }
        alarmTick = 0; // what is started meanwhile sets none
        try {
            while (tick < now) {
                tick++;
                fire(slot(tick));
            }
        } finally {
            alarmTick = NEVER;
            setNextAlarm();
        }
    }

    /** For the next slot with timers, be they for this turn of the wheel or a later one. */
    private void setNextAlarm() {
        if (size > 0) {
            long next = tick + 1;
            while (next < tick + SLOTS && slot(next).next == slot(next)) {
                next++;
            }
            setAlarm(next);
        }
    }

    private Timer slot(long ofTick) {
        return slots[(int) ofTick & SLOTS - 1];
    }

    private void fire(Timer head) {
        if (head.next == head) {
            return;
        }
        for (Timer timer = head.next; timer != head; ) {
            Timer following = timer.next;
            if (timer.dueTick <= tick) {
                timer.previous.next = timer.next;
                timer.next.previous = timer.previous;
                timer.insertBefore(due);
            }
            timer = following;
        }
        while (due.next != due) {
            Timer timer = due.next;
            timer.cancel();
            try {
                timer.action.run();
            } catch (Throwable e) { // out of memory too: the other timers must still fire
                LOG.error("internal error in a timer's action", e);
            }
        }
    }
}
