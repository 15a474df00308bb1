package io.socketgateway.cli.bench;

import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.time.NanoClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Those who hear what a fan-out load publishes: what each has heard, how long it took, and what never came. Any thread. */
public final class Audience {
    /** The shortest message that can be told apart from others, in bytes. */
    public static final int LEAST_BYTES = Stamp.BYTES;

    private static final int POLL_MILLIS = 20;

    private final NanoClock clock;
    private final long run;
    private final long start;
    private final List<Seat> seats = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final LongAccumulator lastNanos = new LongAccumulator(Math::max, 0);

    /**
     * An audience whose time runs from now on.
     *
     * @param run a number that no other run has
     * @param publishers how many publish
     */
    public Audience(NanoClock clock, long run, int subscribers, int publishers) {
        this.clock = clock;
        this.run = run;
        this.start = clock.nanos();
        for (int i = 0; i < subscribers; i++) {
            seats.add(new Seat(publishers));
        }
    }

    /** The message to publish. */
    public Payload message(int lane, long sequence, long dueNanos, int size) {
        return new Stamp(run, lane, sequence, dueNanos).payload(size);
    }

    /** A subscriber has heard something; one at a time for each subscriber. */
    public void heard(int subscriber, Payload payload) {
        long now = clock.nanos();
        Stamp stamp = Stamp.of(payload);
        if (stamp != null && stamp.run() == run) {
            latencies.record(now - stamp.dueNanos());
            lastNanos.accumulate(now - start);
            seats.get(subscriber).heard(stamp);
        }
    }

    /** How many messages all of them have heard. */
    public long heard() {
        return seats.stream().mapToLong(seat -> seat.heard.sum()).sum();
    }

    /** Of these, how many came after a later one of the same publisher, or came twice. */
    public long outOfOrder() {
        return seats.stream().mapToLong(seat -> seat.outOfOrder.sum()).sum();
    }

    /** How many of so many messages each of them lacks. */
    public List<Long> missing(long published) {
        return seats.stream()
                .map(seat -> Math.max(0, published - seat.heard.sum()))
                .toList();
    }

    /** How long it took until they heard, counted from when the message was due. */
    public Latencies latencies() {
        return latencies;
    }

    /** The nanoseconds from the start to the last that was heard. */
    public long nanos() {
        return lastNanos.get();
    }

    /** Waits until each has heard so many, or nothing more has come for that long. */
    public void await(long published, long quietNanos) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long last = heard();
        long since = clock.nanos();
        while (missing(published).stream().anyMatch(lacks -> lacks > 0) && clock.nanos() - since < quietNanos) {
            never.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
            long now = heard();
            if (now != last) {
                last = now;
                since = clock.nanos();
            }
        }
    }

    /** What one of them has heard. */
    private static final class Seat {
        private final LongAdder heard = new LongAdder();
        private final LongAdder outOfOrder = new LongAdder();
        private final long[] next;

        Seat(int publishers) {
            next = new long[publishers];
        }

        /** The lock is held by one at a time anyhow; it makes what the last thread wrote visible to the next. */
        synchronized void heard(Stamp stamp) {
            heard.increment();
            if (stamp.sequence() < next[stamp.lane()]) {
                outOfOrder.increment();
            } else {
                next[stamp.lane()] = stamp.sequence() + 1;
            }
        }
    }
}
