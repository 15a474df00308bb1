package io.socketgateway.client.internal;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;

/**
 * The threads that a client uses until it is closed: one event loop with its timers, and where code of the user runs.
 *
 * @param wheel belongs to the loop
 * @param release gives all back; called once
 */
record Lease(
        EventLoop loop,
        Class<? extends Channel> streamType,
        ChannelFactory<? extends Channel> datagramSockets,
        NanoClock clock,
        TimerWheel wheel,
        Executor executor,
        Runnable release) {
    /** Runs code of the user: never here, whatever the executor says. */
    void dispatch(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            ForkJoinPool.commonPool().execute(task);
        }
    }

    long nanos() {
        return clock.nanos();
    }
}
