package io.socketgateway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rsocket.transport.netty.server.CloseableChannel;
import io.socketgateway.server.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load generator compiles and gets its answers, where there are a C compiler and epoll. */
class LoadGeneratorTest {
    @TempDir
    private static Path folder;

    private static Path load;

    private record Result(int exitCode, String output) {}

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "not Linux");
        assumeTrue(hasCompiler(), "no cc");
        load = folder.resolve("load");
        List<String> command = new ArrayList<>(
                List.of("cc", "-std=c11", "-D_DEFAULT_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror", "-o"));
        command.add(load.toString());
        try (Stream<Path> files = Files.list(Path.of("load"))) {
            files.filter(file -> file.toString().endsWith(".c")).forEach(file -> command.add(file.toString()));
        }

        assertThat(run(command)).isEqualTo(new Result(0, ""));
    }

    private static boolean hasCompiler() throws InterruptedException {
        try {
            return run(List.of("cc", "--version")).exitCode() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static Result run(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request gateway",
                "request gateway-json",
                "request gateway --rate 100",
                "routed gateway --subject a.b",
                "fanout gateway --subject a.b",
                "udp gateway --depth 4",
                "idle gateway"
            })
    void aGatewayAnswersAllThatItIsAsked(String work) throws InterruptedException {
        try (Gateway gateway = Gateway.builder()
                .listen("tcp://127.0.0.1:0")
                .listen("udp://127.0.0.1:0")
                .start()) {
            int port = gateway.addresses().get(work.startsWith("udp") ? 1 : 0).getPort();

            assertAnswered(work, port);
        }
    }

    @Test
    void rsocketAnswersAllThatItIsAsked() throws InterruptedException {
        CloseableChannel server = RsocketEcho.start(0);
        try {
            assertAnswered("request rsocket", server.address().getPort());
        } finally {
            server.dispose();
        }
    }

    private static void assertAnswered(String work, int port) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(load.toString()));
        command.addAll(List.of(work.split(" ", -1)));
        command.addAll(List.of(
                "--port", "" + port, "--pid", "" + ProcessHandle.current().pid()));
        command.addAll(List.of("--connections", "2", "--warmup", "0", "--seconds", "0.2"));

        Result result = run(command);

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("\"errors\":0"); // what is not answered is one
    }

    @Test
    void whoAsksWithoutSayingWhatIsToldWhatToSay() throws InterruptedException {
        assertThat(run(List.of(load.toString())).output()).startsWith("usage: load");
    }
}
