package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.server.Gateway;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckCommandTest {
    @TempDir
    Path folder;

    @AutoClose
    private final Gateway gateway = Gateway.builder()
            .listen("tcp://127.0.0.1:0")
            .admin("http://127.0.0.1:0")
            .start();

    private final InetSocketAddress address = Objects.requireNonNull(gateway.adminAddress());
    private final String url = "http://127.0.0.1:" + address.getPort();

    private static CommandRun run(Map<String, String> environment, String... args) {
        CommandRun run = CommandRun.start(environment, args);
        run.exitCode();
        return run;
    }

    private static void expectReady(CommandRun check) {
        assertThat(check.err()).isEmpty();
        assertThat(check.out()).isEqualTo("ready\n");
        assertThat(check.exitCode()).isZero();
    }

    @Test
    void aGatewayThatIsReadyIs0() {
        expectReady(CommandRun.run("check", "--url", url));
        CommandRun live = CommandRun.run("check", "--url", url, "--live");
        assertThat(live.out()).isEqualTo("live\n");
        assertThat(live.exitCode()).isZero();
    }

    @Test
    void aGatewayThatDrainsIs1ButLives() {
        gateway.drain().join();
        CommandRun check = CommandRun.run("check", "--url", url);
        assertThat(check.out()).isEqualTo("not ready: 503 draining\n");
        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(CommandRun.run("check", "--url", url, "--live").exitCode()).isZero();
    }

    @Test
    void whereItListensIsFoundAsServeFindsIt() throws IOException {
        expectReady(run(Map.of("GATEWAY_ADMIN_LISTEN", url), "check"));
        String file = Files.writeString(folder.resolve("gateway.yaml"), "admin:\n  listen: " + url + "\n")
                .toString();
        expectReady(run(Map.of("GATEWAY_CONFIG", file), "check"));
        expectReady(run(Map.of("GATEWAY_DEFAULTS", file), "check"));
        expectReady(run(Map.of("GATEWAY_DEFAULTS", file, "GATEWAY_LISTENERS", "udp://*:1"), "check"));
        CommandRun off = run(Map.of("GATEWAY_ADMIN_LISTEN", "off", "GATEWAY_DEFAULTS", file), "check");
        assertThat(off.err())
                .startsWith("error: admin.listen is off: there is nobody to ask")
                .hasLineCount(1);
        assertThat(off.exitCode()).isEqualTo(2);
        CommandRun wrong = run(Map.of("GATEWAY_ADMIN_LISTEN", "7480"), "check");
        assertThat(wrong.err()).startsWith("error: environment GATEWAY_ADMIN_LISTEN: admin.listen = 7480: expected");
        assertThat(wrong.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "*", "", "localhost"})
    void allAddressesAreAskedOnTheLoopbackAddress(String host) {
        expectReady(CommandRun.run("check", "--url", "http://" + host + ":" + address.getPort()));
    }

    private static CommandRun answeredWith(String text) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                try (Socket socket = other.accept();
                        OutputStream out = socket.getOutputStream()) {
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    if (text.isEmpty()) {
                        socket.getInputStream().transferTo(OutputStream.nullOutputStream()); // until the other leaves
                    } else {
                        socket.shutdownOutput();
                        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            CommandRun check =
                    CommandRun.run("check", "--url", "http://127.0.0.1:" + other.getLocalPort(), "--timeout", "300ms");
            answered.join();
            return check;
        }
    }

    @Test
    void whoDoesNotAnswerOrNotInHttpIs3() throws IOException {
        CommandRun nobody = CommandRun.run("check", "--url", "http://127.0.0.1:1");
        assertThat(nobody.err()).isEqualTo("error: no answer from http://127.0.0.1:1: Connection refused\n");
        assertThat(nobody.out()).isEmpty();
        assertThat(nobody.exitCode()).isEqualTo(3);
        CommandRun silent = answeredWith("");
        assertThat(silent.err()).endsWith(": none within 300 ms\n").hasLineCount(1);
        assertThat(silent.exitCode()).isEqualTo(3);
        CommandRun other = answeredWith("SSH-2.0-OpenSSH\r\n");
        assertThat(other.err()).endsWith(": what answers there is not HTTP\n");
        assertThat(other.exitCode()).isEqualTo(3);
        CommandRun cut = answeredWith("HTTP/1.1 200 OK\r\nContent-");
        assertThat(cut.exitCode()).isEqualTo(3);
        CommandRun unknown = CommandRun.run("check", "--url", "http://no-such-host.invalid");
        assertThat(unknown.err())
                .isEqualTo("error: no answer from http://no-such-host.invalid:7480: "
                        + "host 'no-such-host.invalid' does not resolve\n");
        assertThat(unknown.exitCode()).isEqualTo(3);
    }

    @Test
    void whatSomebodyElseSaysIsShown() throws IOException {
        CommandRun check = answeredWith("HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\nno such page\nmore");
        assertThat(check.out()).isEqualTo("not ready: 404 no such page\n");
        assertThat(check.exitCode()).isEqualTo(1);
    }

    @Test
    void aWrongUrlIsWrongUsage() {
        CommandRun check = CommandRun.run("check", "--url", "tcp://127.0.0.1:7400");
        assertThat(check.err())
                .startsWith("error: ")
                .contains("http://127.0.0.1:7480")
                .hasLineCount(1);
        assertThat(check.exitCode()).isEqualTo(2);
    }

    /** A container's health check starts a JVM every few seconds. */
    @Test
    void itStartsWithoutNettyAndWithoutALog() throws Exception {
        Path classes = folder.resolve("classes.log");
        try (ProcessRun check =
                ProcessRun.start(folder, List.of("-Xlog:class+load=info:file=" + classes), "check", "--url", url)) {
            assertThat(check.exitCode()).isZero();
            assertThat(check.out()).isEqualTo("ready\n");
        }
        assertThat(Files.readString(classes))
                .contains("io.socketgateway.cli.CheckCommand")
                .doesNotContain(
                        "io.netty.", "org.slf4j.", "ch.qos.", "io.micrometer.", "tools.jackson.", "gateway.client.");
    }
}
