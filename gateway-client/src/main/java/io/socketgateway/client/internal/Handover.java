package io.socketgateway.client.internal;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way from other threads to the client's event loop, in order. What gathers until the loop looks costs one
 * wakeup, however much it is.
 */
final class Handover {
    private static final Logger log = LoggerFactory.getLogger(Handover.class);
    private static final int MOST_PER_TURN = 4096;

    private final EventLoop loop;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable drain = this::drain;

    Handover(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs the task on the loop, after those handed over before. */
    void execute(Runnable task) {
        tasks.add(task);
        schedule();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                loop.execute(drain);
            } catch (RejectedExecutionException e) {
                drainWithoutLoop(); // the loop has ended, and with it the client: each task finds that out itself
            }
        }
    }

    private synchronized void drainWithoutLoop() {
        drain();
    }

    private void drain() {
        for (int i = 0; i < MOST_PER_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.error("a task on the event loop failed", e);
            }
        }
        scheduled.set(false);
        if (!tasks.isEmpty()) {
            schedule();
        }
    }
}
