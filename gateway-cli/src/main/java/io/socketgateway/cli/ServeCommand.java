package io.socketgateway.cli;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.PlatformDependent;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.Gateway;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.Grouped;
import io.socketgateway.server.config.HttpAddress;
import io.socketgateway.server.config.ListenerConfig;
import io.socketgateway.server.config.LogFormat;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a gateway until the process is told to end. */
@Command(
        name = "serve",
        description = {
            "Run a gateway until it is told to end (SIGTERM, Ctrl-C).",
            "Prints one line with the word ready once every listener is bound.",
            "http://127.0.0.1:7480 answers /livez, /readyz and /metrics, see admin.listen.",
            "Told to end it drains: no new clients, requests under way finish, exit code 0. A second signal ends it at once."
        },
        footer = {
            "  gateway serve",
            "  gateway serve --listen tcp://127.0.0.1:7400 --listen udp://127.0.0.1:7400",
            "  gateway serve --listen tcp://0.0.0.0:7400 --listen 'tcp://[::1]:7401'",
            "  gateway serve --config gateway.yaml --set limits.sessions=20000",
            "  gateway serve --set admin.listen=off --set log.format=json"
        })
final class ServeCommand implements Callable<Integer> {
    static final String WARM_UP = "--warm-up";

    private final Console console;
    private final NanoClock clock = NanoClock.system();

    @Mixin
    private ConfigOptions options;

    @Option(
            names = WARM_UP,
            hidden = true,
            description = "Serve on free ports of the loopback address, ask for all that there is, and end.")
    private boolean warmUp;

    /** For picocli, which fills the options. */
    ServeCommand(Console console) {
        this(console, new ConfigOptions(), false);
    }

    /** With options that have been read. */
    ServeCommand(Console console, ConfigOptions options, boolean warmUp) {
        this.console = console;
        this.options = options;
        this.warmUp = warmUp;
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException, IOException {
        Ahead.begin();
        GatewayConfig configured = options.load(console).config();
        GatewayConfig config = warmUp ? WarmUp.onLoopback(configured) : configured;
        Logging.serve(config.log());
        Logger log = LoggerFactory.getLogger("gateway"); // not before it is known how
        config.warnings().forEach(log::warn);
        trustTheTests();
        try (Gateway gateway = Gateway.builder(config).start();
                Signals signals = Signals.open()) {
            log.info(memory(gateway));
            announce(config, log, ready(config, gateway));
            Ahead.goOn();
            if (warmUp) {
                WarmUp.run(console, urls(config, gateway), admin(config, gateway));
            } else {
                signals.first().get();
            }
            long start = clock.nanos();
            announce(
                    config,
                    log,
                    draining(gateway.sessionCount(), config.limits().drainTimeout()));
            gateway.drain().get();
            announce(config, log, String.format(Locale.ROOT, "drained in %.1f s", (clock.nanos() - start) / 1e9));
        }
        return ExitCodes.OK;
    }

    /** Netty samples buffers to find those that are never released, which is what tests are for: it takes 2 % of the time. */
    private static void trustTheTests() {
        if (System.getProperty("io.netty.leakDetection.level") == null) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
    }

    private static String draining(int sessions, Duration most) {
        return String.format(
                Locale.ROOT,
                "draining: %,d %s, %.1f s at most; a second signal ends it at once",
                sessions,
                sessions == 1 ? "session" : "sessions",
                most.toMillis() / 1e3);
    }

    /** What the JVM has been given, or has taken from the container's limit. */
    private static String memory(Gateway gateway) {
        return "memory: at most " + mebibytes(Runtime.getRuntime().maxMemory()) + " of heap and "
                + mebibytes(PlatformDependent.maxDirectMemory()) + " of direct memory; transport "
                + gateway.transportName();
    }

    private static String mebibytes(long bytes) {
        return Grouped.of(bytes >> 20) + " MiB";
    }

    /** A gateway serves on, whoever has stopped reading what it says. */
    private void announce(GatewayConfig config, Logger log, String line) {
        boolean json = config.log().format() == LogFormat.JSON;
        String thread = Thread.currentThread().getName();
        try {
            console.line(json ? LogLine.json(clock.epochMillis(), "INFO", log.getName(), line, thread, "") : line);
        } catch (OutputClosedException e) {
            log.warn("standard output is closed: {}", e.getMessage());
        }
    }

    /**
     * {@code gateway ready: tcp://127.0.0.1:7300, udp://127.0.0.1:7300, admin http://127.0.0.1:7480 (epoll, 2 workers, node
     * x)}.
     */
    static String ready(GatewayConfig config, Gateway gateway) {
        int workers = config.server().workers();
        return "gateway ready: " + String.join(", ", urls(config, gateway))
                + admin(config, gateway).map(url -> ", admin " + url).orElse("")
                + " (" + gateway.transportName() + ", " + workers + (workers == 1 ? " worker" : " workers") + ", node "
                + config.server().node() + ")";
    }

    private static List<String> urls(GatewayConfig config, Gateway gateway) {
        List<String> urls = new ArrayList<>();
        List<InetSocketAddress> addresses = gateway.addresses();
        for (int i = 0; i < addresses.size(); i++) {
            urls.add(url(config.listeners().get(i), addresses.get(i)));
        }
        return urls;
    }

    private static String url(ListenerConfig listener, InetSocketAddress bound) {
        String written = listener.url();
        return written.substring(0, written.lastIndexOf(':') + 1) + bound.getPort();
    }

    private static Optional<HttpAddress> admin(GatewayConfig config, Gateway gateway) {
        InetSocketAddress bound = gateway.adminAddress();
        return bound == null
                ? Optional.empty()
                : config.admin().listen().map(address -> address.withPort(bound.getPort()));
    }
}
