package io.socketgateway.protocol.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RepeatTest {
    private static final long TICKS_MILLIS = 20; // a timer is at most two ticks late
    private static final RandomGenerator NO_JITTER = () -> 0;

    private final ManualTime time = new ManualTime();
    private final RoundTrip roundTrip = new RoundTrip();
    private final List<Long> sentAtMillis = new ArrayList<>();
    private final List<Long> givenUpAtMillis = new ArrayList<>();
    private final long beginningNanos = time.nanos();

    private Repeat repeat(RandomGenerator random) {
        return new Repeat(
                time.timers(),
                time,
                roundTrip,
                random,
                () -> sentAtMillis.add(nowMillis()),
                () -> givenUpAtMillis.add(nowMillis()));
    }

    private long nowMillis() {
        return (time.nanos() - beginningNanos) / 1_000_000;
    }

    private Repeat started(Duration deadline, int mostRepeats) {
        Repeat repeat = repeat(NO_JITTER);
        repeat.start(time.nanos() + deadline.toNanos(), mostRepeats);
        return repeat;
    }

    private Repeat started() {
        return started(Duration.ofSeconds(30), Integer.MAX_VALUE);
    }

    /** How long after the one before it each repeat came; the first after the beginning. */
    private List<Long> gaps() {
        List<Long> gaps = new ArrayList<>();
        long before = 0;
        for (long at : sentAtMillis) {
            gaps.add(at - before);
            before = at;
        }
        return gaps;
    }

    private void assertGaps(long... millis) {
        List<Long> gaps = gaps();
        assertThat(gaps).hasSize(millis.length);
        for (int i = 0; i < millis.length; i++) {
            assertThat(gaps.get(i)).as("gap %d of %s", i, gaps).isBetween(millis[i], millis[i] + TICKS_MILLIS);
        }
    }

    @Test
    void the_wait_doubles_up_to_two_seconds() {
        started();
        time.pass(Duration.ofMillis(9_600));
        assertGaps(200, 400, 800, 1600, 2000, 2000, 2000);
    }

    @Test
    void the_first_wait_is_the_one_that_was_measured() {
        roundTrip.measured(100_000_000);
        started();
        time.passMillis(2_400);
        assertGaps(300, 600, 1200);
    }

    @Test
    void chance_adds_up_to_a_quarter() {
        SplittableRandom random = new SplittableRandom(1);
        List<Long> firsts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RoundTrip unknown = new RoundTrip();
            long begun = time.nanos();
            List<Long> sent = new ArrayList<>();
            Repeat repeat =
                    new Repeat(time.timers(), time, unknown, random, () -> sent.add(time.nanos() - begun), () -> {});
            repeat.start(begun + Duration.ofSeconds(30).toNanos(), Integer.MAX_VALUE);
            time.passMillis(300);
            repeat.stop();
            firsts.add(sent.get(0) / 1_000_000);
        }
        assertThat(firsts).allMatch(first -> first >= 200 && first <= 250 + TICKS_MILLIS);
        assertThat(firsts).anyMatch(first -> first < 215).anyMatch(first -> first > 235);
    }

    @Test
    void chance_adds_to_the_longest_wait_too() {
        Repeat repeat = repeat(new SplittableRandom(5));
        repeat.start(time.nanos() + Duration.ofMinutes(5).toNanos(), Integer.MAX_VALUE);
        time.pass(Duration.ofSeconds(299));
        List<Long> late = gaps().subList(5, sentAtMillis.size());
        assertThat(late).hasSizeGreaterThan(100).allMatch(gap -> gap >= 2_000 && gap <= 2_500 + TICKS_MILLIS);
        assertThat(late).anyMatch(gap -> gap < 2_100).anyMatch(gap -> gap > 2_400);
    }

    @Test
    void at_the_deadline_it_is_given_up_once() {
        Repeat repeat = started(Duration.ofSeconds(1), Integer.MAX_VALUE);
        time.pass(Duration.ofSeconds(10));
        assertGaps(200, 400);
        assertThat(givenUpAtMillis).hasSize(1);
        assertThat(givenUpAtMillis.get(0)).isBetween(1_000L, 1_000 + TICKS_MILLIS);
        assertThat(repeat.isStarted()).isFalse();
    }

    @Test
    void nothing_is_sent_again_at_the_deadline_itself() {
        started(Duration.ofMillis(200), Integer.MAX_VALUE);
        time.passMillis(1_000);
        assertThat(sentAtMillis).isEmpty();
        assertThat(givenUpAtMillis).hasSize(1);
    }

    @Test
    void a_deadline_that_has_passed_is_given_up_at_once() {
        started(Duration.ofMillis(-50), Integer.MAX_VALUE);
        time.passMillis(TICKS_MILLIS);
        assertThat(sentAtMillis).isEmpty();
        assertThat(givenUpAtMillis).hasSize(1);
    }

    @Test
    void after_the_last_repeat_there_is_one_more_wait() {
        started(Duration.ofSeconds(30), 2);
        time.passMillis(590 + 2 * TICKS_MILLIS);
        assertGaps(200, 400);
        assertThat(givenUpAtMillis).isEmpty();
        time.passMillis(800 + TICKS_MILLIS);
        assertThat(sentAtMillis).hasSize(2);
        assertThat(givenUpAtMillis).hasSize(1);
    }

    @Test
    void none_at_all_may_be_wanted() {
        started(Duration.ofSeconds(30), 0);
        time.passMillis(200 + TICKS_MILLIS);
        assertThat(sentAtMillis).isEmpty();
        assertThat(givenUpAtMillis).hasSize(1);
    }

    @Test
    void what_is_acknowledged_is_sent_again_every_two_seconds() {
        Repeat repeat = started();
        time.passMillis(250);
        repeat.acknowledged();
        time.passMillis(6_200);
        assertThat(gaps()).hasSize(4);
        assertThat(sentAtMillis.get(1)).as("counted from the ACK").isBetween(2_250L, 2_250 + TICKS_MILLIS);
        assertThat(gaps().subList(2, 4)).allMatch(gap -> gap >= 2_000 && gap <= 2_000 + TICKS_MILLIS);
    }

    @Test
    void the_deadline_holds_for_what_is_acknowledged() {
        Repeat repeat = started(Duration.ofMillis(1_500), Integer.MAX_VALUE);
        time.passMillis(250);
        repeat.acknowledged();
        time.passMillis(5_000);
        assertThat(sentAtMillis).hasSize(1);
        assertThat(givenUpAtMillis).hasSize(1);
    }

    @Test
    void an_ack_that_comes_after_the_end_starts_nothing() {
        Repeat repeat = started();
        repeat.answered();
        repeat.acknowledged();
        assertThat(repeat.isStarted()).isFalse();
        assertThat(time.timers().size()).isZero();
    }

    @Test
    void an_answer_ends_it() {
        Repeat repeat = started();
        assertThat(repeat.isStarted()).isTrue();
        time.passMillis(250);
        repeat.answered();
        time.pass(Duration.ofSeconds(60));
        assertThat(sentAtMillis).hasSize(1);
        assertThat(givenUpAtMillis).isEmpty();
        assertThat(repeat.isStarted()).isFalse();
    }

    @Test
    void an_answer_to_what_was_sent_once_tells_the_round_trip() {
        Repeat repeat = started();
        time.passMillis(120);
        repeat.answered();
        assertThat(roundTrip.isMeasured()).isTrue();
        assertThat(roundTrip.smoothedNanos()).isEqualTo(120_000_000);
    }

    @Test
    void an_answer_to_what_was_sent_twice_tells_nothing() { // Karn: which of the two was answered?
        Repeat repeat = started();
        time.passMillis(250);
        repeat.answered();
        assertThat(roundTrip.isMeasured()).isFalse();
    }

    @Test
    void an_ack_of_the_only_repeat_tells_the_round_trip() { // nothing but a repeat is acknowledged
        Repeat repeat = started();
        time.passMillis(200 + TICKS_MILLIS);
        long sent = sentAtMillis.get(0);
        time.passMillis(70);
        repeat.acknowledged();
        assertThat(roundTrip.isMeasured()).isTrue();
        assertThat(roundTrip.smoothedNanos() / 1e6).isCloseTo((double) (nowMillis() - sent), within(1.0));
        time.passMillis(500);
        repeat.acknowledged();
        assertThat(roundTrip.smoothedNanos() / 1e6).as("once").isLessThan(100);
    }

    @Test
    void an_ack_of_one_of_two_repeats_tells_nothing() {
        Repeat repeat = started();
        time.passMillis(600 + 2 * TICKS_MILLIS);
        assertThat(sentAtMillis).hasSize(2);
        repeat.acknowledged();
        assertThat(roundTrip.isMeasured()).isFalse();
    }

    @Test
    void an_answer_after_an_ack_tells_how_long_the_work_took_and_not_the_way() {
        Repeat repeat = started();
        time.passMillis(50);
        repeat.acknowledged(); // the network had doubled the only one that was sent
        time.passMillis(1_000);
        repeat.answered();
        assertThat(roundTrip.isMeasured()).isFalse();
    }

    @Test
    void what_is_lost_does_not_lengthen_the_waits_of_others() {
        Repeat lost = started();
        time.passMillis(5_000);
        lost.stop();
        assertThat(roundTrip.timeoutNanos()).isEqualTo(200_000_000);
    }

    @Test
    void an_answer_to_a_repeat_lengthens_the_waits_of_others_a_little() {
        Repeat repeated = started();
        time.passMillis(600);
        repeated.answered();
        assertThat(roundTrip.isMeasured()).isFalse();
        assertThat(roundTrip.timeoutNanos()).isEqualTo(300_000_000);
    }

    @Test
    void a_way_that_takes_long_is_measured_after_a_few_frames_and_then_nothing_is_sent_twice() {
        for (int i = 0; i < 5; i++) {
            Repeat repeat = started();
            time.passMillis(700);
            repeat.answered();
        }
        sentAtMillis.clear();
        for (int i = 0; i < 20; i++) {
            Repeat repeat = started();
            time.passMillis(700);
            repeat.answered();
        }
        assertThat(sentAtMillis).isEmpty();
    }

    @Test
    void work_that_takes_long_does_not_lengthen_the_waits() {
        for (int i = 0; i < 10; i++) {
            Repeat repeat = started();
            int before = sentAtMillis.size();
            while (sentAtMillis.size() == before) {
                time.passMillis(10);
            }
            time.passMillis(30);
            repeat.acknowledged();
            time.passMillis(5_000);
            repeat.answered();
        }
        assertThat(roundTrip.timeoutNanos()).isLessThan(100_000_000);
    }

    @Test
    void it_may_be_started_again() {
        Repeat repeat = started(Duration.ofMillis(300), Integer.MAX_VALUE);
        time.passMillis(400);
        assertThat(givenUpAtMillis).hasSize(1);
        sentAtMillis.clear();
        long again = nowMillis();
        repeat.start(time.nanos() + Duration.ofSeconds(30).toNanos(), 1);
        time.passMillis(1_000);
        assertThat(sentAtMillis).hasSize(1);
        assertThat(sentAtMillis.get(0) - again).isBetween(200L, 200 + TICKS_MILLIS);
    }

    @Test
    void a_resend_may_end_it() {
        Repeat[] repeat = new Repeat[1];
        repeat[0] = new Repeat(
                time.timers(),
                time,
                roundTrip,
                NO_JITTER,
                () -> {
                    sentAtMillis.add(nowMillis());
                    repeat[0].answered();
                },
                () -> givenUpAtMillis.add(nowMillis()));
        repeat[0].start(time.nanos() + Duration.ofSeconds(30).toNanos(), Integer.MAX_VALUE);
        time.pass(Duration.ofSeconds(40));
        assertThat(sentAtMillis).hasSize(1);
        assertThat(givenUpAtMillis).isEmpty();
        assertThat(time.timers().size()).isZero();
    }

    @Test
    void a_loop_that_stood_still_sends_once_and_not_what_it_missed() {
        started();
        time.jump(Duration.ofSeconds(8));
        assertThat(sentAtMillis).hasSize(1);
        time.jump(Duration.ofSeconds(40));
        assertThat(givenUpAtMillis).hasSize(1);
    }
}
