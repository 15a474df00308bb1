package io.socketgateway.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.socketgateway.server.Gateway;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in {@code examples/} works: each program is run and judged by its exit code and what it prints. */
final class ExamplesTest {
    private static final long SECONDS = 60;
    private static final Path EXAMPLES = examples();

    private static Gateway gateway;
    private static String port;
    private static InetSocketAddress datagrams;

    @TempDir
    private Path directory;

    private record Outcome(int exitCode, String out, String err) {}

    @BeforeAll
    static void start() {
        gateway = Gateway.builder()
                .listen("tcp://127.0.0.1:0")
                .listen("udp://127.0.0.1:0")
                .start();
        port = Integer.toString(gateway.addresses().get(0).getPort());
        datagrams = gateway.addresses().get(1);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** The directory, from wherever the tests are run. */
    private static Path examples() {
        for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
            if (Files.isRegularFile(path.resolve("examples/README.md"))) {
                return path.resolve("examples");
            }
        }
        throw new IllegalStateException(
                "there is no examples/README.md above " + Path.of("").toAbsolutePath());
    }

    private Outcome run(String... command) {
        File out = directory.resolve("out").toFile();
        File err = directory.resolve("err").toFile();
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(out)
                    .redirectError(err)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return fail(
                        "%s did not end in %d s; it printed:%n%s%n%s", List.of(command), SECONDS, text(out), text(err));
            }
            return new Outcome(process.exitValue(), text(out), text(err));
        } catch (IOException e) {
            return fail("%s does not start: %s", List.of(command), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted");
        }
    }

    private static String text(File file) throws IOException {
        return Files.readString(file.toPath(), StandardCharsets.UTF_8);
    }

    private static String python() {
        boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "python3")));
        assumeTrue(found, "python3 is not on the PATH: the Python examples are not run");
        return "python3";
    }

    private static String example(String path) {
        return EXAMPLES.resolve(path).toString();
    }

    private static void assertGood(Outcome outcome) {
        assertThat(outcome.exitCode())
                .as("exit code; standard error: %s", outcome.err())
                .isZero();
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void theJsonClientInPythonWorks() {
        Outcome outcome = run(python(), example("python/json_client.py"), "127.0.0.1", port);

        assertGood(outcome);
        assertThat(outcome.out())
                .contains("welcome, ", "echo: ", "'n': 1", "'k': 'v'", "message: ", "21.5", "HELLO", "refused: ", "404")
                .contains("end: ");
    }

    @Test
    void theBinaryClientInPythonWorks() {
        Outcome outcome = run(python(), example("python/binary_client.py"), "127.0.0.1", port);

        assertGood(outcome);
        assertThat(outcome.out())
                .contains(
                        "welcome, ",
                        "echo: text b'hi'",
                        "pong: ",
                        "message: demo.",
                        "21.5",
                        "HELLO",
                        "worker got credit")
                .contains("b'one' b'two'", "b'three'", "refused: 404", "(not processed)", "goaway; then the end");
    }

    private String theDatagramClientWorks(int atPort) {
        Outcome outcome = run(python(), example("python/udp_client.py"), "127.0.0.1", Integer.toString(atPort));

        assertGood(outcome);
        assertThat(outcome.out())
                .contains("welcome, ", "echo: {'n': 1}", "published, and confirmed", "message: ")
                .contains("refused: ", "404", "'notProcessed': True", "end: ");
        return outcome.out();
    }

    @Test
    void theDatagramClientInPythonWorks() {
        assertThat(theDatagramClientWorks(datagrams.getPort())).contains("message: 21.5", "end: goaway");
    }

    @Test
    void theDatagramClientInPythonWorksOverANetworkThatLosesMuch() {
        try (FirstCopyRelay relay = FirstCopyRelay.open(datagrams)) {
            theDatagramClientWorks(relay.port());

            assertThat(relay.lost()).isGreaterThanOrEqualTo(7);
        }
    }

    @Test
    void thePythonClientsSayWhatIsWrongWhenNobodyListens() {
        for (String client : List.of("python/json_client.py", "python/binary_client.py")) {
            assertThat(run(python(), example(client), "127.0.0.1", "1").exitCode())
                    .as(client)
                    .isNotZero();
        }
    }

    @Test
    void theVectorsHoldForThePythonCodec() {
        Outcome outcome = run(python(), example("python/check_vectors.py"));

        assertGood(outcome);
    }

    @Test
    void thePlainJavaSocketWorks() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

        Outcome outcome = run(java, example("java/PlainSocket.java"), "127.0.0.1", port);

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("response: ");
    }

    @Test
    void theShellWorks() {
        Outcome outcome = run(example("shell/echo.sh"), "127.0.0.1", port, "hi from the test");

        assertGood(outcome);
        assertThat(outcome.out()).contains("\"type\":\"response\"", "\"id\":7", "\"text\":\"hi from the test\"");
    }

    @Test
    void theShellRefusesTextThatItCannotQuote() {
        assertThat(run(example("shell/echo.sh"), "127.0.0.1", port, "say \"hi\"")
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void everyExampleIsRunHere() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> EXAMPLES.relativize(file).toString().replace('\\', '/'))
                            .filter(name -> !name.contains("__pycache__"))
                            .filter(name -> !name.startsWith("sdk/"))) // a module; run by the tests of containers
                    .containsExactlyInAnyOrder(
                            "README.md",
                            "java/PlainSocket.java",
                            "python/json_client.py",
                            "python/binary_client.py",
                            "python/udp_client.py",
                            "python/gateway_frames.py", // the codec of binary_client.py
                            "python/check_vectors.py",
                            "shell/echo.sh");
        }
    }
}
