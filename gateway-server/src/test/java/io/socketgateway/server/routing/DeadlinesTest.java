package io.socketgateway.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.loop.Loop;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the deadlines of a session keep in the wheel; that they are kept to is shown with whole gateways. */
class DeadlinesTest {
    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SingleThreadEventLoop thread = (SingleThreadEventLoop) group.next();
    private final Loop loop = new Loop(0, 1, thread, NanoClock.system(), Loop.Gathering.NONE);
    private final AtomicInteger sweeps = new AtomicInteger();
    private final Deadlines deadlines = new Deadlines(loop, each -> sweeps.incrementAndGet());

    @AfterEach
    void endLoop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return thread.submit(action).get(10, TimeUnit.SECONDS);
    }

    @Test
    void anyNumberOfCallsTakeOneTimer() throws Exception {
        int timers = onLoop(() -> {
            for (int i = 0; i < 1_000; i++) {
                deadlines.add(loop.nowNanos() + HOUR_NANOS - i);
            }
            return loop.timers().size();
        });
        assertThat(timers).isEqualTo(1);
    }

    @Test
    void onceNoCallWaitsNothingIsLeftInTheWheel() throws Exception {
        assertThat(onLoop(() -> {
                    deadlines.add(loop.nowNanos() + HOUR_NANOS);
                    deadlines.stop();
                    return loop.timers().size();
                }))
                .isZero();
        assertThat(onLoop(() -> {
                    deadlines.add(loop.nowNanos() + HOUR_NANOS);
                    return loop.timers().size();
                }))
                .isEqualTo(1);
    }

    @Test
    void anEarlierDeadlineIsNotMissedForALaterOne() throws Exception {
        onLoop(() -> {
            deadlines.add(loop.readClock() + HOUR_NANOS);
            deadlines.add(loop.nowNanos());
            return 0;
        });
        Awaitility.await().until(() -> sweeps.get() == 1);
    }
}
