package io.socketgateway.cli;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.Gateway;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.ListenerConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a gateway until the process is told to end. */
@Command(
        name = "serve",
        description = {
            "Run a gateway until it is told to end (SIGTERM, Ctrl-C).",
            "Prints one line with the word ready once every listener is bound.",
            "Told to end it drains: no new clients, requests under way finish, exit code 0. A second signal ends it at once."
        },
        footer = {
            "  gateway serve",
            "  gateway serve --listen tcp://127.0.0.1:7400 --listen udp://127.0.0.1:7400",
            "  gateway serve --listen tcp://0.0.0.0:7400 --listen 'tcp://[::1]:7401'",
            "  gateway serve --config gateway.yaml --set limits.sessions=20000"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private final Console console;
    private final NanoClock clock = NanoClock.system();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        GatewayConfig config = options.load(console).config();
        config.warnings().forEach(LOG::warn);
        try (Gateway gateway = Gateway.builder(config).start();
                Signals signals = Signals.open()) {
            announce(ready(config, gateway));
            signals.first().get();
            long start = clock.nanos();
            announce(draining(gateway.sessionCount(), config.limits().drainTimeout()));
            gateway.drain().get();
            announce(String.format(Locale.ROOT, "drained in %.1f s", (clock.nanos() - start) / 1e9));
        }
        return ExitCodes.OK;
    }

    private static String draining(int sessions, Duration most) {
        return String.format(
                Locale.ROOT,
                "draining: %,d %s, %.1f s at most; a second signal ends it at once",
                sessions,
                sessions == 1 ? "session" : "sessions",
                most.toMillis() / 1e3);
    }

    /** A gateway serves on, whoever has stopped reading what it says. */
    private void announce(String line) {
        try {
            console.line(line);
        } catch (OutputClosedException e) {
            LOG.warn("standard output is closed: {}", e.getMessage());
        }
    }

    /** {@code gateway ready: tcp://127.0.0.1:7300, udp://127.0.0.1:7300 (epoll, 2 workers, node x)}. */
    static String ready(GatewayConfig config, Gateway gateway) {
        List<String> urls = new ArrayList<>();
        List<InetSocketAddress> addresses = gateway.addresses();
        for (int i = 0; i < addresses.size(); i++) {
            urls.add(url(config.listeners().get(i), addresses.get(i)));
        }
        int workers = config.server().workers();
        return "gateway ready: " + String.join(", ", urls) + " (" + gateway.transportName() + ", " + workers
                + (workers == 1 ? " worker" : " workers") + ", node "
                + config.server().node() + ")";
    }

    private static String url(ListenerConfig listener, InetSocketAddress bound) {
        String written = listener.url();
        return written.substring(0, written.lastIndexOf(':') + 1) + bound.getPort();
    }
}
