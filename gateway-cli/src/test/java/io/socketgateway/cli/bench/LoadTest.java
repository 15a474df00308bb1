package io.socketgateway.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.time.NanoClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final CompletableFuture<String> ANSWERED = CompletableFuture.completedFuture("");

    private final StalledClock clock = new StalledClock();
    private final Load load = new Load(clock, until -> clock.nanos = Math.max(clock.nanos, until));
    private final Tally tally = new Tally(clock);

    /** A clock that goes only when something waits for it or takes time. */
    private static final class StalledClock implements NanoClock {
        private long nanos = -5 * SECOND;
        private long ticks;

        void takes(Duration time) {
            nanos += time.toNanos();
        }

        @Override
        public long nanos() {
            nanos += ticks;
            return nanos;
        }

        @Override
        public long epochMillis() {
            return 0;
        }
    }

    private static Load.Plan open(double perSecond, Duration time) {
        return new Load.Plan(perSecond, 1, 1_024, time.toNanos(), Long.MAX_VALUE);
    }

    /** An answer takes a millisecond, but the one of that number a second. */
    private CompletableFuture<String> stallAt(long stalled, long sequence) {
        clock.takes(sequence == stalled ? Duration.ofSeconds(1) : Duration.ofMillis(1));
        return ANSWERED;
    }

    @Test
    void aStallOfASecondIsSeenByEachOfTheHundredThatItDelays() throws InterruptedException {
        load.run(open(100, Duration.ofSeconds(10)), tally, (lane, sequence, due) -> stallAt(500, sequence));
        assertThat(tally.done()).isEqualTo(1_000);
        assertThat(tally.notSent()).isZero();
        // caught up 9 ms with each, the last of them late is some 111 further on
        assertThat(tally.latencies().longerThan(2 * MILLI)).isBetween(100L, 115L);
        assertThat(tally.latencies().longerThan(500 * MILLI)).isBetween(50L, 60L);
        assertThat(tally.latencies().all().max()).isBetween(SECOND, SECOND + 2 * MILLI);
        assertThat(tally.latencies().all().p50()).isBetween(MILLI, MILLI + MILLI / 100);
        assertThat(tally.latencies().all().p99()).isGreaterThan(800 * MILLI);
        assertThat(tally.waits().longerThan(MILLI)).isBetween(100L, 115L);
    }

    @Test
    void withoutARateItIsSeenOnceWhichIsWhyTheOutputSaysSo() throws InterruptedException {
        Load.Plan closed = new Load.Plan(0, 1, 1, Long.MAX_VALUE, 1_000);
        load.run(closed, tally, (lane, sequence, due) -> stallAt(500, sequence));
        assertThat(tally.done()).isEqualTo(1_000);
        assertThat(tally.latencies().longerThan(2 * MILLI)).isEqualTo(1);
        assertThat(tally.latencies().all().p99()).isLessThan(2 * MILLI);
    }

    @Test
    void eachIsDueAtItsTimeWhateverTheAnswersTake() throws InterruptedException {
        List<Long> dues = new ArrayList<>();
        long start = clock.nanos();
        load.run(open(4, Duration.ofSeconds(2)), tally, (lane, sequence, due) -> {
            dues.add((due - start) / MILLI);
            return stallAt(2, sequence);
        });
        assertThat(dues).containsExactly(0L, 250L, 500L, 750L, 1_000L, 1_250L, 1_500L, 1_750L);
    }

    @Test
    void whatFoundNoRoomBeforeTheEndIsCounted() throws InterruptedException {
        clock.ticks = MILLI; // or the time would stand still while the sender waits for room
        load.run(
                new Load.Plan(1_000, 1, 1, 20 * MILLI, Long.MAX_VALUE),
                tally,
                (lane, sequence, due) -> new CompletableFuture<String>().completeOnTimeout("", 1, TimeUnit.SECONDS));
        assertThat(tally.sent()).isEqualTo(1);
        assertThat(tally.notSent()).isEqualTo(19);
    }

    @Test
    void whatTheSenderItselfWasLateWithGoesOutAfterTheEnd() throws InterruptedException {
        load.run(open(100, Duration.ofSeconds(2)), tally, (lane, sequence, due) -> stallAt(199, sequence + 9));
        assertThat(tally.sent()).isEqualTo(200);
        assertThat(tally.notSent()).isZero();
        assertThat(tally.latencies().all().max()).isGreaterThanOrEqualTo(SECOND);
    }

    @Test
    void ratesThatAreNoWholeNumberLeaveNothingOut() throws InterruptedException {
        load.run(open(333.3, Duration.ofSeconds(10)), tally, (lane, sequence, due) -> ANSWERED);
        assertThat(tally.sent()).isEqualTo(3_333);
        assertThat(tally.notSent()).isZero();
    }

    @Test
    void noLaneHasMoreUnderWayThanItMay() throws InterruptedException {
        int[] underWay = new int[3];
        Deque<Runnable> answers = new ArrayDeque<>();
        load.run(new Load.Plan(0, 3, 2, Long.MAX_VALUE, 100), tally, (lane, sequence, due) -> {
            CompletableFuture<String> answer = new CompletableFuture<>();
            underWay[lane]++;
            assertThat(underWay[lane]).isLessThanOrEqualTo(2);
            answers.addFirst(
                    () -> { // the latest is the first to be answered
                        underWay[lane]--;
                        answer.complete("");
                    });
            if (answers.size() == 6 || sequence > 90) {
                while (!answers.isEmpty()) {
                    answers.remove().run();
                }
            } else if (sequence % 5 == 4) {
                answers.remove().run();
            }
            return answer;
        });
        assertThat(tally.done()).isEqualTo(100);
        assertThat(tally.underWay()).isZero();
    }

    @Test
    void failuresAreCountedByCodeAndAreNotInTheTimes() throws InterruptedException {
        load.run(new Load.Plan(0, 1, 1, Long.MAX_VALUE, 6), tally, (lane, sequence, due) -> {
            if (sequence == 0) {
                throw new IllegalStateException("bug");
            }
            GatewayException refused =
                    GatewayException.ofCall(sequence == 1 ? 429 : ErrorCode.NO_WORKER.code(), "no", true, null, null);
            return sequence == 5
                    ? ANSWERED
                    : CompletableFuture.failedFuture(sequence == 2 ? new CompletionException(refused) : refused);
        });
        assertThat(tally.errors()).hasToString("{404 NO_WORKER=3, 429 LIMITED=1, IllegalStateException=1}");
        assertThat(tally.failed()).isEqualTo(5);
        assertThat(tally.latencies().all().count()).isEqualTo(1);
    }

    @Test
    void oneThatIsToldToStopSendsNoMore() throws InterruptedException {
        load.run(open(10, Duration.ofSeconds(10)), tally, (lane, sequence, due) -> {
            if (sequence == 4) {
                load.stop();
            }
            return ANSWERED;
        });
        assertThat(tally.sent()).isEqualTo(5);
        assertThat(tally.notSent()).isZero();
    }
}
