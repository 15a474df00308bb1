package io.socketgateway.client.internal;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Where code of the user runs unless an executor was given: a virtual thread for each task where the runtime has them,
 * else as many daemon threads as there are tasks at once.
 */
record WorkerThreads(ExecutorService executor) {
    static WorkerThreads start() {
        ExecutorService virtual = virtualThreads();
        return new WorkerThreads(
                virtual != null
                        ? virtual
                        : Executors.newCachedThreadPool(new DefaultThreadFactory("gateway-client-worker", true)));
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
