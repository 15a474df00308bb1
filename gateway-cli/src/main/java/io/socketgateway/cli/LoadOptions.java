package io.socketgateway.cli;

import io.socketgateway.cli.bench.Load;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How much load a benchmark makes, for how long, and how it tells. */
final class LoadOptions {
    /** What a gateway grants a session, and the SDK a client, unless they are told otherwise. */
    private static final int MOST_IN_FLIGHT = 1_024;

    private static final Duration DEFAULT_DURATION = Duration.ofSeconds(10);

    @Option(
            names = {"-r", "--rate"},
            paramLabel = "N",
            description = "How many a second in all, whatever the answers take; latency counts from when each was due."
                    + " Default: as many as --in-flight lets out (closed loop).")
    private double rate;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            description = "How many may be under way on each connection, up to 1024. Default: 1; with --rate, 1024.")
    private int inFlight;

    @Option(
            names = {"-d", "--duration"},
            paramLabel = "TIME",
            converter = TimeSpanConverter.class,
            description = "How long it is measured. Default: 10s; with --count, until those are done.")
    private @Nullable Duration duration;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "End after N. Default: when the time is up.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = {"-w", "--warmup"},
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = TimeSpanConverter.OrZero.class,
            description = "The same load before that, not measured; 0s for none. Default: ${DEFAULT-VALUE}.")
    private Duration warmup = Duration.ZERO;

    @Option(
            names = {"-q", "--quiet"},
            description = "No line a second on standard error.")
    private boolean quiet;

    @Option(names = "--json", description = "Print the result as one JSON object; faults too, on standard error.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** The load over that many connections; a fault of usage if it cannot be. */
    Load.Plan plan(int connections) {
        boolean open = command.commandLine().getParseResult().hasMatchedOption("--rate");
        if (open && !(rate >= 0.001 && rate <= 1e7)) {
            throw usage("--rate: expected 0.001 to 10,000,000");
        }
        if (inFlight < 0
                || inFlight > MOST_IN_FLIGHT
                || inFlight == 0 && command.commandLine().getParseResult().hasMatchedOption("--in-flight")) {
            throw usage("--in-flight: expected 1 to " + MOST_IN_FLIGHT);
        }
        if (count < 1) {
            throw usage("--count: expected 1 or more");
        }
        int each = inFlight > 0 ? inFlight : open ? MOST_IN_FLIGHT : 1;
        return new Load.Plan(open ? rate : 0, connections, each, nanos(), count);
    }

    private long nanos() {
        if (duration != null) {
            return duration.toNanos();
        }
        return count == Long.MAX_VALUE ? DEFAULT_DURATION.toNanos() : Long.MAX_VALUE;
    }

    /** How long the load is on before it is measured. */
    Duration warmup() {
        return warmup;
    }

    /** Whether nothing is told meanwhile. */
    boolean isQuiet() {
        return quiet;
    }

    /** Whether the result is for programs. */
    boolean isJson() {
        return json;
    }

    /** A fault of usage unless it is so many. */
    int atLeast(String option, int value, int least) {
        if (value < least) {
            throw usage(option + ": expected " + least + " or more");
        }
        return value;
    }

    ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
