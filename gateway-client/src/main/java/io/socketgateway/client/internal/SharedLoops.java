package io.socketgateway.client.internal;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.socketgateway.protocol.time.LoopAlarm;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.IdentityHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event loops and worker threads that all clients of this JVM share, for as long as there is one. Each client
 * belongs to one loop; a loop's thread starts with its first client. All threads are daemons.
 */
final class SharedLoops {
    private static final int MOST_LOOPS = 4;
    private static final long RELEASE_SECONDS = 2;

    private static @Nullable SharedLoops current;

    private final EventLoopGroup group;
    private final Class<? extends Channel> streamType;
    private final ChannelFactory<? extends Channel> datagramSockets;
    private final WorkerThreads workers = WorkerThreads.start();
    private final IdentityHashMap<EventLoop, TimerWheel> wheels = new IdentityHashMap<>();
    private int leases;

    private SharedLoops() {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        int loops = Math.max(1, Math.min(MOST_LOOPS, Runtime.getRuntime().availableProcessors() / 2));
        group = new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("gateway-client-loop", true), handlers);
        streamType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        datagramSockets = epoll ? EpollDatagramChannel::new : NioDatagramChannel::new;
    }

    /**
     * Takes a place on one of the loops.
     *
     * @param executor where code of the user runs; null: worker threads of ours
     * @param clock null: the system's
     */
    static synchronized Lease lease(@Nullable Executor executor, @Nullable NanoClock clock) {
        SharedLoops shared = current;
        if (shared == null) {
            shared = new SharedLoops();
            current = shared;
        }
        shared.leases++;
        EventLoop loop = shared.group.next();
        Executor executes = executor == null ? shared.workers.executor() : executor;
        SharedLoops owner = shared;
        if (clock == null) {
            TimerWheel wheel = shared.wheels.computeIfAbsent(loop, key -> newWheel(key, NanoClock.system()));
            return shared.lease(loop, NanoClock.system(), wheel, executes, () -> release(owner));
        }
        return shared.lease(loop, clock, newWheel(loop, clock), executes, () -> release(owner));
    }

    private Lease lease(EventLoop loop, NanoClock clock, TimerWheel wheel, Executor executor, Runnable release) {
        return new Lease(loop, streamType, datagramSockets, clock, wheel, executor, release);
    }

    private static TimerWheel newWheel(EventLoop loop, NanoClock clock) {
        return new TimerWheel(clock, new LoopAlarm(loop, clock, TimerWheel::advance));
    }

    /** Ends all threads with the last lease, and waits for the loops. */
    private static void release(SharedLoops shared) {
        synchronized (SharedLoops.class) {
            if (--shared.leases > 0) {
                return;
            }
            current = null;
        }
        shared.workers.stop();
        shared.group
                .shutdownGracefully(0, RELEASE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(RELEASE_SECONDS, TimeUnit.SECONDS);
    }
}
