package io.socketgateway.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.ValueType;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1)); // soon negative
    private final NanoClock clock = new NanoClock() {
        @Override
        public long nanos() {
            return now.get();
        }

        @Override
        public long epochMillis() {
            return TimeUnit.NANOSECONDS.toMillis(now.get());
        }
    };

    private static int taken(Arrivals arrivals) {
        int taken = 0;
        while (arrivals.take()) {
            taken++;
        }
        return taken;
    }

    private void pass(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 500, 999, 100_000})
    void oneSecondsWorthMayComeAtOnceAndSoManyEachSecond(int perSecond) {
        Arrivals arrivals = new Arrivals(perSecond, clock);
        for (int second = 0; second < 5; second++) {
            assertThat(arrivals.isOpen()).isTrue();
            assertThat(taken(arrivals)).isEqualTo(perSecond);
            assertThat(arrivals.isOpen()).isFalse();
            pass(1000);
        }
    }

    @Test
    void turnsComeBackEvenlyAndDoNotPileUp() {
        Arrivals arrivals = new Arrivals(500, clock);
        assertThat(taken(arrivals)).isEqualTo(500);
        pass(1);
        assertThat(taken(arrivals)).isZero();
        pass(1);
        assertThat(taken(arrivals)).isEqualTo(1);
        pass(100);
        assertThat(taken(arrivals)).isEqualTo(50);
        pass(3_600_000);
        assertThat(taken(arrivals)).isEqualTo(500);
    }

    @Test
    void unlimitedIsUnlimited() {
        Arrivals arrivals = new Arrivals(ValueType.UNLIMITED, clock);
        for (int i = 0; i < 100_000; i++) {
            assertThat(arrivals.take()).isTrue();
        }
        assertThat(arrivals.isOpen()).isTrue();
    }

    @Test
    void manyThreadsTakeNoMoreThanThereAre() {
        Arrivals arrivals = new Arrivals(10_000, clock);
        AtomicInteger taken = new AtomicInteger();
        IntStream.range(0, 8).parallel().forEach(thread -> taken.addAndGet(taken(arrivals)));
        assertThat(taken).hasValue(10_000);
    }
}
