package io.socketgateway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    @ParameterizedTest
    @CsvSource({"'','',0", "a,'',1", "'',ab,2", "kitten,sitting,3", "session,sessions,1", "abc,abc,0", "abc,acb,2"})
    void distanceCountsLettersPutInLeftOutOrChanged(String from, String to, int distance) {
        assertThat(Nearest.distance(from, to)).isEqualTo(distance);
        assertThat(Nearest.distance(to, from)).isEqualTo(distance);
    }

    @Test
    void theFirstOfEqualsIsTaken() {
        assertThat(Nearest.to("x", List.of("a", "b"))).isEqualTo("a");
    }
}
