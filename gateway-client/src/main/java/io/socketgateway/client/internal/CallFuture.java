package io.socketgateway.client.internal;

import io.socketgateway.client.Response;
import java.util.concurrent.CompletableFuture;

/**
 * The future of a request. Whoever else completes it (a cancellation, {@code orTimeout}, …) abandons the request.
 * {@code null} stands for a confirmation.
 */
final class CallFuture extends CompletableFuture<Response> {
    private final Runnable abandon;
    private volatile boolean settled;

    CallFuture(Runnable abandon) {
        this.abandon = abandon;
    }

    /** The answer has come: completing the future abandons nothing any more. */
    void settle() {
        settled = true;
    }

    private boolean abandoned(boolean completed) {
        if (completed && !settled) {
            abandon.run();
        }
        return completed;
    }

    @Override
    public boolean complete(Response value) {
        return abandoned(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable fault) {
        return abandoned(super.completeExceptionally(fault));
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return abandoned(super.cancel(mayInterrupt));
    }
}
