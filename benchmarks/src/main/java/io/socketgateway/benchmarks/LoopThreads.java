package io.socketgateway.benchmarks;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of the kind that event loops have, for JMH to run on: what Netty keeps for each thread is found as fast there. */
public final class LoopThreads extends ThreadPoolExecutor {
    /** Tells JMH to look for the class. */
    public static final String EXECUTOR = "-Djmh.executor=CUSTOM";
    /** Tells JMH the class. */
    public static final String EXECUTOR_CLASS = "-Djmh.executor.class=io.socketgateway.benchmarks.LoopThreads";

    /** As many threads, as JMH wants to make it. */
    public LoopThreads(int threads, String prefix) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(prefix));
    }
}
