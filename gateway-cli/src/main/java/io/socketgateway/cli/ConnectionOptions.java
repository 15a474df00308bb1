package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.StateListener;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which gateway a command speaks to, and as whom. */
final class ConnectionOptions {
    private static final int DEFAULT_PORT = 7400;
    private static final String DEFAULT_URL = "tcp://localhost:" + DEFAULT_PORT;
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    @Option(
            names = {"-u", "--url"},
            paramLabel = "URL",
            split = ",",
            description = "The gateway, tcp://HOST:PORT or udp://HOST:PORT; several are tried in order."
                    + " Default: $GATEWAY_URL, else " + DEFAULT_URL + ".")
    private List<String> urls = List.of();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeSpanConverter.class,
            description = "How long to wait for an answer: 250ms, 10s, 10m. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "The name under which others reach this client. Default: the gateway gives one.")
    private @Nullable String clientId;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** How long an answer is waited for. */
    Duration timeout() {
        return timeout;
    }

    /** Connects, for a command that ends by itself. */
    GatewayClient connect(Console console) {
        return connect(console, (state, reason) -> {});
    }

    /** Connects, for a command that stays and wants to know how it stands. */
    GatewayClient connect(Console console, StateListener listener) {
        return connect(console, listener, "");
    }

    /** Connects as one of several clients of a command, whose name, if it has one, ends in a number. */
    GatewayClient connect(Console console, int number) {
        return connect(console, (state, reason) -> {}, "-" + number);
    }

    private GatewayClient connect(Console console, StateListener listener, String nameEnd) {
        GatewayClientBuilder builder = GatewayClient.builder()
                .agent("gateway-cli/" + Version.number())
                .requestTimeout(timeout)
                .connectTimeout(timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT)
                .closeTimeout(Duration.ofSeconds(2))
                .onState(listener);
        urls(console).forEach(url -> addUrl(builder, url));
        if (clientId != null) {
            String name = clientId + nameEnd;
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw usage("--client-id " + name + ": expected 1 to 64 of A-Z a-z 0-9 _ -");
            }
            builder.clientId(name);
        }
        try {
            return builder.connect();
        } catch (GatewayException e) {
            throw new ConnectFailedException(e);
        }
    }

    /** The ports at which the gateway may be; once connected, as what is no URL has then been refused. */
    Set<Integer> ports(Console console) {
        return urls(console).stream()
                .map(url -> URI.create(url.strip()).getPort())
                .map(port -> port < 0 ? DEFAULT_PORT : port)
                .collect(Collectors.toUnmodifiableSet());
    }

    private List<String> urls(Console console) {
        if (!urls.isEmpty()) {
            return urls;
        }
        String fromEnvironment = console.environment("GATEWAY_URL");
        return List.of((fromEnvironment.isEmpty() ? DEFAULT_URL : fromEnvironment).split(",", -1));
    }

    private void addUrl(GatewayClientBuilder builder, String url) {
        try {
            builder.url(url.strip());
        } catch (GatewayException e) {
            throw usage("--url: " + e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
