package io.socketgateway.client.internal;

import io.socketgateway.client.Response;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a subscriber is told of its stream: one signal after another, on the executor. Filled by the event loop, which
 * sees to it that no more comes than was wanted.
 */
final class StreamSignals implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(StreamSignals.class);

    private static final int PORTION = 64; // after which the sender may go on

    private final Lease lease;
    private final Flow.Subscriber<? super Response> subscriber;
    private final Runnable delivering;
    private final Runnable cancelUpstream;
    private final Queue<Response> responses = new ConcurrentLinkedQueue<>();
    private final AtomicInteger signals = new AtomicInteger(1); // until opened
    private final AtomicLong delivered = new AtomicLong();
    private volatile boolean complete;
    private volatile @Nullable Throwable fault;
    private volatile boolean cancelled;

    /**
     * Signals to that subscriber.
     *
     * @param delivering is called after responses were delivered
     * @param cancelUpstream is called if the subscriber throws
     */
    StreamSignals(
            Lease lease, Flow.Subscriber<? super Response> subscriber, Runnable delivering, Runnable cancelUpstream) {
        this.lease = lease;
        this.subscriber = subscriber;
        this.delivering = delivering;
        this.cancelUpstream = cancelUpstream;
    }

    /** How many responses the subscriber has been given. */
    long delivered() {
        return delivered.get();
    }

    /** The subscriber has its subscription: signals may come. */
    void open() {
        if (signals.decrementAndGet() > 0) {
            lease.dispatch(this);
        }
    }

    void next(Response response) {
        responses.add(response);
        signal();
    }

    /** The last signal, after those before it: completion, or the fault. */
    void complete(@Nullable Throwable withFault) {
        fault = withFault;
        complete = true;
        signal();
    }

    /** No more signals. */
    void cancel() {
        cancelled = true;
    }

    private void signal() {
        if (signals.getAndIncrement() == 0) {
            lease.dispatch(this);
        }
    }

    @Override
    public void run() {
        int seen = signals.get();
        do {
            try {
                deliver();
            } catch (RuntimeException | Error e) {
                log.warn("a subscriber threw, which cancels its stream", e);
                cancelUpstream.run();
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }

    private void deliver() {
        boolean isLast = complete; // read first: what was added before it is in the queue by now
        boolean any = false;
        for (Response response = responses.poll(); response != null && !cancelled; response = responses.poll()) {
            subscriber.onNext(response);
            any = delivered.incrementAndGet() % PORTION != 0;
            if (!any) {
                delivering.run();
            }
        }
        if (isLast && !cancelled) {
            cancelled = true;
            Throwable withFault = fault;
            if (withFault == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(withFault);
            }
        } else if (any) {
            delivering.run();
        }
    }
}
