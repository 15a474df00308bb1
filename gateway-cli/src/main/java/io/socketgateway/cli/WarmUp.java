package io.socketgateway.cli;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.HttpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A gateway's first seconds in a nutshell, for the JVM to keep the classes that they need ({@code gateway serve
 * --warm-up}): it is asked over each of its listeners what clients and health checks will ask it.
 */
final class WarmUp {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final String BODY = "{\"n\":1}";

    private WarmUp() {}

    /** The same configuration on free ports of the loopback address. */
    static GatewayConfig onLoopback(GatewayConfig config) {
        GatewayConfig moved = config.withListeners(config.listeners().stream()
                .map(listener -> listener.scheme().text() + "://127.0.0.1:0")
                .toArray(String[]::new));
        return config.admin().listen().isPresent() ? moved.with("admin.listen", "http://127.0.0.1:0") : moved;
    }

    /** Asks once for all that there is; an exception if anything is not as it should be. */
    static void run(Console console, List<String> urls, Optional<HttpAddress> admin)
            throws IOException, InterruptedException {
        for (String url : urls) {
            request(url);
        }
        if (admin.isPresent()) {
            for (String path : List.of("/livez", "/readyz", "/metrics")) {
                int status = HttpProbe.get(admin.get(), path, TIMEOUT, NanoClock.system())
                        .status();
                if (status != 200) {
                    throw new IOException(path + ": " + status);
                }
            }
            CheckCommand.ask(console, admin.get(), "/readyz", TIMEOUT);
        }
    }

    /** From a process of its own: what a client needs is not what a gateway needs at its start. */
    private static void request(String url) throws IOException, InterruptedException {
        Process client = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        Main.class.getName(),
                        "request",
                        "--url",
                        url,
                        "gateway.echo",
                        BODY)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        client.getOutputStream().close();
        String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int exitCode = client.waitFor();
        if (exitCode != 0 || !answer.equals(BODY)) {
            throw new IOException(url + ": " + exitCode + " " + answer);
        }
    }
}
