package io.socketgateway.client.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where code of the user runs unless an executor was given: a virtual thread for each task where the runtime has them,
 * else as many daemon threads as there are tasks at once, up to {@value #MOST_THREADS}. Those are a fork-join pool's,
 * which hands small tasks over at two to three times the rate of a cached thread pool.
 */
record WorkerThreads(ExecutorService executor) {
    private static final int MOST_THREADS = 1024;

    static WorkerThreads start() {
        ExecutorService virtual = virtualThreads();
        return new WorkerThreads(virtual != null ? virtual : platformThreads());
    }

    private static ExecutorService platformThreads() {
        AtomicInteger number = new AtomicInteger();
        return new ForkJoinPool(
                MOST_THREADS,
                pool -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
                    thread.setName("gateway-client-worker-" + number.incrementAndGet());
                    return thread;
                },
                null,
                true); // first in, first out
    }

    /** {@code Executors.newVirtualThreadPerTaskExecutor()}, which Java 17 does not know; null there. */
    private static @Nullable ExecutorService virtualThreads() {
        try {
            MethodHandle factory = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) factory.invokeExact();
        } catch (NoSuchMethodException e) {
            return null;
        } catch (Throwable e) {
            throw new IllegalStateException("virtual threads do not start", e);
        }
    }

    /** Takes no new tasks; those running end by themselves. */
    void stop() {
        executor.shutdown();
    }
}
