package io.socketgateway.server;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.socketgateway.server.config.ServerConfig;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads that in-process services run on: virtual ones where the runtime has them, bounded in any case. */
final class Threads {
    private Threads() {}

    /** At most so many at once, and so many waiting; what goes beyond is rejected. */
    static ThreadPoolExecutor forServices(ServerConfig config) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                config.serviceThreads(),
                config.serviceThreads(),
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(config.serviceQueue()),
                new Late("gateway-service"));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Makes its first thread as late as it is needed: most gateways have no service of their own. */
    private static final class Late implements ThreadFactory {
        private final String name;
        private @Nullable ThreadFactory factory;

        Late(String name) {
            this.name = name;
        }

        @Override
        public synchronized Thread newThread(Runnable task) {
            if (factory == null) {
                factory = factory(name);
            }
            return factory.newThread(task);
        }
    }

    /** {@code Thread.ofVirtual().name(name + "-", 0).factory()} of JDK 21, or platform threads before it. */
    private static ThreadFactory factory(String name) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
            MethodHandle named =
                    lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class, long.class));
            MethodHandle factory = lookup.findVirtual(
                    Class.forName("java.lang.Thread$Builder"), "factory", MethodType.methodType(ThreadFactory.class));
            return (ThreadFactory) factory.invoke(named.invoke(ofVirtual.invoke(), name + "-", 0L));
        } catch (Throwable e) { // before JDK 21
            return new DefaultThreadFactory(name, true);
        }
    }
}
