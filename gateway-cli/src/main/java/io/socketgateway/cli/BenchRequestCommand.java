package io.socketgateway.cli;

import io.socketgateway.cli.bench.Latencies;
import io.socketgateway.cli.bench.Load;
import io.socketgateway.cli.bench.Tally;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import io.socketgateway.protocol.Payload;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A load of requests. */
@Command(
        name = "request",
        description = {
            "Ask over and over, and measure how long the answers take.",
            "With --rate a stall counts for every request that it has delayed, not just for those under way."
        },
        footer = {
            "  gateway bench request --rate 1000 --clients 8",
            "  gateway bench request --clients 4 --in-flight 64 --duration 30s",
            "  gateway bench request --subject orders.get '{\"id\":7}' --count 10000",
            "  gateway bench request --rate 500 --json | jq '.latencyMillis[\"p99.9\"]'"
        })
final class BenchRequestCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", arity = "0..1", paramLabel = "DATA", description = DataSource.HELP)
    private @Nullable String data;

    @Option(
            names = {"-s", "--subject"},
            paramLabel = "SUBJECT",
            defaultValue = "gateway.echo",
            description = "Whom to ask. Default: ${DEFAULT-VALUE}.")
    private String subject = "";

    @Option(
            names = {"-c", "--clients", "--connections"},
            paramLabel = "N",
            description = "How many clients ask in turn, each over a connection of its own. Default: 1.")
    private int clients = 1;

    @Option(names = "--size", paramLabel = "BYTES", description = "Instead of DATA: so many bytes. Default: 64.")
    private int size = 64;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Mixin
    private ContentOption content = new ContentOption();

    @Mixin
    private HeaderOption headers = new HeaderOption();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Spec
    private CommandSpec command = CommandSpec.create();

    BenchRequestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Load.Plan plan = load.plan(load.atLeast("--clients", clients, 1));
        load.atLeast("--size", size, 0);
        Payload payload =
                data == null ? Payload.bytes(new byte[size]) : content.payload(DataSource.read(data, console, command));
        Request request = Requests.of(
                command,
                subject,
                builder -> builder.payload(payload).headers(headers.headers()).timeout(connection.timeout()));
        try (Crowd crowd = new Crowd()) {
            List<GatewayClient> asking = crowd.join(connection, console, clients);
            BenchRun.Measured<Asking> result = new BenchRun(console, load, connection.ports(console))
                    .run(plan, name -> new Asking(asking, request));
            report(result, payload.length());
            if (result.exitCode() != ExitCodes.OK) {
                return result.exitCode();
            }
            return result.tally().done() > 0 ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    /** Clients that ask in turn. */
    private record Asking(List<GatewayClient> clients, Request request) implements BenchRun.Phase {
        @Override
        public Load.Exchange exchange() {
            return (lane, sequence, dueNanos) -> clients.get(lane).request(request);
        }

        @Override
        public void settle(Tally tally) {} // the answers are all there is

        @Override
        public Latencies latencies(Tally tally) {
            return tally.latencies();
        }
    }

    private void report(BenchRun.Measured<Asking> result, int bytes) {
        Load.Plan plan = result.plan();
        Tally tally = result.tally();
        double perSecond = BenchReport.perSecond(tally.done(), tally.nanos());
        double seconds = BenchReport.seconds(tally.nanos());
        if (load.isJson()) {
            JsonLine line = new JsonLine().text("load", "request").text("subject", subject);
            BenchReport.load(line.number("clients", clients), plan)
                    .number("sizeBytes", bytes)
                    .decimal("seconds", seconds, 3)
                    .number("sent", tally.sent())
                    .number("answered", tally.done())
                    .decimal("answeredPerSecond", perSecond, 1)
                    .number("notSent", tally.notSent());
            BenchReport.errors(line, tally);
            BenchReport.times(line, "latencyMillis", tally.latencies());
            BenchReport.times(line, "sentLateMillis", tally.waits());
            BenchReport.server(line, result.server(), tally.done());
            console.line(line.end());
            return;
        }
        console.line(String.format(
                Locale.ROOT,
                "%s, %,d bytes, clients: %,d; %s",
                subject,
                bytes,
                clients,
                BenchReport.model(plan, "requests")));
        console.line(String.format(
                Locale.ROOT,
                "%,d sent, %,d answered, %,d failed in %.1f s: %,.1f answers a second",
                tally.sent(),
                tally.done(),
                tally.failed(),
                seconds,
                perSecond));
        if (tally.done() > 0) {
            console.line(BenchReport.heading());
            console.line(BenchReport.times("latency", tally.latencies()));
        }
        if (plan.isOpen()) {
            console.line(BenchReport.times("sent late", tally.waits()));
        }
        console.line(BenchReport.server(result.server(), tally.done()));
        BenchReport.faults(console, tally, "requests");
    }
}
