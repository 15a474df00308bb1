package io.socketgateway.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class IterablePublisherTest {
    private final List<String> signals = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Flow.Subscription subscribe(int count) {
        List<Flow.Subscription> given = new ArrayList<>();
        new IterablePublisher(
                        () -> IntStream.range(0, count)
                                .mapToObj(i -> Response.text(Integer.toString(i)))
                                .iterator(),
                        () -> closed.set(true))
                .subscribe(new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        given.add(subscription);
                    }

                    @Override
                    public void onNext(Response response) {
                        signals.add(response.text());
                        if (response.text().equals("3")) {
                            given.get(0).request(2); // from within
                        }
                    }

                    @Override
                    public void onError(Throwable fault) {
                        signals.add(fault.getClass().getSimpleName());
                    }

                    @Override
                    public void onComplete() {
                        signals.add("end");
                    }
                });
        return given.get(0);
    }

    @Test
    void itReadsWhatIsWantedAndTellsTheEndWithoutDemand() {
        Flow.Subscription subscription = subscribe(3);
        assertThat(signals).isEmpty();
        subscription.request(2);
        assertThat(signals).containsExactly("0", "1");
        assertThat(closed).isFalse();
        subscription.request(1);
        assertThat(signals).containsExactly("0", "1", "2", "end");
        assertThat(closed).isTrue();
        subscription.request(5);
        assertThat(signals).hasSize(4);
    }

    @Test
    void demandFromWithinAddsUp() {
        subscribe(10).request(4);
        assertThat(signals).containsExactly("0", "1", "2", "3", "4", "5");
    }

    @Test
    void anEmptySourceEndsWithTheFirstDemand() {
        subscribe(0).request(1);
        assertThat(signals).containsExactly("end");
    }

    @Test
    void cancellingEndsItSilently() {
        Flow.Subscription subscription = subscribe(10);
        subscription.request(1);
        subscription.cancel();
        subscription.request(1);
        assertThat(signals).containsExactly("0");
        assertThat(closed).isTrue();
    }

    @Test
    void demandThatIsNotOverZeroIsAnError() {
        subscribe(10).request(-1);
        assertThat(signals).containsExactly("IllegalArgumentException");
    }

    @Test
    void boundlessDemandDoesNotOverflow() {
        Flow.Subscription subscription = subscribe(5);
        subscription.request(Long.MAX_VALUE);
        assertThat(signals).hasSize(6);
    }
}
