package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Subject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes, and waits until every subscription has it. */
@Command(
        name = "publish",
        description = "Publish to everyone who subscribes; ends once every subscription has it, be there none.",
        footer = {
            "  gateway publish sensors.1.temperature 21.5",
            "  gateway publish orders.new '{\"id\":7}' -H source=shop",
            "  gateway publish client.kiosk-7 'please reload'",
            "  tail -f access.log | gateway publish log.access - --lines"
        })
final class PublishCommand implements Callable<Integer> {
    /** How many lines may be on their way unconfirmed. */
    private static final int WINDOW = 256;

    private final Console console;

    @Parameters(index = "0", paramLabel = "SUBJECT", description = "What to publish on, such as orders.new.")
    private String subject = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "DATA", description = DataSource.HELP)
    private @Nullable String data;

    @Option(names = "--lines", description = "Each line of the data is a message of its own, without its line end.")
    private boolean lines;

    @Mixin
    private ContentOption content = new ContentOption();

    @Mixin
    private HeaderOption headers = new HeaderOption();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Option(names = "--json", description = "Print how many messages were published as a JSON object; faults too.")
    private boolean json;

    @Spec
    private CommandSpec command = CommandSpec.create();

    PublishCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        try {
            Subject.of(subject);
        } catch (ProtocolException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
        Headers sent = headers.headers();
        long count;
        if (lines) {
            count = publishLines(sent);
        } else {
            byte[] bytes = data == null ? new byte[0] : DataSource.read(data, console, command);
            try (GatewayClient client = connection.connect(console)) {
                client.publishConfirmed(subject, sent, content.payload(bytes)).get();
            }
            count = 1;
        }
        if (json) {
            console.line(new JsonLine().number("published", count).end());
        }
        return ExitCodes.OK;
    }

    private long publishLines(Headers sent) throws IOException, ExecutionException, InterruptedException {
        long count = 0;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                        DataSource.open(data == null ? "-" : data, console, command), StandardCharsets.UTF_8));
                GatewayClient client = connection.connect(console)) {
            Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                while (underWay.size() == WINDOW
                        || !underWay.isEmpty() && underWay.element().isDone()) {
                    underWay.remove().get(); // or a refusal would go unseen while lines are few
                }
                underWay.add(
                        client.publishConfirmed(subject, sent, content.payload(line.getBytes(StandardCharsets.UTF_8))));
                count++;
            }
            for (CompletableFuture<Void> confirmation : underWay) {
                confirmation.get();
            }
        }
        return count;
    }
}
