package io.socketgateway.server.admin;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.loop.Loop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the worker loops turn: each is asked to, and has five seconds. What a loop that is stuck was asked stays the only
 * question until it answers, so the next one who wants to know is told at once. Belongs to the admin loop.
 */
final class Pulse {
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final List<Loop> loops;
    private final EventExecutor executor;
    private final NanoClock clock;
    private final Map<Loop, Long> asked = new LinkedHashMap<>(); // those that have not turned yet, and since when
    private final List<Consumer<List<Loop>>> waiting = new ArrayList<>();
    private @Nullable Future<?> nextLook; // while somebody waits

    Pulse(List<Loop> loops, EventExecutor executor, NanoClock clock) {
        this.loops = loops;
        this.executor = executor;
        this.clock = clock;
    }

    /** Tells which loops do not turn, once it is known; none of them if all is well. */
    void feel(Consumer<List<Loop>> answer) {
        waiting.add(answer);
        for (Loop loop : loops) {
            if (asked.putIfAbsent(loop, clock.nanos()) == null) {
                loop.handFromOutside(() -> tell(loop));
            }
        }
        look();
    }

    /** On that loop. */
    private void tell(Loop loop) {
        if (!executor.isShuttingDown()) {
            executor.execute(() -> turned(loop));
        }
    }

    private void turned(Loop loop) {
        asked.remove(loop);
        look();
    }

    /** Looks whether all have turned or somebody's patience has ended, and if not, again when it does. */
    private void look() {
        if (nextLook != null) {
            nextLook.cancel(false);
            nextLook = null;
        }
        if (waiting.isEmpty()) {
            return;
        }
        long now = clock.nanos();
        List<Loop> stuck = new ArrayList<>();
        asked.forEach((loop, since) -> {
            if (now - since >= PATIENCE_NANOS) {
                stuck.add(loop);
            }
        });
        if (asked.isEmpty() || !stuck.isEmpty()) {
            List<Consumer<List<Loop>>> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(answer -> answer.accept(stuck));
        } else {
            long first = asked.values().iterator().next();
            nextLook = executor.schedule(this::look, clock.nanosUntil(first + PATIENCE_NANOS), TimeUnit.NANOSECONDS);
        }
    }
}
