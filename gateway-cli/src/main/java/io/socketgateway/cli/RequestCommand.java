package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.time.NanoClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

    @Parameters(index = "0", paramLabel = "SUBJECT", description = "Whom to ask, such as orders.get.")
    private String subject = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "DATA", description = DataSource.HELP)
    private @Nullable String data;

    @Option(
            names = "--retry",
            paramLabel = "N",
            description = "Ask again up to N times, within the timeout, after an error that says it had no effect.")
    private int retries;

    @Mixin
    private ContentOption content = new ContentOption();

    @Mixin
    private HeaderOption headers = new HeaderOption();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private Printer printer = new Printer();

    @Spec
    private CommandSpec command = CommandSpec.create();

    RequestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Request request = Requests.of(
                command,
                subject,
                builder -> builder.payload(
                                content.payload(data == null ? new byte[0] : DataSource.read(data, console, command)))
                        .headers(headers.headers())
                        .timeout(connection.timeout())
                        .retries(retries));
        NanoClock clock = NanoClock.system();
        try (GatewayClient client = connection.connect(console)) {
            long start = clock.nanos();
            Response response = client.requestAndWait(request);
            printer.response(console, response, Duration.ofNanos(clock.nanos() - start));
        }
        return ExitCodes.OK;
    }
}
