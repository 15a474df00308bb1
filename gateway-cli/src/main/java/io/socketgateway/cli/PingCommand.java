package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import java.time.Duration;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the way to the gateway and back, and how much is lost on it. */
@Command(
        name = "ping",
        description = {
            "Measure the way to the gateway and back.",
            "Over UDP each ping is one datagram that is sent once: one without an answer is lost."
        },
        defaultValueProvider = PingCommand.ShortTimeout.class,
        footer = {
            "  gateway ping",
            "  gateway ping --count 100 --url udp://gateway.example.org:7400",
            "  gateway ping --timeout 1s || echo down"
        })
final class PingCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "How many pings, one after another. Default: 1.")
    private int count = 1;

    @Option(names = "--json", description = "Print one JSON object for each ping; faults too, on standard error.")
    private boolean json;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Spec
    private CommandSpec command = CommandSpec.create();

    PingCommand(Console console) {
        this.console = console;
    }

    /** A lost ping is not waited for as long as an answer that takes work. */
    static final class ShortTimeout implements IDefaultValueProvider {
        @Override
        public @Nullable String defaultValue(ArgSpec argument) {
            return argument instanceof OptionSpec option && option.longestName().equals("--timeout") ? "2s" : null;
        }
    }

    @Override
    public Integer call() throws Exception {
        if (count < 1) {
            throw new ParameterException(command.commandLine(), "--count: expected 1 or more");
        }
        LongSummaryStatistics nanos = new LongSummaryStatistics();
        GatewayException fault = null;
        try (GatewayClient client = connection.connect(console)) {
            for (int i = 0; i < count; i++) {
                try {
                    Duration took = client.ping().get();
                    nanos.accept(took.toNanos());
                    console.line(json ? new JsonLine().millis("millis", took).end() : "pong after " + millis(took));
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof GatewayException lost)) {
                        throw e;
                    }
                    fault = lost;
                    String why = Faults.reason(lost);
                    console.line(json ? new JsonLine().text("lost", why).end() : "lost: " + why);
                }
            }
        }
        if (!json && (count > 1 || fault != null)) {
            console.line(summary(nanos));
        }
        if (fault != null && nanos.getCount() == 0) {
            throw fault;
        }
        return ExitCodes.OK;
    }

    /** {@code 10 sent, 9 answered, 10.0 % lost; round trip min/avg/max 0.204/0.311/0.913 ms}. */
    private String summary(LongSummaryStatistics nanos) {
        long answered = nanos.getCount();
        String losses = String.format(
                Locale.ROOT, "%d sent, %d answered, %.1f %% lost", count, answered, 100.0 * (count - answered) / count);
        return answered == 0
                ? losses
                : String.format(
                        Locale.ROOT,
                        "%s; round trip min/avg/max %.3f/%.3f/%.3f ms",
                        losses,
                        nanos.getMin() / 1e6,
                        nanos.getAverage() / 1e6,
                        nanos.getMax() / 1e6);
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.3f ms", time.toNanos() / 1e6);
    }
}
