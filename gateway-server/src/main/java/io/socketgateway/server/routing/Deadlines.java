package io.socketgateway.server.routing;

import io.socketgateway.protocol.time.TimerWheel.Timer;
import io.socketgateway.server.loop.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the calls of one session whose time is up, with one timer for all of them: it is set for the earliest, and when it
 * fires all are looked at. A call that ends in time, as nearly all do, has cost a comparison. Belongs to the session's loop.
 */
final class Deadlines {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    private final Loop loop;
    private final Consumer<Consumer<Call>> calls; // hands over each call under way
    private @Nullable Timer timer; // from the first call that waited
    private long wakesAtNanos;

    /** Of those calls. */
    Deadlines(Loop loop, Consumer<Consumer<Call>> calls) {
        this.loop = loop;
        this.calls = calls;
    }

    /** Some call ends at that time, if nothing happens. */
    void add(long dueNanos) {
        if (timer == null) {
            timer = new Timer(this::sweep);
        }
        if (!timer.isStarted() || dueNanos - wakesAtNanos < 0) {
            wakesAtNanos = dueNanos;
            loop.timers().startAt(timer, dueNanos);
        }
    }

    private void sweep() {
        long now = loop.nowNanos();
        List<Call> due = new ArrayList<>(0);
        long[] nextNanos = {Long.MAX_VALUE};
        calls.accept(call -> {
            long leftNanos = call.dueNanos() - now;
            if (leftNanos <= 0) {
                due.add(call);
            } else {
                nextNanos[0] = Math.min(nextNanos[0], leftNanos);
            }
        });
        if (nextNanos[0] != Long.MAX_VALUE) {
            add(now + nextNanos[0]);
        }
        due.forEach(Deadlines::end);
    }

    /** A fault of ours in one must not leave the others without an end. */
    private static void end(Call call) {
        try {
            call.timeIsUp();
        } catch (Throwable e) {
            LOG.error("internal error while the time of {} was up", call.request(), e);
        }
    }

    /** There are no calls now: nothing is kept for them in the wheel. */
    void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
