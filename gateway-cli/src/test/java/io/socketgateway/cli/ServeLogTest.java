package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.socketgateway.protocol.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a gateway in a process of its own writes to standard output. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ServeLogTest {
    private static final List<String> NO_NATIVES = List.of("-Dio.netty.transport.noNative=true");

    @TempDir
    Path folder;

    private ProcessRun serve(List<String> jvmOptions, String... args) throws IOException {
        return ProcessRun.start(
                folder,
                jvmOptions,
                Stream.concat(Stream.of("serve", "--listen", "tcp://127.0.0.1:0"), Stream.of(args))
                        .toArray(String[]::new));
    }

    private static String drained(ProcessRun serve) throws IOException, InterruptedException {
        serve.awaitText("gateway ready: ");
        serve.signal("TERM");
        assertThat(serve.exitCode()).isZero();
        assertThat(serve.err()).isEmpty();
        return serve.out();
    }

    @Test
    void itStatesItsMemoryAndItsTransportAtStart() throws Exception {
        try (ProcessRun serve = serve(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=32m"))) {
            assertThat(drained(serve))
                    .containsPattern("INFO  gateway memory: at most 6[0-9] MiB of heap and 32 MiB of direct memory;"
                            + " transport (epoll|nio)\n")
                    .containsPattern("(?m)^gateway ready: ")
                    .containsPattern("(?m)^drained in ");
        }
    }

    @Test
    void asJsonEveryLineIsOneObject() throws Exception {
        try (ProcessRun serve = serve(
                List.of(),
                "--set",
                "log.format=json",
                "--set",
                "log.level=debug",
                "--set",
                "limits.sessions=unlimited")) {
            List<JsonNode> lines = drained(serve)
                    .lines()
                    .map(line -> JsonMapper.shared().readTree(line))
                    .toList();
            assertThat(lines).hasSizeGreaterThan(5).allSatisfy(line -> {
                assertThat(line.isObject()).isTrue();
                assertThat(line.path("timestamp").asString()).matches("[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z");
                assertThat(Instant.parse(line.path("timestamp").asString())).isNotNull();
                assertThat(line.path("level").asString()).isIn("DEBUG", "INFO", "WARN");
                assertThat(line.path("logger").asString()).isNotEmpty();
                assertThat(line.path("message").asString()).isNotEmpty();
                assertThat(line.path("thread").asString()).isNotEmpty();
            });
            assertThat(lines.stream().map(line -> line.path("message").asString()))
                    .anyMatch(message -> message.startsWith("gateway ready: tcp://127.0.0.1:"))
                    .anyMatch(message -> message.startsWith("draining: 0 sessions"))
                    .anyMatch(message -> message.startsWith("drained in "))
                    .anyMatch(message -> message.startsWith("limits.sessions is unlimited"));
        }
    }

    @Test
    void withNothingButVariablesItStartsWithoutWhatReadsTheCommandLine() throws Exception {
        Path classes = folder.resolve("classes.log");
        Map<String, String> environment =
                Map.of("GATEWAY_LISTENERS", "udp://127.0.0.1:0", "GATEWAY_ADMIN_LISTEN", "http://127.0.0.1:0");
        try (ProcessRun serve =
                ProcessRun.start(folder, environment, List.of("-Xlog:class+load=info:file=" + classes), "serve")) {
            assertThat(drained(serve)).containsPattern("gateway ready: udp://127.0.0.1:[0-9]+, admin http://");
        }
        assertThat(Files.readString(classes)).contains("cli.ServeCommand").doesNotContain("picocli.");
        try (ProcessRun serve =
                ProcessRun.start(folder, Map.of("GATEWAY_SERVER_WORKERS", "many"), List.of(), "serve")) {
            assertThat(serve.exitCode()).isEqualTo(2);
            assertThat(serve.err()).hasLineCount(1).startsWith("error: environment GATEWAY_SERVER_WORKERS: ");
            assertThat(serve.out()).isEmpty();
        }
    }

    @Test
    void theLevelSaysHowMuch() throws Exception {
        try (ProcessRun serve = serve(List.of(), "--set", "log.level=warn")) {
            assertThat(drained(serve).lines()).hasSize(3).noneMatch(line -> line.contains("INFO"));
        }
    }

    @Test
    void anExceptionStaysInItsLine() {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent(
                "caller",
                context.getLogger("a.b"),
                Level.ERROR,
                "two\nlines: {}",
                new IllegalStateException("no\r\nluck", new IOException("\"disk\"")),
                new Object[] {"x\u2028y"});
        String line = new String(new JsonLogEncoder().encode(event), StandardCharsets.UTF_8);
        assertThat(line).endsWith("}\n");
        assertThat(line.substring(0, line.length() - 1)).doesNotContain("\n", "\r");
        assertThat(JsonLine.isJson(Payload.json(line))).isTrue();
        JsonNode object = JsonMapper.shared().readTree(line);
        assertThat(object.path("message").asString()).isEqualTo("two\nlines: x\u2028y");
        assertThat(object.path("level").asString()).isEqualTo("ERROR");
        assertThat(object.path("exception").asString())
                .startsWith("java.lang.IllegalStateException: no\r\nluck")
                .contains("\tat io.socketgateway.cli.ServeLogTest", "Caused by: java.io.IOException: \"disk\"");
    }

    @Test
    void withoutNativeLibrariesItWarnsAndGoesOnUnlessOneIsAskedFor() throws Exception {
        try (ProcessRun serve = serve(NO_NATIVES)) {
            String out = drained(serve);
            assertThat(out).containsPattern("gateway ready: .*\\(nio, ");
            if (OS.LINUX.isCurrentOs()) {
                assertThat(out)
                        .containsPattern("WARN  EventLoops transport nio: epoll would be faster, but is not available");
            }
        }
        try (ProcessRun serve = serve(NO_NATIVES, "--set", "server.transport=epoll")) {
            assertThat(serve.exitCode()).isEqualTo(2);
            assertThat(serve.err())
                    .hasLineCount(1)
                    .startsWith("error: server.transport: epoll is not available here (");
        }
    }

    @Test
    void aWarmUpAsksForAllThatThereIsAndEnds() throws Exception {
        try (ProcessRun serve = serve(
                List.of(),
                "--listen",
                "udp://0.0.0.0:7400",
                "--set",
                "admin.listen=http://0.0.0.0:7480",
                "--warm-up")) {
            assertThat(serve.exitCode()).isZero();
            assertThat(serve.err()).isEmpty();
            assertThat(serve.out())
                    .containsPattern(
                            "gateway ready: tcp://127.0.0.1:[0-9]+, udp://127.0.0.1:[0-9]+, admin http://127.0.0.1:[0-9]+ \\(")
                    .contains("\nready\n", "\ndrained in ")
                    .doesNotContain(":7400", ":7480");
        }
        assertThat(CommandRun.run("serve", "--help").out()).doesNotContain("warm");
    }
}
