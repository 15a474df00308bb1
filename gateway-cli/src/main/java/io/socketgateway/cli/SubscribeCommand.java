package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.SubscribeOptions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what is published, until it is interrupted or has enough. */
@Command(
        name = "subscribe",
        description = {
            "Print what is published, until interrupted.",
            "A * stands for any one token, a > at the end for one or more."
        },
        footer = {
            "  gateway subscribe 'sensors.*.temperature'",
            "  gateway subscribe 'orders.>' 'invoices.>' --json | jq .data",
            "  gateway subscribe jobs.new --group workers --raw | while read -r job; do work \"$job\"; done",
            "  gateway subscribe news --count 1",
            "  gateway subscribe 'prices.>' --overflow latest | slow-reader",
            "      of each subject the last message, without those in between"
        })
final class SubscribeCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(arity = "1..*", paramLabel = "PATTERN", description = "What to hear, such as sensors.*.temperature.")
    private List<String> patterns = List.of();

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "End after N messages. Default: when interrupted.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "NAME",
            description = "Share the messages: of the subscribers with this group and pattern one gets each.")
    private String group = "";

    @Option(names = "--raw", description = "Print the data alone, without the subject.")
    private boolean raw;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say nothing beside the messages.")
    private boolean quiet;

    @Mixin
    private OverflowOptions overflow = new OverflowOptions();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private Printer printer = new Printer();

    @Spec
    private CommandSpec command = CommandSpec.create();

    SubscribeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        if (count < 1) {
            throw new ParameterException(command.commandLine(), "--count: expected 1 or more");
        }
        LongRun run = new LongRun(console, quiet, overflow.losesNothing());
        AtomicLong taken = new AtomicLong();
        SubscribeOptions options = overflow.on(SubscribeOptions.defaults())
                .withGroup(group)
                .withDropListener((subscription, lost) -> run.note(lost + (lost == 1 ? " message" : " messages")
                        + " lost on " + subscription.pattern() + ": too slow for them"))
                .withEndListener((subscription, reason) -> run.failed(reason));
        try (GatewayClient client = connection.connect(console, run)) {
            for (String pattern : patterns) {
                client.subscribe(pattern, options, message -> {
                    if (taken.incrementAndGet() <= count) {
                        run.doing(() -> printer.message(console, message, raw));
                    }
                    if (taken.get() >= count) {
                        run.end();
                    }
                });
            }
            run.note("subscribed to " + String.join(", ", patterns) + " as client." + client.clientId());
            run.await(client);
        }
        return ExitCodes.OK;
    }
}
