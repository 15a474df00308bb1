package io.socketgateway.protocol.time;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Wakes an event loop when the next timer of its wheel is due, and not otherwise: a loop that has nothing to do sleeps.
 * Belongs to that loop.
 */
public final class LoopAlarm implements TimerWheel.Alarm {
    private final EventExecutor loop;
    private final NanoClock clock;
    private final Consumer<TimerWheel> action;
    private @Nullable Future<?> next;

    /**
     * An alarm that is not set.
     *
     * @param action has the wheel advance
     */
    public LoopAlarm(EventExecutor loop, NanoClock clock, Consumer<TimerWheel> action) {
        this.loop = loop;
        this.clock = clock;
        this.action = action;
    }

    @Override
    public void set(TimerWheel wheel, long atNanos) {
        if (next != null) {
            next.cancel(false);
        }
        try {
            next = loop.schedule(() -> ring(wheel), clock.nanosUntil(atNanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            next = null; // the loop has ended: whoever starts a timer then finds that out in another way
        }
    }

    private void ring(TimerWheel wheel) {
        next = null;
        action.accept(wheel);
    }
}
