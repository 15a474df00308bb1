package io.socketgateway.cli.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Tells once a second how it stands, on a thread of its own, until it is closed. For one thread. */
public final class Progress implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;

    /** Tells nothing yet. */
    public Progress() {}

    /** Tells from now on; the teller is given the number of seconds that have passed. Once. */
    public void start(LongConsumer teller) {
        Thread started = new Thread(() -> tell(teller), "gateway-bench-progress");
        started.setDaemon(true);
        started.start();
        thread = started;
    }

    private void tell(LongConsumer teller) {
        try {
            for (long second = 1; !closed.await(1, TimeUnit.SECONDS); second++) {
                teller.accept(second);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells nothing more once it returns. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
