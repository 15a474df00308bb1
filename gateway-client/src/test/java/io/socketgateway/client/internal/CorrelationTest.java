package io.socketgateway.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.Frame;
import org.junit.jupiter.api.Test;

final class CorrelationTest {
    private record Waiting(boolean isUnderWay) implements Call {
        @Override
        public boolean answered(Frame.Response response) {
            return true;
        }

        @Override
        public void failed(GatewayException fault) {}
    }

    @Test
    void idsGoRoundUnsignedAndLeaveOutZero() {
        Correlation calls = new Correlation(Integer.MAX_VALUE - 1);
        assertThat(calls.nextId()).isEqualTo(Integer.MAX_VALUE);
        assertThat(calls.nextId()).isEqualTo(Integer.MIN_VALUE);
        Correlation last = new Correlation(-2);
        assertThat(last.nextId()).isEqualTo(-1);
        assertThat(last.nextId()).isEqualTo(1);
    }

    @Test
    void idsInUseAreLeftOutUntilTheyAreFree() {
        Correlation calls = new Correlation(-1);
        calls.put(1, new Waiting(true), 10);
        calls.put(2, new Waiting(false), 20);
        assertThat(calls.nextId()).isEqualTo(3);
        Correlation again = new Correlation(0);
        again.put(1, new Waiting(true), 10);
        assertThat(again.remove(1)).isNotNull();
        assertThat(again.remove(1)).isNull();
        assertThat(again.nextId()).isEqualTo(1);
    }

    @Test
    void onlyWhatIsUnderWayIsWaitedFor() {
        Correlation calls = new Correlation(0);
        calls.put(1, new Waiting(true), 10);
        calls.put(2, new Waiting(false), 20);
        assertThat(calls.underWay()).isEqualTo(1);
        calls.remove(2);
        assertThat(calls.underWay()).isEqualTo(1);
        assertThat(calls.removeAll()).hasSize(1);
        assertThat(calls.underWay()).isZero();
    }
}
