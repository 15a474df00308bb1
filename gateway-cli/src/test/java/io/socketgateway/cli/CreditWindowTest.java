package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketgateway.client.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class CreditWindowTest {
    private final List<Long> granted = new ArrayList<>();
    private boolean cancelled;

    private final Flow.Subscription subscription = new Flow.Subscription() {
        @Override
        public void request(long n) {
            granted.add(n);
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    };

    @Test
    void creditIsGivenForHalfAWindowAtATime() {
        CreditWindow window = new CreditWindow(4, Long.MAX_VALUE, response -> {});
        window.onSubscribe(subscription);
        assertThat(granted).containsExactly(4L);
        window.onNext(Response.text("1"));
        assertThat(granted).containsExactly(4L);
        window.onNext(Response.text("2"));
        assertThat(granted).containsExactly(4L, 2L);
        window.onNext(Response.text("3"));
        window.onNext(Response.text("4"));
        assertThat(granted).containsExactly(4L, 2L, 2L);
    }

    @Test
    void noMoreIsAskedForThanIsWanted() throws Exception {
        List<String> taken = new ArrayList<>();
        CreditWindow window = new CreditWindow(4, 5, response -> taken.add(response.text()));
        window.onSubscribe(subscription);
        for (int i = 1; i <= 6; i++) {
            window.onNext(Response.text(Integer.toString(i)));
        }
        assertThat(granted).containsExactly(4L, 1L);
        assertThat(taken).containsExactly("1", "2", "3", "4", "5");
        assertThat(cancelled).isTrue();
        assertThat(window.await()).isEqualTo(5);
    }

    @Test
    void aWindowOfOneGoesStepByStep() {
        CreditWindow window = new CreditWindow(1, Long.MAX_VALUE, response -> {});
        window.onSubscribe(subscription);
        window.onNext(Response.text("1"));
        assertThat(granted).containsExactly(1L, 1L);
    }

    @Test
    void aClosedOutputCancelsTheStream() {
        CreditWindow window = new CreditWindow(4, Long.MAX_VALUE, response -> {
            throw new OutputClosedException(new IOException("Broken pipe"));
        });
        window.onSubscribe(subscription);
        window.onNext(Response.text("1"));
        assertThat(cancelled).isTrue();
        assertThatThrownBy(window::await)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(OutputClosedException.class);
    }
}
