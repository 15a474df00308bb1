package io.socketgateway.client.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs code of the user one piece after another, in order, off the event loop. Any thread may use it. */
final class SerialExecutor implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);

    private final Lease lease;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    SerialExecutor(Lease lease) {
        this.lease = lease;
    }

    void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            lease.dispatch(this);
        }
    }

    @Override
    public void run() {
        do {
            Runnable task = tasks.poll();
            if (task != null) {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    log.warn("code of the user failed", e);
                }
            }
        } while (waiting.decrementAndGet() > 0);
    }
}
