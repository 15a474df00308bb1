package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import java.time.Duration;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the way to the gateway and back. */
@Command(
        name = "ping",
        description = "Measure the way to the gateway and back.",
        footer = {
            "  gateway ping",
            "  gateway ping --count 100 --url tcp://gateway.example.org:7400",
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

    @Override
    public Integer call() throws Exception {
        if (count < 1) {
            throw new ParameterException(command.commandLine(), "--count: expected 1 or more");
        }
        LongSummaryStatistics nanos = new LongSummaryStatistics();
        try (GatewayClient client = connection.connect(console)) {
            for (int i = 0; i < count; i++) {
                Duration took = client.ping().get();
                nanos.accept(took.toNanos());
                console.line(
                        json ? new JsonLine().millis("millis", took).end() : "pong after " + millis(took.toNanos()));
            }
        }
        if (count > 1 && !json) {
            console.line(count + " pings: least " + millis(nanos.getMin()) + ", mean "
                    + millis(Math.round(nanos.getAverage())) + ", most " + millis(nanos.getMax()));
        }
        return ExitCodes.OK;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", (double) nanos / 1e6);
    }
}
