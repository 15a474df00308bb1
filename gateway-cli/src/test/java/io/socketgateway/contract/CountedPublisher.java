package io.socketgateway.contract;

import io.socketgateway.client.Response;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A worker's stream of the numbers from 0: as many as it is asked for, and it says how many that was. */
final class CountedPublisher implements Flow.Publisher<Response>, Flow.Subscription {
    private final AtomicLong requested = new AtomicLong();
    private final AtomicLong next = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile Flow.Subscriber<? super Response> subscriber;

    @Override
    public void subscribe(Flow.Subscriber<? super Response> newSubscriber) {
        subscriber = newSubscriber;
        newSubscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        requested.addAndGet(n);
        for (long i = 0; i < n && !over.get(); i++) {
            subscriber.onNext(Response.text(Long.toString(next.getAndIncrement())));
        }
    }

    @Override
    public void cancel() {
        over.set(true);
        cancelled.countDown();
    }

    /** Ends it with an error. */
    void fail(Throwable fault) {
        if (over.compareAndSet(false, true)) {
            subscriber.onError(fault);
        }
    }

    /** Ends it well. */
    void complete() {
        if (over.compareAndSet(false, true)) {
            subscriber.onComplete();
        }
    }

    /** How many it was asked for in all. */
    long requested() {
        return requested.get();
    }

    /** Opens when the subscriber wants no more. */
    CountDownLatch cancelled() {
        return cancelled;
    }
}
