package io.socketgateway.cli.bench;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.time.NanoClock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What became of a load's exchanges. Any thread may add to it and read it. */
public final class Tally {
    private final NanoClock clock;
    private final LongAdder sent = new LongAdder();
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final Latencies latencies = new Latencies();
    private final Latencies waits = new Latencies();
    private final long start;
    private final LongAccumulator lastNanos = new LongAccumulator(Math::max, 0);
    private volatile long notSent;

    /** Nothing yet; the time runs from now on. */
    public Tally(NanoClock clock) {
        this.clock = clock;
        this.start = clock.nanos();
    }

    /** One goes out now that was due then. */
    void sending(long dueNanos) {
        sent.increment();
        waits.record(clock.nanos() - dueNanos);
    }

    /** One that was due then has its answer. */
    void done(long dueNanos) {
        long now = clock.nanos();
        done.increment();
        latencies.record(now - dueNanos);
        lastNanos.accumulate(now - start);
    }

    /** One has failed. */
    void failed(Throwable fault) {
        failed.increment();
        errors.computeIfAbsent(name(fault), name -> new LongAdder()).increment();
    }

    /** So many were due and did not go out before the end. */
    void notSent(long count) {
        notSent = count;
    }

    /** Sending has ended. */
    void ended() {
        lastNanos.accumulate(clock.nanos() - start);
    }

    /** How many went out. */
    public long sent() {
        return sent.sum();
    }

    /** How many have their answer. */
    public long done() {
        return done.sum();
    }

    /** How many have failed. */
    public long failed() {
        return failed.sum();
    }

    /** How many were due and did not go out before the end, since too many were under way; 0 without a rate. */
    public long notSent() {
        return notSent;
    }

    /** How many are under way. */
    public long underWay() {
        return Math.max(0, sent() - done() - failed());
    }

    /** The failures by {@code 404 NO_WORKER} or the name of the exception. */
    public Map<String, Long> errors() {
        Map<String, Long> counts = new TreeMap<>();
        errors.forEach((name, count) -> counts.put(name, count.sum()));
        return counts;
    }

    /** How long what has its answer took, counted from when it was due. */
    public Latencies latencies() {
        return latencies;
    }

    /** How long after they were due the exchanges went out. */
    public Latencies waits() {
        return waits;
    }

    /** The nanoseconds from the start to the last answer, or to the end of sending if that was later. */
    public long nanos() {
        return lastNanos.get();
    }

    private static String name(Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        return cause instanceof GatewayException error
                ? error.rawCode() + " " + error.code()
                : cause.getClass().getSimpleName();
    }
}
