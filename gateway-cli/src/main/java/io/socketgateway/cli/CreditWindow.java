package io.socketgateway.cli;

import io.socketgateway.client.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stream of responses, never more than a window ahead of what the consumer has done with them; new credit is
 * given for half a window at a time. The publisher calls it one at a time; one other thread waits.
 */
final class CreditWindow implements Flow.Subscriber<Response> {
    private final int window;
    private final Consumer<Response> consumer;
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private final long most;
    private long taken;
    private long granted;
    private Flow.@Nullable Subscription subscription;

    CreditWindow(int window, long most, Consumer<Response> consumer) {
        this.window = window;
        this.most = most;
        this.consumer = consumer;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        grant(newSubscription);
    }

    @Override
    public void onNext(Response response) {
        Flow.Subscription source = subscription;
        if (source == null || done.isDone()) {
            return;
        }
        try {
            consumer.accept(response);
        } catch (RuntimeException e) {
            source.cancel();
            done.completeExceptionally(e);
            return;
        }
        taken++;
        if (taken >= most) {
            source.cancel();
            done.complete(taken);
        } else if (granted - taken <= window / 2) {
            grant(source);
        }
    }

    @Override
    public void onError(Throwable fault) {
        done.completeExceptionally(fault);
    }

    @Override
    public void onComplete() {
        done.complete(taken);
    }

    /** Waits for the end; the number of responses taken. */
    long await() throws InterruptedException, ExecutionException {
        return done.get();
    }

    private void grant(Flow.Subscription source) {
        long more = Math.min(window - (granted - taken), most - granted);
        if (more > 0) {
            granted += more;
            source.request(more);
        }
    }
}
