package io.socketgateway.protocol.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundTripTest {
    private final RoundTrip roundTrip = new RoundTrip();

    private void measured(double millis) {
        roundTrip.measured((long) (millis * 1e6));
    }

    private double timeoutMillis() {
        return roundTrip.timeoutNanos() / 1e6;
    }

    @Test
    void two_hundred_milliseconds_are_waited_before_anything_was_measured() {
        assertThat(timeoutMillis()).isEqualTo(200);
        assertThat(roundTrip.isMeasured()).isFalse();
        assertThat(roundTrip.smoothedNanos()).isZero();
    }

    @Test
    void the_first_measurement_gives_three_times_itself() {
        measured(100); // RFC 6298 (2.2): 100 + 4 * 50
        assertThat(timeoutMillis()).isEqualTo(300);
        assertThat(roundTrip.isMeasured()).isTrue();
        assertThat(roundTrip.smoothedNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void later_ones_are_smoothed_the_variation_first() {
        measured(100);
        measured(180); // RFC 6298 (2.3): variation 3/4 * 50 + 1/4 * |100 - 180|, then the smoothed time 7/8 * 100 + 1/8
        // * 180
        assertThat(roundTrip.smoothedNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(110));
        assertThat(timeoutMillis()).isEqualTo(110 + 4 * 57.5);
        measured(30); // 3/4 * 57.5 + 1/4 * 80; 7/8 * 110 + 1/8 * 30
        assertThat(timeoutMillis()).isEqualTo(100 + 4 * 63.125);
    }

    @Test
    void a_steady_way_comes_to_its_round_trip() {
        for (int i = 0; i < 100; i++) {
            measured(400);
        }
        assertThat(timeoutMillis()).isBetween(400.0, 401.0);
    }

    @Test
    void the_timeout_is_never_under_fifty_milliseconds() {
        for (int i = 0; i < 100; i++) {
            measured(0.1);
            assertThat(timeoutMillis()).isEqualTo(50);
        }
        measured(0);
        assertThat(timeoutMillis()).isEqualTo(50);
    }

    @Test
    void the_timeout_is_never_over_two_seconds() {
        for (int i = 0; i < 100; i++) {
            measured(60_000);
            assertThat(timeoutMillis()).isEqualTo(2_000);
        }
    }

    @Test
    void an_answer_to_one_of_several_sendings_is_a_hint_that_the_way_takes_longer() {
        roundTrip.measuredRoughly(TimeUnit.MILLISECONDS.toNanos(240), roundTrip.estimate());
        assertThat(timeoutMillis()).as("half of the way to 360").isEqualTo(280);
        roundTrip.measuredRoughly(TimeUnit.MILLISECONDS.toNanos(150), roundTrip.estimate());
        assertThat(timeoutMillis()).as("never that it is shorter").isEqualTo(280);
        roundTrip.measuredRoughly(TimeUnit.SECONDS.toNanos(30), roundTrip.estimate());
        assertThat(timeoutMillis()).as("half as long again").isEqualTo(420);
        for (int i = 0; i < 100; i++) {
            roundTrip.measuredRoughly(TimeUnit.SECONDS.toNanos(30), roundTrip.estimate());
        }
        assertThat(timeoutMillis()).isBetween(1_999.0, 2_000.0);
        assertThat(roundTrip.isMeasured()).isFalse();
    }

    @Test
    void a_hint_holds_until_something_is_measured() {
        measured(100);
        roundTrip.measuredRoughly(TimeUnit.MILLISECONDS.toNanos(320), roundTrip.estimate());
        assertThat(timeoutMillis()).isEqualTo(300 + (480 - 300) / 2.0);
        measured(100); // variation 3/4 * 50
        assertThat(timeoutMillis()).isEqualTo(100 + 4 * 37.5);
    }

    @Test
    void what_was_begun_before_the_latest_estimate_gives_no_hint() {
        int before = roundTrip.estimate();
        roundTrip.measuredRoughly(TimeUnit.SECONDS.toNanos(1), before);
        assertThat(timeoutMillis()).isEqualTo(300);
        roundTrip.measuredRoughly(TimeUnit.SECONDS.toNanos(1), before);
        assertThat(timeoutMillis()).isEqualTo(300);
        measured(100);
        roundTrip.measuredRoughly(TimeUnit.SECONDS.toNanos(1), before);
        assertThat(timeoutMillis()).isEqualTo(300);
    }
}
