package io.socketgateway.protocol.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final Duration KEEP = Duration.ofSeconds(60);
    private static final Duration TICKS = Duration.ofMillis(20);
    private static final int OVERHEAD_BYTES = 128;

    private final ManualTime time = new ManualTime();

    private AnswerCache cache(long maxBytes, long maxBytesPerSession) {
        return new AnswerCache(time.timers(), time, maxBytes, maxBytesPerSession, KEEP);
    }

    private static Frame answer(int id, int bytes) {
        return new Frame.Response(id, false, Headers.EMPTY, Payload.bytes(new byte[bytes]));
    }

    @Test
    void an_answer_is_found_by_the_id_it_answers() {
        AnswerCache.Answers answers = cache(100_000, 100_000).answers();
        Frame error = Frame.Error.of(8, ErrorCode.FORBIDDEN, "no");
        answers.keep(answer(7, 10));
        answers.keep(error);
        assertThat(answers.find(7)).isEqualTo(answer(7, 10));
        assertThat(answers.find(8)).isSameAs(error);
        assertThat(answers.find(9)).isNull();
        assertThat(answers.size()).isEqualTo(2);
    }

    @Test
    void the_first_answer_to_an_id_stays() {
        AnswerCache cache = cache(100_000, 100_000);
        AnswerCache.Answers answers = cache.answers();
        answers.keep(answer(7, 10));
        answers.keep(answer(7, 20));
        assertThat(answers.find(7)).isEqualTo(answer(7, 10));
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void ids_that_are_far_apart_are_kept_like_neighbours() {
        AnswerCache.Answers answers =
                cache(1_000_000, 100 * (OVERHEAD_BYTES + 10)).answers();
        for (int i = 1; i <= 300; i++) {
            answers.keep(answer(i << 23, 10));
            answers.keep(answer(-i, 10));
            assertThat(answers.find(-i)).isEqualTo(answer(-i, 10));
        }
        for (int i = 1; i <= 300; i++) {
            boolean isKept = i > 250;
            assertThat(answers.find(-i) != null).as("-" + i).isEqualTo(isKept);
            assertThat(answers.find(i << 23) != null).as(i + " << 23").isEqualTo(isKept);
        }
        assertThat(answers.size()).isEqualTo(100);
        answers.clear();
        assertThat(answers.find(-300)).isNull();
        assertThat(answers.size()).isZero();
    }

    @Test
    void sessions_do_not_see_each_others_answers() {
        AnswerCache cache = cache(100_000, 100_000);
        AnswerCache.Answers one = cache.answers();
        AnswerCache.Answers other = cache.answers();
        one.keep(answer(7, 10));
        assertThat(other.find(7)).isNull();
        other.keep(answer(7, 20));
        assertThat(one.find(7)).isEqualTo(answer(7, 10));
        assertThat(other.find(7)).isEqualTo(answer(7, 20));
    }

    @Test
    void an_answer_is_kept_for_its_time_and_then_not_even_found() {
        AnswerCache cache = cache(100_000, 100_000);
        AnswerCache.Answers answers = cache.answers();
        answers.keep(answer(7, 10));
        time.pass(KEEP.minusMillis(1));
        assertThat(answers.find(7)).isNotNull();
        time.passMillis(1);
        assertThat(answers.find(7)).as("before the timer has swept").isNull();
        time.pass(TICKS);
        assertThat(cache.size()).isZero();
        assertThat(cache.bytes()).isZero();
        assertThat(time.timers().size()).isZero();
    }

    @Test
    void each_answer_has_its_own_time() {
        AnswerCache cache = cache(100_000, 100_000);
        AnswerCache.Answers one = cache.answers();
        AnswerCache.Answers other = cache.answers();
        one.keep(answer(1, 10));
        time.pass(Duration.ofSeconds(20));
        other.keep(answer(2, 10));
        time.pass(Duration.ofSeconds(20));
        one.keep(answer(3, 10));
        assertThat(time.timers().size()).as("one timer for all").isEqualTo(1);
        time.pass(Duration.ofSeconds(20).plus(TICKS));
        assertThat(one.find(1)).isNull();
        assertThat(other.find(2)).isNotNull();
        assertThat(cache.size()).isEqualTo(2);
        time.pass(Duration.ofSeconds(20).plus(TICKS));
        assertThat(other.find(2)).isNull();
        assertThat(one.find(3)).isNotNull();
        assertThat(cache.size()).isEqualTo(1);
        time.pass(Duration.ofSeconds(20).plus(TICKS));
        assertThat(cache.size()).isZero();
    }

    @Test
    void after_the_last_has_gone_the_next_is_timed_anew() {
        AnswerCache cache = cache(100_000, 100_000);
        AnswerCache.Answers answers = cache.answers();
        answers.keep(answer(1, 10));
        answers.clear();
        assertThat(time.timers().size()).isZero();
        time.pass(Duration.ofSeconds(30));
        answers.keep(answer(2, 10));
        time.pass(Duration.ofSeconds(59));
        assertThat(answers.find(2)).isNotNull();
        time.pass(Duration.ofSeconds(1).plus(TICKS));
        assertThat(cache.size()).isZero();
    }

    @Test
    void a_session_that_keeps_too_much_loses_its_oldest() {
        AnswerCache.Answers answers = cache(100_000, 3 * (OVERHEAD_BYTES + 100)).answers();
        for (int id = 1; id <= 5; id++) {
            answers.keep(answer(id, 100));
        }
        assertThat(answers.size()).isEqualTo(3);
        assertThat(answers.find(2)).isNull();
        assertThat(answers.find(3)).isNotNull();
        assertThat(answers.find(5)).isNotNull();
    }

    @Test
    void one_greedy_session_takes_nothing_from_another() {
        AnswerCache cache = cache(100_000, 1_000);
        AnswerCache.Answers modest = cache.answers();
        AnswerCache.Answers greedy = cache.answers();
        modest.keep(answer(1, 100));
        for (int id = 1; id <= 1_000; id++) {
            greedy.keep(answer(id, 100));
        }
        assertThat(modest.find(1)).isNotNull();
        assertThat(cache.bytes()).isLessThanOrEqualTo(2_000);
    }

    @Test
    void all_together_keep_no_more_than_the_bound_and_the_oldest_of_all_goes_first() {
        AnswerCache cache = cache(4 * (OVERHEAD_BYTES + 100), 100_000);
        AnswerCache.Answers one = cache.answers();
        AnswerCache.Answers other = cache.answers();
        one.keep(answer(1, 100));
        other.keep(answer(2, 100));
        one.keep(answer(3, 100));
        other.keep(answer(4, 100));
        one.keep(answer(5, 100));
        assertThat(one.find(1)).isNull();
        assertThat(other.find(2)).isNotNull();
        other.keep(answer(6, 100));
        assertThat(other.find(2)).isNull();
        assertThat(one.find(3)).isNotNull();
        assertThat(cache.size()).isEqualTo(4);
    }

    @Test
    void an_answer_larger_than_the_bound_is_not_kept_and_neither_is_what_was_before_it() {
        AnswerCache cache = cache(100_000, 1_000);
        AnswerCache.Answers answers = cache.answers();
        answers.keep(answer(1, 10));
        answers.keep(answer(2, 1_001));
        assertThat(answers.size()).isZero();
        assertThat(cache.bytes()).isZero();
        assertThat(time.timers().size()).isZero();
        answers.keep(answer(3, 10));
        assertThat(answers.find(3)).isNotNull();
    }

    @Test
    void bounds_of_nothing_keep_nothing() {
        for (AnswerCache cache : List.of(cache(0, 100_000), cache(100_000, 0))) {
            AnswerCache.Answers answers = cache.answers();
            answers.keep(answer(1, 0));
            assertThat(answers.find(1)).isNull();
            assertThat(cache.bytes()).isZero();
        }
    }

    @Test
    void long_messages_and_headers_count() {
        AnswerCache cache = cache(1_000_000, 1_000_000);
        AnswerCache.Answers answers = cache.answers();
        answers.keep(Frame.Error.of(1, ErrorCode.FAILED, "x".repeat(5_000)));
        assertThat(cache.bytes()).isGreaterThanOrEqualTo(5_000);
        answers.keep(new Frame.Response(2, false, Headers.of(Map.of("h", "v".repeat(3_000))), Payload.EMPTY));
        assertThat(cache.bytes()).isGreaterThanOrEqualTo(8_000);
    }

    @Test
    void a_session_that_ends_leaves_nothing() {
        AnswerCache cache = cache(100_000, 100_000);
        AnswerCache.Answers one = cache.answers();
        AnswerCache.Answers other = cache.answers();
        one.keep(answer(1, 100));
        other.keep(answer(2, 50));
        one.keep(answer(3, 100));
        one.clear();
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.bytes()).isEqualTo(OVERHEAD_BYTES + 50);
        assertThat(one.find(1)).isNull();
        assertThat(other.find(2)).isNotNull();
        one.clear();
        other.clear();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void the_account_is_right_whatever_happens() {
        SplittableRandom random = new SplittableRandom(9);
        AnswerCache cache = cache(20_000, 6_000);
        List<AnswerCache.Answers> sessions = new ArrayList<>();
        Map<AnswerCache.Answers, Map<Integer, Long>> keptAt = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            AnswerCache.Answers session = cache.answers();
            sessions.add(session);
            keptAt.put(session, new HashMap<>());
        }
        for (int step = 0; step < 20_000; step++) {
            AnswerCache.Answers session = sessions.get(random.nextInt(sessions.size()));
            Map<Integer, Long> kept = keptAt.get(session);
            switch (random.nextInt(20)) {
                case 0 -> time.passMillis(random.nextInt(10_000));
                case 1 -> {
                    session.clear();
                    kept.clear();
                }
                default -> {
                    int id = random.nextInt(200);
                    if (session.find(id) == null) {
                        kept.put(id, time.nanos());
                    }
                    session.keep(answer(id, random.nextInt(800)));
                }
            }
            int id = random.nextInt(200);
            if (session.find(id) != null) {
                assertThat(time.nanos() - kept.get(id)).isLessThan(KEEP.toNanos());
            }
            assertThat(cache.bytes()).isBetween(0L, 20_000L);
            int size = 0;
            for (AnswerCache.Answers each : sessions) {
                size += each.size();
            }
            assertThat(cache.size()).isEqualTo(size);
            assertThat(time.timers().size()).isEqualTo(size == 0 ? 0 : 1);
        }
        sessions.forEach(AnswerCache.Answers::clear);
        assertThat(cache.bytes()).isZero();
    }
}
