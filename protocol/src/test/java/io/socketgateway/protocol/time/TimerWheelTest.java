package io.socketgateway.protocol.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
    private static final long TICK = 10_000_000;
    private static final long TURN = 1024 * TICK;

    /** A clock that stands still until it is told. */
    private static final class ManualClock implements NanoClock {
        private long nanos;

        ManualClock(long nanos) {
            this.nanos = nanos;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public long epochMillis() {
            return TimeUnit.NANOSECONDS.toMillis(nanos);
        }
    }

    private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 3 * TURN); // so that it runs over
    private final TimerWheel wheel = new TimerWheel(clock);
    private final List<String> fired = new ArrayList<>();

    private TimerWheel.Timer timer(String name) {
        return new TimerWheel.Timer(() -> fired.add(name));
    }

    /** Lets time pass tick by tick, as a loop does. */
    private void pass(long nanos) {
        long end = clock.nanos + nanos;
        while (end - clock.nanos > 0) {
            clock.nanos += Math.min(TICK, end - clock.nanos);
            wheel.advance();
        }
    }

    /** Lets time pass at once, as a loop that stood still does. */
    private void jump(long nanos) {
        clock.nanos += nanos;
        wheel.advance();
    }

    /** Passes time until the timer fires; returns how long after its start. */
    private long delayOf(TimerWheel.Timer timer, long delayNanos, long stepNanos) {
        long start = clock.nanos;
        wheel.start(timer, delayNanos);
        while (timer.isStarted()) {
            clock.nanos += stepNanos;
            wheel.advance();
        }
        return clock.nanos - start;
    }

    @Test
    void a_tick_is_ten_milliseconds() {
        assertThat(TimerWheel.TICK_NANOS).isEqualTo(TICK);
    }

    @Test
    void a_timer_never_fires_early_and_at_most_two_ticks_late() {
        SplittableRandom random = new SplittableRandom(51);
        for (int i = 0; i < 2_000; i++) {
            clock.nanos += random.nextLong(TICK); // anywhere within a tick
            wheel.advance();
            long delay = random.nextInt(8) == 0 ? random.nextLong(3 * TURN) : random.nextLong(20 * TICK);
            long took = delayOf(timer("a"), delay, TICK / 8);
            assertThat(took - delay).isBetween(0L, 2 * TICK);
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                TICK - 1,
                TICK,
                TICK + 1,
                5 * TICK,
                TURN - TICK,
                TURN - 1,
                TURN,
                TURN + 1,
                2 * TURN,
                10 * TURN
            })
    void a_timer_is_in_time_at_every_border(long delay) {
        assertThat(delayOf(timer("a"), delay, TICK / 4) - delay).isBetween(0L, 2 * TICK);
        clock.nanos += TICK / 2;
        assertThat(delayOf(timer("a"), delay, TICK) - delay).isBetween(0L, 2 * TICK);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -TICK, Long.MIN_VALUE})
    void a_delay_of_nothing_or_less_fires_with_the_next_tick(long delay) {
        wheel.start(timer("a"), delay);
        wheel.advance();
        assertThat(fired).isEmpty();
        jump(TICK);
        assertThat(fired).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE / 2})
    void a_delay_without_end_does_not_fire(long delay) {
        pass(3 * TICK);
        TimerWheel.Timer timer = timer("never");
        wheel.start(timer, delay);
        pass(2 * TURN);
        jump(TimeUnit.DAYS.toNanos(365));
        assertThat(fired).isEmpty();
        assertThat(timer.isStarted()).isTrue();
    }

    @Test
    void a_timer_fires_once() {
        TimerWheel.Timer timer = timer("a");
        wheel.start(timer, 3 * TICK);
        assertThat(timer.isStarted()).isTrue();
        assertThat(wheel.size()).isEqualTo(1);
        pass(3 * TURN);
        assertThat(fired).containsExactly("a");
        assertThat(timer.isStarted()).isFalse();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void a_timer_may_be_started_again_and_again() {
        TimerWheel.Timer timer = timer("a");
        for (int i = 1; i <= 5; i++) {
            wheel.start(timer, TICK);
            pass(3 * TICK);
            assertThat(fired).hasSize(i);
        }
    }

    @Test
    void a_start_anew_counts_from_then() {
        TimerWheel.Timer timer = timer("a");
        wheel.start(timer, 10 * TICK);
        for (int i = 0; i < 50; i++) {
            pass(9 * TICK);
            wheel.start(timer, 10 * TICK);
            assertThat(wheel.size()).isEqualTo(1);
        }
        assertThat(fired).isEmpty();
        pass(12 * TICK);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void a_start_anew_may_be_for_an_earlier_time() {
        TimerWheel.Timer timer = timer("a");
        wheel.start(timer, 5 * TURN);
        wheel.start(timer, TICK);
        pass(3 * TICK);
        assertThat(fired).containsExactly("a");
        pass(6 * TURN);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void a_cancelled_timer_does_not_fire_and_may_be_started_again() {
        TimerWheel.Timer timer = timer("a");
        timer.cancel();
        wheel.start(timer, TICK);
        timer.cancel();
        timer.cancel();
        assertThat(timer.isStarted()).isFalse();
        assertThat(wheel.size()).isZero();
        pass(TURN);
        assertThat(fired).isEmpty();
        wheel.start(timer, TICK);
        pass(3 * TICK);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void timers_of_one_slot_and_different_turns_do_not_meet() {
        wheel.start(timer("third"), 2 * TURN + TICK);
        wheel.start(timer("first"), TICK);
        wheel.start(timer("second"), TURN + TICK);
        pass(3 * TICK);
        assertThat(fired).containsExactly("first");
        pass(TURN);
        assertThat(fired).containsExactly("first", "second");
        pass(TURN);
        assertThat(fired).containsExactly("first", "second", "third");
    }

    @Test
    void an_action_may_start_its_own_timer_again() {
        TimerWheel.Timer[] self = new TimerWheel.Timer[1];
        self[0] = new TimerWheel.Timer(() -> {
            fired.add("a");
            wheel.start(self[0], 0);
        });
        wheel.start(self[0], 0);
        jump(100 * TICK); // once, however long the pause: no action runs twice in one sweep
        assertThat(fired).hasSize(1);
        pass(10 * TICK);
        assertThat(fired).hasSize(11);
    }

    @Test
    void an_action_may_start_its_own_timer_again_a_whole_turn_later() {
        TimerWheel.Timer[] self = new TimerWheel.Timer[1];
        self[0] = new TimerWheel.Timer(() -> {
            fired.add("a");
            wheel.start(self[0], TURN);
        });
        wheel.start(self[0], TICK);
        pass(3 * TICK);
        assertThat(fired).hasSize(1);
        pass(TURN + TICK);
        assertThat(fired).hasSize(2);
    }

    @Test
    void an_action_may_cancel_a_timer_that_is_due_in_the_same_tick() {
        TimerWheel.Timer second = timer("second");
        TimerWheel.Timer third = timer("third");
        wheel.start(new TimerWheel.Timer(second::cancel), TICK);
        wheel.start(second, TICK);
        wheel.start(third, TICK);
        pass(3 * TICK);
        assertThat(fired).containsExactly("third");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void an_action_may_start_anew_a_timer_that_is_due_in_the_same_tick() {
        TimerWheel.Timer second = timer("second");
        wheel.start(new TimerWheel.Timer(() -> wheel.start(second, 5 * TICK)), TICK);
        wheel.start(second, TICK);
        pass(3 * TICK);
        assertThat(fired).isEmpty();
        pass(5 * TICK);
        assertThat(fired).containsExactly("second");
    }

    @Test
    void an_action_may_cancel_everything() {
        List<TimerWheel.Timer> timers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            timers.add(timer("t" + i));
        }
        wheel.start(new TimerWheel.Timer(() -> timers.forEach(TimerWheel.Timer::cancel)), TICK);
        for (int i = 0; i < 100; i++) {
            wheel.start(timers.get(i), i < 50 ? TICK : i * TICK);
        }
        pass(TURN);
        assertThat(fired).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {TURN - TICK, TURN, TURN + TICK, 2 * TURN, 10 * TURN + 7, 1_000_000 * TURN})
    void after_a_long_pause_all_that_is_due_fires_at_once_and_nothing_else(long pause) {
        for (long delay = TICK / 2; delay < 12 * TURN; delay += 7 * TICK) {
            wheel.start(timer(delay <= pause - 2 * TICK ? "due" : delay > pause ? "later" : "either"), delay);
        }
        int started = wheel.size();
        jump(pause);
        assertThat(fired).doesNotContain("later");
        long due = fired.stream().filter("due"::equals).count();
        assertThat(due).isEqualTo(started - wheel.size() - (fired.size() - due));
        assertThat(fired.size() + wheel.size()).isEqualTo(started);
        int before = fired.size();
        pass(12 * TURN);
        assertThat(fired).hasSize(started);
        assertThat(fired.subList(before, started)).doesNotContain("due");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void a_timer_started_after_a_long_pause_without_sweeps_is_in_time() {
        clock.nanos += 5 * TURN + 3; // nobody swept
        assertThat(delayOf(timer("a"), 20 * TICK, TICK) - 20 * TICK).isBetween(0L, 2 * TICK);
    }

    @Test
    void sweeping_twice_in_one_tick_does_no_harm() {
        wheel.start(timer("a"), TICK);
        for (int i = 0; i < 10; i++) {
            wheel.advance();
        }
        assertThat(fired).isEmpty();
        pass(2 * TICK);
        wheel.advance();
        assertThat(fired).containsExactly("a");
    }

    @Test
    void a_hundred_thousand_timers_started_cancelled_and_moved_all_end_in_time() {
        SplittableRandom random = new SplittableRandom(52);
        int count = 100_000;
        long[] due = new long[count];
        boolean[] cancelled = new boolean[count];
        boolean[] done = new boolean[count];
        long origin = clock.nanos;
        int[] wrong = new int[1];
        TimerWheel.Timer[] timers = new TimerWheel.Timer[count];
        for (int i = 0; i < count; i++) {
            int n = i;
            timers[i] = new TimerWheel.Timer(() -> {
                long late = clock.nanos - origin - due[n];
                wrong[0] += done[n] || cancelled[n] || late < 0 || late > 2 * TICK ? 1 : 0;
                done[n] = true;
            });
            due[i] = random.nextLong(3 * TURN);
            wheel.start(timers[i], due[i]);
        }
        assertThat(wheel.size()).isEqualTo(count);
        for (int step = 0; step < 4 * 1024; step++) {
            pass(TICK);
            for (int k = 0; k < 20; k++) {
                int n = random.nextInt(count);
                if (timers[n].isStarted()) {
                    if (random.nextInt(2) == 0) {
                        timers[n].cancel();
                        cancelled[n] = true;
                    } else {
                        long delay = random.nextLong(TURN / 2);
                        due[n] = clock.nanos - origin + delay;
                        wheel.start(timers[n], delay);
                    }
                }
            }
        }
        pass(TURN);
        assertThat(wrong[0]).isZero();
        assertThat(wheel.size()).isZero();
        for (int i = 0; i < count; i++) {
            if (done[i] == cancelled[i]) {
                assertThat(done[i]).as("timer %d ended in one way", i).isNotEqualTo(cancelled[i]);
            }
        }
    }

    @Test
    void the_alarm_is_set_for_whatever_is_due_first() {
        List<Long> alarms = new ArrayList<>();
        TimerWheel alarmed = new TimerWheel(clock, (wheel, at) -> alarms.add(at));
        long start = clock.nanos;
        TimerWheel.Timer late = timer("late");
        TimerWheel.Timer early = timer("early");
        assertThat(alarms).isEmpty();
        alarmed.start(late, 50 * TICK);
        alarmed.start(timer("later"), 60 * TICK);
        alarmed.start(early, 5 * TICK);
        assertThat(alarms).containsExactly(start + 51 * TICK, start + 6 * TICK);
        alarms.clear();
        clock.nanos = start + 6 * TICK;
        alarmed.advance();
        assertThat(fired).containsExactly("early");
        assertThat(alarms).containsExactly(start + 51 * TICK);
        alarms.clear();
        late.cancel(); // the alarm stands, and nothing comes of it but the next one
        clock.nanos = start + 51 * TICK;
        alarmed.advance();
        assertThat(fired).containsExactly("early");
        assertThat(alarms).containsExactly(start + 61 * TICK);
    }

    @Test
    void whoever_advances_with_the_alarm_alone_misses_nothing() {
        long[] alarm = {Long.MAX_VALUE};
        TimerWheel alarmed = new TimerWheel(clock, (wheel, at) -> alarm[0] = at);
        Random random = new Random(6);
        long start = clock.nanos;
        int[] left = {2_000};
        for (int i = 0; i < 100; i++) {
            TimerWheel.Timer[] self = new TimerWheel.Timer[1];
            long[] due = {start + random.nextLong(3 * TURN)};
            self[0] = new TimerWheel.Timer(() -> {
                assertThat(clock.nanos - due[0]).isBetween(0L, 2 * TICK);
                if (left[0]-- > 0) { // some in this turn of the wheel, some in a later one
                    due[0] = clock.nanos + random.nextLong(random.nextInt(10) == 0 ? 3 * TURN : 100 * TICK);
                    alarmed.startAt(self[0], due[0]);
                }
            });
            alarmed.startAt(self[0], due[0]);
        }
        int alarms = 0;
        while (alarmed.size() > 0) {
            assertThat(alarm[0] - clock.nanos).isPositive();
            clock.nanos = alarm[0];
            alarm[0] = clock.nanos - 1; // it must be set anew
            alarmed.advance();
            alarms++;
        }
        assertThat(left[0]).isLessThanOrEqualTo(0);
        assertThat(alarms).isLessThan(4_500); // about one for each that was due
    }

    @Test
    void the_systems_clock_does_not_go_back() {
        NanoClock system = NanoClock.system();
        long before = system.nanos();
        for (int i = 0; i < 1_000; i++) {
            long now = system.nanos();
            assertThat(now - before).isNotNegative();
            before = now;
        }
        assertThat(system.epochMillis()).isGreaterThan(1_700_000_000_000L);
        assertThat(NanoClock.system()).isSameAs(system);
    }
}
