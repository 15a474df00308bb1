package io.socketgateway.client.internal;

import io.socketgateway.client.Response;
import java.util.Iterator;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Publishes what an iterator brings, as it is wanted, on the thread that wants it. */
public record IterablePublisher(Supplier<Iterator<Response>> source, Runnable onEnd)
        implements Flow.Publisher<Response> {
    @Override
    public void subscribe(Flow.Subscriber<? super Response> subscriber) {
        Iterator<Response> iterator;
        try {
            iterator = source.get();
        } catch (RuntimeException e) {
            subscriber.onSubscribe(new NoSubscription());
            subscriber.onError(e);
            return;
        }
        subscriber.onSubscribe(new Reading(iterator, subscriber, onEnd));
    }

    /** For a subscriber that is about to hear of an error. */
    private static final class NoSubscription implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    /** One subscriber's reading. Whoever raises the demand from zero reads until it is used up. */
    private static final class Reading implements Flow.Subscription {
        private final Iterator<Response> iterator;
        private final Flow.Subscriber<? super Response> subscriber;
        private final Runnable onEnd;
        private final AtomicLong demand = new AtomicLong();
        private volatile boolean ended;

        Reading(Iterator<Response> iterator, Flow.Subscriber<? super Response> subscriber, Runnable onEnd) {
            this.iterator = iterator;
            this.subscriber = subscriber;
            this.onEnd = onEnd;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                if (end()) {
                    subscriber.onError(new IllegalArgumentException("request(" + n + "): not over zero (rule 3.9)"));
                }
                return;
            }
            if (demand.getAndAccumulate(n, IterablePublisher::addCapped) == 0 && !ended) {
                read();
            }
        }

        private void read() {
            try {
                do {
                    if (!iterator.hasNext()) {
                        complete();
                        return;
                    }
                    subscriber.onNext(iterator.next());
                    if (ended) {
                        return;
                    }
                    if (!iterator.hasNext()) { // the end needs no demand
                        complete();
                        return;
                    }
                } while (demand.decrementAndGet() > 0);
            } catch (RuntimeException e) {
                if (end()) {
                    subscriber.onError(e);
                }
            }
        }

        private void complete() {
            if (end()) {
                subscriber.onComplete();
            }
        }

        @Override
        public void cancel() {
            end();
        }

        private synchronized boolean end() {
            if (ended) {
                return false;
            }
            ended = true;
            onEnd.run();
            return true;
        }
    }

    private static long addCapped(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }
}
