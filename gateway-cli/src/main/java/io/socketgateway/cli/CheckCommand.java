package io.socketgateway.cli;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.ConfigException;
import io.socketgateway.server.config.HttpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a gateway's admin listener how it is. Health checks run it every few seconds: it needs no more than the JDK. */
@Command(
        name = "check",
        description = {
            "Ask a gateway whether it is ready for clients, or with --live whether it still turns.",
            "Exit code 0 if so, 1 if not, 3 if nobody answers."
        },
        footer = {
            "  gateway check",
            "  gateway check --live --timeout 6s",
            "  gateway check --url http://gateway.internal:7480 && echo up"
        })
final class CheckCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = {"-u", "--url"},
            paramLabel = "URL",
            description = "Where the gateway's admin listener is. Default: where serve would have it, which"
                    + " $GATEWAY_ADMIN_LISTEN, $GATEWAY_CONFIG and $GATEWAY_DEFAULTS say, else "
                    + ConfigOptions.ADMIN_URL + ".")
    private @Nullable String url;

    @Option(names = "--live", description = "Ask whether it lives (/livez), not whether it is ready (/readyz).")
    private boolean live;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = TimeSpanConverter.class,
            description = "How long to wait for the answer: 250ms, 2s. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(2);

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        HttpAddress address = url == null ? configured() : HttpAddress.parse(url);
        return ask(console, address, live ? "/livez" : "/readyz", timeout);
    }

    private HttpAddress configured() {
        Optional<HttpAddress> listen =
                ConfigOptions.loader(console).load().admin().listen();
        return listen.orElseThrow(
                () -> new ConfigException("admin.listen is off: there is nobody to ask; --url names another gateway"));
    }

    /** Asks, prints the answer, and says how the process is to end. */
    static int ask(Console console, HttpAddress address, String path, Duration timeout) {
        try {
            HttpProbe.Answer answer = HttpProbe.get(address, path, timeout, NanoClock.system());
            boolean well = answer.status() == 200;
            console.line(
                    well
                            ? answer.firstLine()
                            : "not " + path.substring(1, path.length() - 1) + ": " + answer.status() + " "
                                    + answer.firstLine());
            return well ? ExitCodes.OK : ExitCodes.FAILED;
        } catch (IOException e) {
            console.note("error: no answer from " + address + ": " + e.getMessage());
            return ExitCodes.UNREACHABLE;
        }
    }
}
