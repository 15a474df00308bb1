package io.socketgateway.cli;

import io.socketgateway.cli.bench.Latencies;
import io.socketgateway.cli.bench.Load;
import io.socketgateway.cli.bench.Progress;
import io.socketgateway.cli.bench.ServerCpu;
import io.socketgateway.cli.bench.Tally;
import io.socketgateway.protocol.time.NanoClock;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * One benchmark: the load for the warm-up, then the load that is measured, a line a second meanwhile. Told to end by a
 * signal it sends no more, and reports what it has. For one thread.
 */
final class BenchRun {
    private final Console console;
    private final LoadOptions options;
    private final Set<Integer> ports;
    private final NanoClock clock = NanoClock.system();
    private final Load load = new Load(clock);

    /** A benchmark of the gateway to which this process is connected at one of the ports. */
    BenchRun(Console console, LoadOptions options, Set<Integer> ports) {
        this.console = console;
        this.options = options;
        this.ports = ports;
    }

    /** What a phase sends, and what it waits for and looks at beside the answers. */
    interface Phase {
        /** What is sent. */
        Load.Exchange exchange();

        /** Waits for what comes after the answers. */
        void settle(Tally tally) throws InterruptedException;

        /** The latencies that matter. */
        Latencies latencies(Tally tally);
    }

    /** What has been measured; the exit code is that of a signal if one has ended it early. */
    record Measured<P extends Phase>(Load.Plan plan, P phase, Tally tally, ServerCpu.Spent server, int exitCode) {}

    NanoClock clock() {
        return clock;
    }

    /** Runs it all. */
    <P extends Phase> Measured<P> run(Load.Plan plan, Function<String, P> phases) throws InterruptedException {
        try (Signals signals = Signals.open()) {
            signals.first().thenRun(load::stop);
            long warmup = options.warmup().toNanos();
            if (warmup > 0) {
                P phase = phases.apply("warm-up");
                Tally tally = new Tally(clock);
                load.run(plan.lasting(warmup, Long.MAX_VALUE), tally, phase.exchange());
                phase.settle(tally);
                if (tally.failed() > 0) {
                    console.note(String.format(Locale.ROOT, "warm-up: %,d failed", tally.failed()));
                }
            }
            P phase = phases.apply("load");
            ServerCpu server = ServerCpu.begin(ports);
            Tally tally = new Tally(clock);
            try (Progress progress = new Progress()) {
                progress.start(second -> tell(second, phase, tally));
                load.run(plan, tally, phase.exchange());
                phase.settle(tally);
            }
            return new Measured<>(
                    plan, phase, tally, server.spent(), signals.first().getNow(ExitCodes.OK));
        }
    }

    /** {@code 3 s: 1,000 a second, p50 0.204, p99 0.911, max 2.113 ms, 4 under way, 0 failed}. */
    private void tell(long second, Phase phase, Tally tally) {
        if (!options.isQuiet()) {
            Latencies.Summary last = phase.latencies(tally).sinceLast();
            console.note(String.format(
                    Locale.ROOT,
                    "%d s: %,d a second, p50 %.3f, p99 %.3f, max %.3f ms, %,d under way, %,d failed",
                    second,
                    last.count(),
                    last.p50() / 1e6,
                    last.p99() / 1e6,
                    last.max() / 1e6,
                    tally.underWay(),
                    tally.failed()));
        }
    }
}
