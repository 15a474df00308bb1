package io.socketgateway.server.routing;

import io.socketgateway.protocol.time.TimerWheel.Timer;
import io.socketgateway.server.loop.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends the calls of one session whose time is up, with one timer for all of them: it is set for the earliest, and when it
 * fires all are looked at. A call that ends in time, as nearly all do, has cost a comparison. Belongs to the session's loop.
 */
final class Deadlines {
    private final Loop loop;
    private final Consumer<Consumer<Call>> calls; // hands over each call under way
    private @Nullable Timer timer; // while calls are under way, and until it has fired once more
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
        timer = null;
        if (nextNanos[0] != Long.MAX_VALUE) {
            add(now + nextNanos[0]);
        }
        due.forEach(Call::timeIsUp);
    }

    /** There are no calls any more. */
    void end() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
