package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks for many responses and prints each as it comes. */
@Command(
        name = "stream",
        description = {"Ask for many responses, and print each as it comes.", "Not over UDP, which has no streams."},
        footer = {
            "  gateway stream log.lines '{\"file\":\"today\"}'",
            "  gateway stream prices.history ACME --count 100",
            "  gateway stream big.table --credit 8 | slow-reader",
            "      never more than 8 responses ahead of the reader"
        })
final class StreamCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Stop after N responses. Default: when there are no more.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "--credit",
            paramLabel = "N",
            description = "How many responses may come ahead of what is printed. Default: 64.")
    private int credit = 64;

    @Mixin
    private RequestOptions asked = new RequestOptions();

    @Mixin
    private Printer printer = new Printer();

    @Spec
    private CommandSpec command = CommandSpec.create();

    StreamCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        if (credit < 1 || count < 1) {
            throw new ParameterException(command.commandLine(), "--credit and --count: expected 1 or more");
        }
        Request request = asked.request(console, builder -> builder);
        try (GatewayClient client = asked.connect(console)) {
            CreditWindow window = new CreditWindow(credit, count, response -> printer.response(console, response));
            client.requestStream(request).subscribe(window);
            window.await();
        }
        return ExitCodes.OK;
    }
}
