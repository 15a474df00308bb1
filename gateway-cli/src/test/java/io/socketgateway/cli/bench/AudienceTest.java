package io.socketgateway.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.time.NanoClock;
import org.junit.jupiter.api.Test;

class AudienceTest {
    private static final long RUN = -7;

    private final NanoClock clock = NanoClock.system();
    private final Audience audience = new Audience(clock, RUN, 2, 2);

    private Payload message(int lane, long sequence) {
        return audience.message(lane, sequence, clock.nanos(), Audience.LEAST_BYTES + 3);
    }

    @Test
    void whatNeverCameIsMissingWhereItDidNotCome() {
        audience.heard(0, message(0, 0));
        audience.heard(0, message(1, 1));
        audience.heard(1, message(1, 1));
        assertThat(audience.heard()).isEqualTo(3);
        assertThat(audience.missing(3)).containsExactly(1L, 2L);
        assertThat(audience.outOfOrder()).isZero();
        assertThat(audience.latencies().all().count()).isEqualTo(3);
    }

    @Test
    void whatComesLateOrTwiceIsOutOfOrderAmongThoseOfItsPublisher() {
        audience.heard(0, message(0, 2));
        audience.heard(0, message(1, 1));
        audience.heard(0, message(0, 0));
        audience.heard(0, message(1, 1));
        assertThat(audience.outOfOrder()).isEqualTo(2);
    }

    @Test
    void whatIsNotOfThisRunDoesNotCount() {
        audience.heard(0, new Audience(clock, RUN + 1, 1, 1).message(0, 0, 0, 100));
        audience.heard(0, Payload.text("hello"));
        assertThat(audience.heard()).isZero();
        assertThat(audience.latencies().all().count()).isZero();
    }

    @Test
    void waitingEndsWhenAllHaveComeOrNothingComesAnyMore() throws InterruptedException {
        audience.heard(0, message(0, 0));
        audience.heard(1, message(0, 0));
        audience.await(1, Long.MAX_VALUE);
        audience.await(2, 1);
        assertThat(audience.missing(2)).containsExactly(1L, 1L);
    }
}
