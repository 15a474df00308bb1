package io.socketgateway.cli;

import io.socketgateway.cli.bench.Audience;
import io.socketgateway.cli.bench.Latencies;
import io.socketgateway.cli.bench.Load;
import io.socketgateway.cli.bench.Tally;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.client.Subscription;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A load of messages that go to many. */
@Command(
        name = "publish",
        description = {
            "Publish over and over to many subscribers, and measure how long the messages take to each of them.",
            "Counts the messages that a subscriber has lost or never got. Each is published with confirm."
        },
        footer = {
            "  gateway bench publish --subscribers 100 --rate 500",
            "  gateway bench publish --publishers 4 --in-flight 16 --size 1024",
            "  gateway bench publish --rate 200 --url udp://localhost:7400 --json"
        })
final class BenchPublishCommand implements Callable<Integer> {
    /** How long nothing may come before what is missing is taken for lost. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Console console;

    @Option(
            names = {"-s", "--subject"},
            paramLabel = "SUBJECT",
            description = "What to publish on, and subscribe to. Default: one that nobody else has.")
    private @Nullable String subject;

    @Option(
            names = {"-p", "--publishers"},
            paramLabel = "N",
            description = "How many clients publish in turn, each over a connection of its own. Default: 1.")
    private int publishers = 1;

    @Option(
            names = {"-c", "--subscribers"},
            paramLabel = "N",
            description = "How many clients subscribe, each over a connection of its own. Default: 10.")
    private int subscribers = 10;

    @Option(names = "--size", paramLabel = "BYTES", description = "How long each message is, 28 or more. Default: 64.")
    private int size = 64;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Mixin
    private OverflowOptions overflow = new OverflowOptions();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    BenchPublishCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Load.Plan plan = load.plan(load.atLeast("--publishers", publishers, 1));
        load.atLeast("--subscribers", subscribers, 1);
        load.atLeast("--size", size, Audience.LEAST_BYTES);
        String on = subject == null
                ? "bench." + Long.toHexString(ThreadLocalRandom.current().nextLong())
                : checked(subject);
        SubscribeOptions options = overflow.on(SubscribeOptions.defaults());
        try (Crowd crowd = new Crowd()) {
            List<GatewayClient> speaking = crowd.join(connection, console, publishers);
            List<GatewayClient> listening = crowd.join(connection, console, subscribers);
            AtomicReference<@Nullable Audience> present = new AtomicReference<>();
            List<Subscription> subscriptions = subscribe(listening, on, options, present);
            BenchRun run = new BenchRun(console, load, connection.ports(console));
            BenchRun.Measured<Speaking> result = run.run(plan, name -> {
                Audience audience =
                        new Audience(run.clock(), ThreadLocalRandom.current().nextLong(), subscribers, publishers);
                present.set(audience);
                return new Speaking(speaking, audience, on, size, dropped(subscriptions));
            });
            report(on, result, dropped(subscriptions) - result.phase().droppedBefore());
            if (result.exitCode() != ExitCodes.OK) {
                return result.exitCode();
            }
            return result.phase().audience().heard() > 0 ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    private static List<Subscription> subscribe(
            List<GatewayClient> listening,
            String on,
            SubscribeOptions options,
            AtomicReference<@Nullable Audience> present) {
        List<Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < listening.size(); i++) {
            int seat = i;
            subscriptions.add(listening.get(i).subscribe(on, options, message -> {
                Audience audience = present.get();
                if (audience != null) {
                    audience.heard(seat, message.payload());
                }
            }));
        }
        return subscriptions;
    }

    private static long dropped(List<Subscription> subscriptions) {
        return subscriptions.stream().mapToLong(Subscription::dropped).sum();
    }

    private String checked(String text) {
        try {
            Subject.of(text);
            return text;
        } catch (ProtocolException e) {
            throw load.usage("--subject: " + e.getMessage());
        }
    }

    /** Clients that publish in turn, and those who hear it. */
    private record Speaking(List<GatewayClient> clients, Audience audience, String on, int size, long droppedBefore)
            implements BenchRun.Phase {
        @Override
        public Load.Exchange exchange() {
            return (lane, sequence, dueNanos) ->
                    clients.get(lane).publishConfirmed(on, audience.message(lane, sequence, dueNanos, size));
        }

        @Override
        public void settle(Tally tally) throws InterruptedException {
            audience.await(tally.done(), QUIET_NANOS);
        }

        @Override
        public Latencies latencies(Tally tally) {
            return audience.latencies();
        }
    }

    private void report(String on, BenchRun.Measured<Speaking> result, long dropped) {
        Audience audience = result.phase().audience();
        Tally tally = result.tally();
        List<Long> missing = audience.missing(tally.done());
        long missed = missing.stream().mapToLong(Long::longValue).sum();
        long lacking = missing.stream().filter(count -> count > 0).count();
        long most = missing.stream().mapToLong(Long::longValue).max().orElse(0);
        long nanos = Math.max(tally.nanos(), audience.nanos());
        double perSecond = BenchReport.perSecond(audience.heard(), nanos);
        if (load.isJson()) {
            JsonLine line = new JsonLine().text("load", "publish").text("subject", on);
            line.number("publishers", publishers).number("subscribers", subscribers);
            BenchReport.load(line, result.plan())
                    .number("sizeBytes", size)
                    .decimal("seconds", BenchReport.seconds(nanos), 3)
                    .number("sent", tally.sent())
                    .number("confirmed", tally.done())
                    .decimal("confirmedPerSecond", BenchReport.perSecond(tally.done(), tally.nanos()), 1)
                    .number("notSent", tally.notSent())
                    .number("delivered", audience.heard())
                    .decimal("deliveredPerSecond", perSecond, 1)
                    .number("missing", missed)
                    .number("missingMost", most)
                    .number("subscribersMissing", lacking)
                    .number("dropped", dropped)
                    .number("outOfOrder", audience.outOfOrder());
            BenchReport.errors(line, tally);
            BenchReport.times(line, "latencyMillis", audience.latencies());
            BenchReport.times(line, "confirmMillis", tally.latencies());
            BenchReport.times(line, "sentLateMillis", tally.waits());
            BenchReport.server(line, result.server(), audience.heard());
            console.line(line.end());
            return;
        }
        console.line(String.format(
                Locale.ROOT,
                "%s, %,d bytes, publishers: %,d, subscribers: %,d; %s",
                on,
                size,
                publishers,
                subscribers,
                BenchReport.model(result.plan(), "messages")));
        console.line(String.format(
                Locale.ROOT,
                "%,d sent, %,d confirmed, %,d failed in %.1f s",
                tally.sent(),
                tally.done(),
                tally.failed(),
                BenchReport.seconds(tally.nanos())));
        console.line(String.format(
                Locale.ROOT, "%,d delivered: %,.1f a second over all subscribers", audience.heard(), perSecond));
        console.line(
                missed == 0
                        ? "missing: none"
                        : String.format(
                                Locale.ROOT,
                                "missing: %,d at %,d subscribers, %,d at most; %,d of all are known to be dropped",
                                missed,
                                lacking,
                                most,
                                dropped));
        if (audience.outOfOrder() > 0) {
            console.line(String.format(Locale.ROOT, "out of order or twice: %,d", audience.outOfOrder()));
        }
        console.line(BenchReport.heading());
        console.line(BenchReport.times("receipt", audience.latencies()));
        console.line(BenchReport.times("confirm", tally.latencies()));
        if (result.plan().isOpen()) {
            console.line(BenchReport.times("sent late", tally.waits()));
        }
        console.line(BenchReport.server(result.server(), audience.heard()));
        BenchReport.faults(console, tally, "messages");
    }
}
