package io.socketgateway.protocol.datagram;

import static io.socketgateway.protocol.datagram.SeenIds.Sight.AGAIN;
import static io.socketgateway.protocol.datagram.SeenIds.Sight.FIRST;
import static io.socketgateway.protocol.datagram.SeenIds.Sight.OUTDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.datagram.SeenIds.Sight;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeenIdsTest {
    private static final int WINDOW = 4096;

    @Test
    void the_id_that_opened_the_session_was_seen() {
        assertThat(new SeenIds(7).see(7)).isSameAs(AGAIN);
    }

    @Test
    void an_id_is_new_once() {
        SeenIds seen = new SeenIds(7);
        assertThat(seen.see(8)).isSameAs(FIRST);
        assertThat(seen.see(8)).isSameAs(AGAIN);
        assertThat(seen.see(8)).isSameAs(AGAIN);
    }

    @Test
    void an_id_that_comes_late_is_new_as_long_as_it_lies_in_the_window() {
        SeenIds seen = new SeenIds(7);
        assertThat(seen.see(7 + WINDOW)).isSameAs(FIRST);
        assertThat(seen.see(8)).isSameAs(FIRST);
        assertThat(seen.see(8)).isSameAs(AGAIN);
    }

    @Test
    void the_window_holds_4096_ids_and_what_is_older_is_outdated() {
        SeenIds seen = new SeenIds(0);
        assertThat(seen.see(5000)).isSameAs(FIRST);
        assertThat(seen.see(5000 - WINDOW + 1)).isSameAs(FIRST);
        assertThat(seen.see(5000 - WINDOW)).isSameAs(OUTDATED);
        assertThat(seen.see(1)).isSameAs(OUTDATED);
        assertThat(seen.see(5000)).as("nothing has moved").isSameAs(AGAIN);
    }

    @Test
    void what_is_outdated_stays_so() {
        SeenIds seen = new SeenIds(5000);
        for (int i = 0; i < 3; i++) {
            assertThat(seen.see(5000 - WINDOW)).isSameAs(OUTDATED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 4095, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE, -4097})
    void each_of_ten_thousand_ids_in_a_row_is_new_once_wherever_they_begin(int start) {
        SeenIds seen = new SeenIds(start);
        for (int i = 1; i <= 10_000; i++) {
            assertThat(seen.see(start + i)).isSameAs(FIRST);
            assertThat(seen.see(start + i)).isSameAs(AGAIN);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 4094, 4095, 4096, 4097, 8192, 100_000, Integer.MAX_VALUE})
    void a_leap_forgets_exactly_what_leaves_the_window(int leap) {
        SeenIds seen = new SeenIds(0);
        for (int id = 1; id < WINDOW; id++) {
            seen.see(id);
        }
        int newest = WINDOW - 1 + leap;
        assertThat(seen.see(newest)).isSameAs(FIRST);
        for (int id = newest - 2 * WINDOW; id - newest < 0; id++) {
            Sight expected = newest - id >= WINDOW ? OUTDATED : id - WINDOW < 0 ? AGAIN : FIRST;
            assertThat(seen.see(id)).as("id %d", id).isSameAs(expected);
        }
    }

    @Test
    void serial_numbers_go_on_after_the_largest() {
        SeenIds seen = new SeenIds(-2); // 4,294,967,294
        assertThat(seen.see(-1)).isSameAs(FIRST);
        assertThat(seen.see(1)).as("0 is no id").isSameAs(FIRST);
        assertThat(seen.see(-1)).isSameAs(AGAIN);
        assertThat(seen.see(-2)).isSameAs(AGAIN);
        assertThat(seen.see(-3)).as("older than the first, and not seen").isSameAs(FIRST);
    }

    @Test
    void half_the_circle_ahead_is_newer_and_the_other_half_is_older() {
        assertThat(new SeenIds(-1).see(Integer.MAX_VALUE - 1)).isSameAs(FIRST);
        assertThat(new SeenIds(-1).see(Integer.MAX_VALUE)).isSameAs(OUTDATED);
    }

    @Test
    void it_agrees_with_a_set_of_all_ids_that_were_seen() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 50; round++) {
            int newest = random.nextInt();
            SeenIds seen = new SeenIds(newest);
            Set<Integer> all = new HashSet<>(Set.of(newest));
            for (int i = 0; i < 2_000; i++) {
                int id = newest + random.nextInt(-5000, random.nextInt(10) == 0 ? 6000 : 20);
                Sight expected = newest - id >= WINDOW ? OUTDATED : all.add(id) ? FIRST : AGAIN;
                assertThat(seen.see(id)).isSameAs(expected);
                newest = id - newest > 0 ? id : newest;
            }
        }
    }
}
