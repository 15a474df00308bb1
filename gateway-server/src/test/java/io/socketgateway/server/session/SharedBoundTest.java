package io.socketgateway.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.server.Reach;
import io.socketgateway.server.Reaches;
import io.socketgateway.server.config.Limit;
import org.junit.jupiter.api.Test;

class SharedBoundTest {
    private final SharedBound bound = new SharedBound(1000);

    @Test
    @Reaches(
            limit = Limit.BACKLOG_BYTES,
            at = {Reach.UNDER, Reach.AT})
    void theBoundItselfIsNotPassed() {
        bound.add(999);
        assertThat(bound.isPassed()).isFalse();
        bound.add(1);
        assertThat(bound.isPassed()).isFalse();
        assertThat(bound.beginRelief()).isFalse();
        bound.add(1);
        assertThat(bound.isPassed()).isTrue();
        bound.add(-1);
        assertThat(bound.isPassed()).isFalse();
        assertThat(bound.heldBytes()).isEqualTo(1000);
    }

    @Test
    void oneAtATimeIsMadeToGiveWay() {
        bound.add(1001);
        assertThat(bound.beginRelief()).isTrue();
        assertThat(bound.beginRelief()).isFalse();
        bound.endRelief();
        assertThat(bound.beginRelief()).isTrue();
    }
}
