package io.socketgateway.client.internal;

import java.util.ArrayDeque;
import java.util.Deque;

/** How many requests of one service run at once, and how many more wait for that. Belongs to the event loop. */
final class WorkGate {
    private final int concurrency;
    private final int queueCapacity;
    private final Deque<IncomingCall> waiting = new ArrayDeque<>();
    private int running;

    WorkGate(int concurrency, int queueCapacity) {
        this.concurrency = concurrency;
        this.queueCapacity = queueCapacity;
    }

    /** Starts the call now or later; false if neither is possible. */
    boolean admit(IncomingCall call) {
        if (running < concurrency) {
            running++;
            call.start();
        } else if (waiting.size() < queueCapacity) {
            waiting.add(call);
        } else {
            return false;
        }
        return true;
    }

    /** A call that was started is finished. */
    void finished() {
        IncomingCall next = waiting.poll();
        if (next == null) {
            running--;
        } else {
            next.start();
        }
    }

    /** A call that was not started need not be. */
    void withdraw(IncomingCall call) {
        waiting.remove(call);
    }
}
