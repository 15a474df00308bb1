package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.time.NanoClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks once and prints the answer. */
@Command(
        name = "request",
        description = "Ask whoever serves a subject, and print the answer.",
        footer = {
            "  gateway request gateway.time",
            "  gateway request orders.get '{\"id\":7}' --timeout 2s",
            "  gateway request images.scale @photo.jpg -H width=200 > small.jpg",
            "  echo hello | gateway request gateway.echo -",
            "  gateway request orders.get '{\"id\":7}' --json | jq .data.price"
        })
final class RequestCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--retry",
            paramLabel = "N",
            description = "Ask again up to N times, within the timeout, after an error that says it had no effect.")
    private int retries;

    @Mixin
    private RequestOptions asked = new RequestOptions();

    @Mixin
    private Printer printer = new Printer();

    RequestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Request request = asked.request(console, builder -> builder.retries(retries));
        NanoClock clock = NanoClock.system();
        try (GatewayClient client = asked.connect(console)) {
            long start = clock.nanos();
            Response response = client.requestAndWait(request);
            printer.response(console, response, Duration.ofNanos(clock.nanos() - start));
        }
        return ExitCodes.OK;
    }
}
