package io.socketgateway.server.routing;

import io.socketgateway.benchmarks.LoopThreads;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to find who wants a subject, with that many other subscriptions in the tree. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {LoopThreads.EXECUTOR, LoopThreads.EXECUTOR_CLASS})
@Warmup(iterations = 3, time = 600, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 600, timeUnit = TimeUnit.MILLISECONDS)
public class SubjectTreeBenchmark {
    private static final SubjectPattern TOGGLED = SubjectPattern.of("sensors.7.temperature");

    /** How many patterns are in the tree besides the three that match. */
    @Param({"0", "100000"})
    public int subscriptions;

    private final SubjectTree<String> tree = new SubjectTree<>();
    private final Subject subject = Subject.of("sensors.7.temperature");
    private final Subject[] many = new Subject[16 * RecentMatches.CACHED];
    private int next;

    /** Fills the tree. */
    @Setup
    public void fill() {
        for (int i = 0; i < subscriptions; i++) {
            add(SubjectPattern.of("fleet." + i % 100 + ".car." + i));
        }
        add(SubjectPattern.of("sensors.7.*"));
        add(SubjectPattern.of("sensors.*.temperature"));
        add(SubjectPattern.of("sensors.>"));
        for (int i = 0; i < many.length; i++) {
            many[i] = Subject.of("sensors." + i + ".temperature");
        }
    }

    private void add(SubjectPattern pattern) {
        tree.change(pattern, SubjectPattern::value, value -> {});
    }

    /** The same subject again and again, as the codec hands it: the same object. */
    @Benchmark
    public List<String> cached() {
        return tree.match(subject);
    }

    /** More subjects than are kept, in turn: each is looked up in the tree. */
    @Benchmark
    public List<String> uncached() {
        next = (next + 1) % many.length;
        return tree.match(many[next]);
    }

    /** A subscription comes and goes each time, so that what was kept for the subject is dropped twice. */
    @Benchmark
    public List<String> touched() {
        add(TOGGLED);
        List<String> with = tree.match(subject);
        tree.changeOrRemove(TOGGLED, value -> true);
        return with;
    }
}
