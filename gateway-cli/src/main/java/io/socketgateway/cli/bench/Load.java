package io.socketgateway.cli.bench;

import io.socketgateway.protocol.time.NanoClock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes a load: one thread sends, over the lanes in turn, and never more at a time than each lane may have under way.
 *
 * <p>With a rate the load is open: each exchange has a time when it is due, which no slow answer puts off, and all times
 * count from then. If one cannot go out when it is due, because the lanes are full or the sender was held up, its
 * waiting is part of its latency, so a stall is seen by every exchange that it has delayed and not just by the one that
 * met it (no coordinated omission). Without a rate the load is closed: the next exchange goes out when there is room and is
 * due that moment; a stall then delays the load and is seen once for each that was under way.
 */
public final class Load {
    private static final long SECOND = 1_000_000_000L;

    private final NanoClock clock;
    private final Pause pause;
    private volatile boolean stopped;

    /** Waits until a time of the clock; may return earlier. */
    interface Pause {
        void until(long nanos);
    }

    /** What is sent again and again. */
    public interface Exchange {
        /**
         * Begins it.
         *
         * @param lane whose turn it is, from 0
         * @param sequence how many went out before
         * @param dueNanos when it was due
         */
        CompletableFuture<?> send(int lane, long sequence, long dueNanos);
    }

    /**
     * How much load.
     *
     * @param perSecond exchanges a second over all lanes; 0: closed
     * @param lanes how many connections
     * @param inFlight how many exchanges may be under way on each
     * @param nanos how long, {@link Long#MAX_VALUE}: until the count is reached
     * @param count how many at most
     */
    public record Plan(double perSecond, int lanes, int inFlight, long nanos, long count) {
        /** Whether a rate was given. */
        public boolean isOpen() {
            return perSecond > 0;
        }

        /** When the exchange of that number is due, in nanoseconds from the start. */
        long due(long sequence) {
            return (long) (sequence / perSecond * SECOND);
        }

        /** The same for that long. */
        public Plan lasting(long newNanos, long newCount) {
            return new Plan(perSecond, lanes, inFlight, newNanos, newCount);
        }
    }

    /** A load by that clock. */
    public Load(NanoClock clock) {
        this(clock, nanos -> LockSupport.parkNanos(nanos - clock.nanos()));
    }

    /** For tests: what waits. */
    Load(NanoClock clock, Pause pause) {
        this.clock = clock;
        this.pause = pause;
    }

    /** Sends no more; any thread. */
    public void stop() {
        stopped = true;
    }

    /** Whether it was told to stop. */
    public boolean isStopped() {
        return stopped;
    }

    /** Sends what the plan says, and waits until each exchange has ended. */
    public void run(Plan plan, Tally tally, Exchange exchange) throws InterruptedException {
        int most = plan.lanes() * plan.inFlight();
        Semaphore room = new Semaphore(most);
        AtomicIntegerArray underWay = new AtomicIntegerArray(plan.lanes());
        long start = clock.nanos();
        long sequence = 0;
        int lane = 0;
        while (sequence < plan.count() && !stopped) {
            long due = plan.isOpen() ? plan.due(sequence) : 0;
            if (plan.isOpen() ? due >= plan.nanos() : !isTimeLeft(plan, start)) {
                break;
            }
            if (plan.isOpen() && !pause(start + due)) {
                continue;
            }
            if (!room.tryAcquire()) {
                if (!isTimeLeft(plan, start)) {
                    break; // but what the sender itself was late with still goes out
                } else if (!room.tryAcquire(SECOND / 10, TimeUnit.NANOSECONDS)) {
                    continue;
                }
            }
            while (underWay.get(lane) >= plan.inFlight()) {
                lane = (lane + 1) % plan.lanes();
            }
            send(lane, sequence, plan.isOpen() ? start + due : clock.nanos(), tally, exchange, underWay, room);
            sequence++;
            lane = (lane + 1) % plan.lanes();
        }
        while (sequence < plan.count() && isTimeLeft(plan, start)) {
            pause(start + plan.nanos()); // what goes out at a rate takes its time, after the last one, too
        }
        tally.ended();
        if (plan.isOpen() && !stopped) {
            tally.notSent(Math.max(0, dueUntil(plan, clock.nanos() - start) - sequence));
        }
        room.acquire(most);
    }

    private static void send(
            int lane,
            long sequence,
            long due,
            Tally tally,
            Exchange exchange,
            AtomicIntegerArray underWay,
            Semaphore room) {
        underWay.incrementAndGet(lane);
        tally.sending(due);
        CompletableFuture<?> answer;
        try {
            answer = exchange.send(lane, sequence, due);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((value, fault) -> {
            if (fault == null) {
                tally.done(due);
            } else {
                tally.failed(fault);
            }
            underWay.decrementAndGet(lane);
            room.release();
        });
    }

    /** Whether more may become due. */
    private boolean isTimeLeft(Plan plan, long start) {
        return !stopped && clock.nanos() - start < plan.nanos();
    }

    /** Whether the time has come. */
    private boolean pause(long until) {
        long now = clock.nanos();
        if (now - until < 0) {
            pause.until(Math.min(until - now, SECOND / 10) + now); // or a stop would come late
        }
        return clock.nanos() - until >= 0;
    }

    /** How many are due before that time, or before the plan's end. */
    private static long dueUntil(Plan plan, long nanos) {
        long end = Math.min(nanos, plan.nanos());
        long count = (long) Math.ceil((double) end / SECOND * plan.perSecond());
        boolean roundedUp = count > 0 && plan.due(count - 1) >= end;
        return Math.min(roundedUp ? count - 1 : count, plan.count());
    }
}
