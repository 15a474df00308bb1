package io.socketgateway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
    private static final ValueType<Integer> BYTES = ValueType.bytes(1_024, (1 << 24) - 1);
    private static final ValueType<Duration> TIME =
            ValueType.duration(Duration.ofMillis(1), Duration.ofHours(1), Duration.ofMillis(1));
    private static final ValueType<Integer> COUNT = ValueType.countOrUnlimited();

    @ParameterizedTest
    @CsvSource({"1048576,1048576", "1MiB,1048576", "4KiB,4096", "4 KiB,4096", "2000B,2000", "16777215,16777215"})
    void sizesAreReadInTheirUnits(String text, int bytes) {
        assertThat(BYTES.read(text)).contains(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "1023",
                "16MiB",
                "1MB",
                "1mib",
                "-1",
                "1.5MiB",
                "1_024",
                "0x1000",
                "99999999999",
                "4GiB",
                "KiB",
                "unlimited"
            })
    void sizesOutOfRangeOrInOtherWordsAreRefused(String text) {
        assertThat(BYTES.read(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"250ms,250", "10s,10000", "10m,600000", "1h,3600000", "1ms,1"})
    void timesAreReadInTheirUnits(String text, long millis) {
        assertThat(TIME.read(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "10", "61m", "1d", "1.5s", "-1s", "999999999999h", "s"})
    void timesOutOfRangeOrWithoutUnitAreRefused(String text) {
        assertThat(TIME.read(text)).isEmpty();
    }

    @Test
    void aTimeInWholeSecondsHasNoMilliseconds() {
        ValueType<Duration> seconds =
                ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofSeconds(1));
        assertThat(seconds.read("1500ms")).isEmpty();
        assertThat(seconds.read("2000ms")).contains(Duration.ofSeconds(2));
        assertThat(seconds.expected()).isEqualTo("a time from 1s to 1h in whole seconds (250ms, 10s, 10m, 1h)");
    }

    @Test
    void unlimitedIsAWordAndZeroIsNot() {
        assertThat(COUNT.read("unlimited")).contains(ValueType.UNLIMITED);
        assertThat(COUNT.read("0")).isEmpty();
        assertThat(COUNT.read("2147483647")).isEmpty();
        assertThat(COUNT.read("2147483646")).contains(2_147_483_646);
        assertThat(COUNT.write(ValueType.UNLIMITED)).isEqualTo("unlimited");
    }

    @Test
    void autoAndZeroWorkersAreTheProcessors() {
        ValueType<Integer> workers = ValueType.processors(64);
        int processors = Runtime.getRuntime().availableProcessors();
        assertThat(workers.read("auto")).contains(processors);
        assertThat(workers.read("0")).contains(processors);
        assertThat(workers.read("3")).contains(3);
        assertThat(workers.read("65")).isEmpty();
    }

    @Test
    void aBufferIsASizeOrLeftToTheSystem() {
        ValueType<OptionalInt> buffer = ValueType.bytesOrSystem(1_024, 1 << 30);
        assertThat(buffer.read("system")).contains(OptionalInt.empty());
        assertThat(buffer.read("64KiB")).contains(OptionalInt.of(65_536));
        assertThat(buffer.read("0")).isEmpty();
    }

    @Test
    void choicesAreWrittenInLowerCase() {
        ValueType<TransportKind> transport = ValueType.choice(TransportKind.class);
        assertThat(transport.read("io_uring")).contains(TransportKind.IO_URING);
        assertThat(transport.read("EPOLL")).isEmpty();
        assertThat(transport.expected()).isEqualTo("one of auto, io_uring, epoll, nio");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_024, 1_025, 1 << 20, (1 << 24) - 1, 3 << 10})
    void sizesThatAreWrittenAreReadBack(int bytes) {
        assertThat(BYTES.read(BYTES.write(bytes))).contains(bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 250, 1_000, 1_500, 60_000, 90_000, 3_600_000})
    void timesThatAreWrittenAreReadBack(long millis) {
        Duration time = Duration.ofMillis(millis);
        assertThat(TIME.read(TIME.write(time))).contains(time);
    }
}
