package io.socketgateway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    @TempDir
    Path folder;

    @Test
    void withoutSourcesTheDefaultsHold() {
        assertThat(new ConfigLoader().load()).isEqualTo(GatewayConfig.defaults());
    }

    @Test
    void aFileSaysAllThatThereIs() throws IOException {
        GatewayConfig config = new ConfigLoader().file(file("""
                        # all of it
                        listeners:
                          - tcp://127.0.0.1:7300
                          - url: tcp://[::1]:0
                            backlog: 512
                            receive-buffer-bytes: 64KiB
                            tcp-no-delay: false
                          - url: udp://*:7400
                            send-buffer-bytes: 1MiB
                            stateless: true
                        server:
                          workers: 3
                          transport: nio
                          send-batching: off
                          node: edge-1
                          service-threads: 4
                          service-queue: 5
                          frame-log: me
                        admin:
                          listen: http://[::1]:7481
                        log:
                          format: json
                          level: debug
                        limits:
                          max-frame-bytes: 65536
                          max-datagram-bytes: 65507
                          max-datagram-bytes-sent: 1KiB
                          frame-timeout: 1500ms
                          inbound-bytes: 32MiB
                          max-deadline: 1h
                          stream-idle-timeout: "2m"
                          answer-cache-bytes-per-session: 64KiB
                          answer-cache-bytes: 1GiB
                          answer-cache-time: 90s
                          resume-window: 0s
                          keep-alive: 5s
                          drain-timeout: 8s
                          backlog-bytes-per-session: 1MiB
                          backlog-timeout: 3s
                          backlog-bytes: 64MiB
                          sessions: unlimited
                          sessions-per-address: 12
                          trusted-sources: 10.9.8.7/8, ::1
                          new-sessions-per-second: 25
                          requests-per-session: 7
                          stateless-requests: 9
                          subscriptions-per-session: 8
                        """)).load();
        OptionalInt system = OptionalInt.empty();
        assertThat(config.listeners())
                .containsExactly(
                        ListenerConfig.parse("tcp://127.0.0.1:7300"),
                        new ListenerConfig(
                                Scheme.TCP, "::1", 0, 512, OptionalInt.of(65_536), system, false, false, true, false),
                        new ListenerConfig(
                                Scheme.UDP,
                                "*",
                                7400,
                                1_024,
                                system,
                                OptionalInt.of(1_048_576),
                                true,
                                false,
                                true,
                                true));
        assertThat(config.server())
                .isEqualTo(new ServerConfig(3, TransportKind.NIO, SendBatching.OFF, "edge-1", 4, 5, Optional.of("me")));
        assertThat(config.admin()).isEqualTo(new AdminConfig(Optional.of(new HttpAddress("::1", 7481))));
        assertThat(config.log()).isEqualTo(new LogConfig(LogFormat.JSON, LogLevel.DEBUG));
        assertThat(config.limits())
                .isEqualTo(new LimitsConfig(
                        65_536,
                        65_507,
                        1_024,
                        Duration.ofMillis(1_500),
                        33_554_432,
                        Duration.ofHours(1),
                        Duration.ofMinutes(2),
                        65_536,
                        1_073_741_824,
                        Duration.ofSeconds(90),
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(8),
                        1_048_576,
                        Duration.ofSeconds(3),
                        67_108_864,
                        ValueType.UNLIMITED,
                        12,
                        List.of(
                                AddressRange.read("10.0.0.0/8").orElseThrow(),
                                AddressRange.read("0:0:0:0:0:0:0:1").orElseThrow()),
                        25,
                        7,
                        9,
                        8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nothing\n", "---\n", "limits:\n", "limits:\n  # sessions: 5\nserver: {}\n"})
    void aFileMayBeEmptyOrAllComments(String text) throws IOException {
        assertThat(new ConfigLoader().file(file(text)).load()).isEqualTo(GatewayConfig.defaults());
    }

    @Test
    void keysMayBeWrittenWithDots() throws IOException {
        assertThat(new ConfigLoader()
                        .file(file("limits.sessions: 5\n"))
                        .load()
                        .limits()
                        .sessions())
                .isEqualTo(5);
    }

    @Test
    void aListOfListenersMayBeOneLine() throws IOException {
        assertThat(new ConfigLoader()
                        .file(file("listeners: tcp://127.0.0.1:1, tcp://127.0.0.1:2\n"))
                        .load()
                        .listeners())
                .extracting(ListenerConfig::port)
                .containsExactly(1, 2);
    }

    @Test
    void eachSourceOutweighsTheOneBefore() throws IOException {
        Path file = file("""
                listeners: [tcp://127.0.0.1:1]
                limits: {sessions: 1, requests-per-session: 1, subscriptions-per-session: 1}
                """);
        Map<String, String> environment = Map.of(
                "GATEWAY_LISTENERS", "tcp://127.0.0.1:2,tcp://127.0.0.1:3",
                "GATEWAY_LIMITS_SESSIONS", "2",
                "GATEWAY_LIMITS_REQUESTS_PER_SESSION", "2");
        ConfigLoader loader = new ConfigLoader()
                .set("limits.sessions=9")
                .set("limits.sessions=3")
                .environment(environment)
                .file(file);
        assertThat(loader.load().listeners()).extracting(ListenerConfig::port).containsExactly(2, 3);
        loader.listen("tcp://127.0.0.1:4").listen("tcp://127.0.0.1:5");
        ConfigLoader.Loaded loaded = loader.loadWithSources();
        assertThat(loaded.config().listeners()).extracting(ListenerConfig::port).containsExactly(4, 5);
        assertThat(loaded.config().limits().sessions()).isEqualTo(3);
        assertThat(loaded.config().limits().requestsPerSession()).isEqualTo(2);
        assertThat(loaded.config().limits().subscriptionsPerSession()).isEqualTo(1);
        assertThat(loaded.sources())
                .containsOnly(
                        Map.entry("listeners", "--listen"),
                        Map.entry("limits.sessions", "--set"),
                        Map.entry("limits.requests-per-session", "environment GATEWAY_LIMITS_REQUESTS_PER_SESSION"),
                        Map.entry("limits.subscriptions-per-session", file + ":2"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            limits.max-frame-byte=1MiB | --set: limits.max-frame-byte = 1MiB: unknown key; the nearest is limits.max-frame-bytes
            max-frame-bytes=1MiB | --set: max-frame-bytes = 1MiB: unknown key; the nearest is limits.max-frame-bytes
            limits.maxFrameBytes=1MiB | --set: limits.maxFrameBytes = 1MiB: unknown key; the nearest is limits.max-frame-bytes
            workers=2 | --set: workers = 2: unknown key; the nearest is server.workers
            server.worker=2 | --set: server.worker = 2: unknown key; the nearest is server.workers
            limits.sessions=0 | --set: limits.sessions = 0: expected a whole number from 1 to 2,147,483,646, or unlimited (0 is not that)
            limits.max-frame-bytes=unlimited | --set: limits.max-frame-bytes = unlimited: expected a size from 1KiB to 16777215 (8MiB, 4KiB, 1048576)
            limits.keep-alive=2h | --set: limits.keep-alive = 2h: expected a time from 1s to 1h in whole seconds (250ms, 10s, 10m, 1h)
            server.transport=kqueue | --set: server.transport = kqueue: expected one of auto, io_uring, epoll, nio
            server.node=a b | --set: server.node = a b: expected auto, or a name of 1 to 253 of A-Z a-z 0-9 . _ -
            listeners=tls://:1 | --set: listener = tls://:1: tls: not offered by this release (offered: tcp, udp)
            listeners=udp://:1?backlog=5 | --set: listener udp://:1?backlog=5: backlog = 5: an option of tcp listeners, not of udp
            limits.max-datagram-bytes=1000 | --set: limits.max-datagram-bytes = 1000: expected a size from 1200 to 65507 (8MiB, 4KiB, 1048576)
            limits.answer-cache-bytes=2GiB | --set: limits.answer-cache-bytes = 2GiB: expected a size from 1KiB to 1GiB (8MiB, 4KiB, 1048576)
            admin.listen=https://:1 | --set: admin.listen = https://:1: expected off, or a URL such as http://127.0.0.1:7480
            log.format=xml | --set: log.format = xml: expected one of text, json
            log.level=INFO | --set: log.level = INFO: expected one of error, warn, info, debug, trace
            limits.sessions | --set limits.sessions: expected key=value
            =5 | --set =5: expected key=value
            """)
    void whatIsWrongIsNamedInOneLine(String assignment, String message) {
        assertThatThrownBy(() -> new ConfigLoader().set(assignment).load())
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            limits:\\n  sesions: 5 | :2: limits.sesions = 5: unknown key; the nearest is limits.sessions
            limits:\\n  sessions: | :2: limits.sessions = : expected a whole number from 1 to 2,147,483,646, or unlimited (0 is not that)
            limits:\\n  sessions: 0x10 | :2: limits.sessions = 0x10: expected a whole number from 1 to 2,147,483,646, or unlimited (0 is not that)
            limits: 5 | :1: limits = 5: expected keys beneath it, not a value
            limit:\\n  sessions: 5 | :2: limit.sessions = 5: unknown key; the nearest is limits.sessions
            limits:\\n  sessions: [5] | :2: limits.sessions[0] = 5: unknown key; the nearest is limits.sessions
            limits:\\n  sessions: 5\\n  sessions: 6 | :3: limits.sessions: given twice, first on line 2
            limits:\\n  sessions: 5\\nlimits:\\n  keep-alive: 5s | :3: limits: given twice, first on line 1
            limits:\\n  sessions: 5\\nlimits.sessions: 6 | :3: limits.sessions: given twice, first on line 2
            - a\\n- b | :1: expected keys such as limits.sessions
            word | :1: expected keys such as limits.sessions
            server: {}\\n---\\nserver: {} | :2: a second document; expected one
            ? [a, b]\\n: c | :1: expected a key
            limits:\\n  ? {a: b}\\n  : c | :2: limits: expected a key
            server: &a\\n  workers: 1\\nlimits: *a | :3: limits: aliases are not read here
            listeners: [] | :1: listeners = : expected at least one URL such as tcp://127.0.0.1:7400, separated by commas
            listeners:\\n  - quic://:1 | :2: listener = quic://:1: quic: not offered by this release (offered: tcp, udp)
            listeners:\\n  - url: udp://:1\\n    keep-alive: true | :3: listeners[0]: keep-alive = true: an option of tcp listeners, not of udp
            listeners:\\n  - backlog: 5 | :2: listeners[0].url: missing; expected a URL such as tcp://127.0.0.1:7400
            listeners:\\n  - url: tcp://:1\\n    backlogs: 5 | :3: listeners[0]: backlogs = 5: unknown key; the nearest is backlog
            listeners:\\n  - url: tcp://:1\\n    backlog: lots | :3: listeners[0]: backlog = lots: expected a whole number from 1 to 65,535
            """)
    void whatIsWrongInAFileIsNamedWithItsLine(String text, String message) throws IOException {
        Path file = file(text.replace("\\n", "\n") + "\n");
        assertThatThrownBy(() -> new ConfigLoader().file(file).load())
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + message);
    }

    @ParameterizedTest
    @CsvSource({
        "'limits:\n\tsessions: 5', 2",
        "'limits: {sessions: 5', 2",
        "'limits: \"open', 2",
        "'a: b: c', 1",
        "'limits: *', 1",
        "'limits: &', 1",
        "'limits: |\uD835\uDFD9', 1",
        "'a: 1\nb: \"\\UFFFFFFFF\"', 2"
    })
    void whatIsNotYamlIsOneLineWithItsPlace(String text, int line) throws IOException {
        Path file = file(text + "\n");
        assertThatThrownBy(() -> new ConfigLoader().file(file).load())
                .isInstanceOf(ConfigException.class)
                .message()
                .startsWith(file + ":" + line + ": not YAML: ")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!str null", "\"null\"", "'null'"})
    void whatIsSaidToBeTextIsText(String value) throws IOException {
        assertThat(new ConfigLoader()
                        .file(file("server:\n  node: " + value + "\n"))
                        .load()
                        .server()
                        .node())
                .isEqualTo("null");
    }

    @Test
    void whatIsNestedWithoutEndIsRefused() throws IOException {
        Path file = file("limits: " + "[".repeat(100_000) + "\n");
        assertThatThrownBy(() -> new ConfigLoader().file(file).load())
                .hasMessageStartingWith(file + ":1: limits[0][0]")
                .hasMessageEndingWith(": more than 32 levels deep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# a comment\n  # another\n", "---\n", "~", "null\n", "\uFEFF# after a mark\n"})
    void aFileThatSaysNothingChangesNothing(String text) throws IOException {
        assertThat(new ConfigLoader().file(file(text)).load()).isEqualTo(new ConfigLoader().load());
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeSo() {
        Path file = folder.resolve("none.yaml");
        assertThatThrownBy(() -> new ConfigLoader().file(file).load()).hasMessage(file + ": there is no such file");
        assertThatThrownBy(() -> new ConfigLoader().file(folder).load())
                .hasMessageStartingWith(folder + ": cannot be read");
    }

    @Test
    void aFileThatIsNotTextIsSaidToBeSo() throws IOException {
        Path file = Files.write(folder.resolve("bytes.yaml"), new byte[] {(byte) 0xFF, (byte) 0xFE});
        assertThatThrownBy(() -> new ConfigLoader().file(file).load()).hasMessage(file + ": not UTF-8");
    }

    @Test
    void aWrongVariableIsAnErrorIfItLooksLikeASetting() {
        assertThatThrownBy(() -> environment("GATEWAY_LIMITS_SESSION", "5"))
                .hasMessage("environment: GATEWAY_LIMITS_SESSION = 5: unknown; the nearest is GATEWAY_LIMITS_SESSIONS");
        assertThatThrownBy(() -> environment("GATEWAY_LISTENER", "tcp://:1"))
                .hasMessage("environment: GATEWAY_LISTENER = tcp://:1: unknown; the nearest is GATEWAY_LISTENERS");
        assertThatThrownBy(() -> environment("GATEWAY_SERVER_WORKERS", "many"))
                .hasMessage("environment GATEWAY_SERVER_WORKERS: server.workers = many: "
                        + "expected auto, or a whole number from 1 to 1,024");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GATEWAY_URL",
                "GATEWAY_PORT",
                "PATH",
                "gateway_limits_x",
                "GATEWAY_SERVER_PORT",
                "GATEWAY_SERVER_SERVICE_HOST",
                "GATEWAY_SERVER_SERVICE_PORT",
                "GATEWAY_SERVER_SERVICE_PORT_TCP",
                "GATEWAY_SERVER_PORT_7400_TCP",
                "GATEWAY_SERVER_PORT_7400_TCP_ADDR",
                "GATEWAY_ADMIN_PORT",
                "GATEWAY_ADMIN_PORT_7480_TCP_ADDR",
                "GATEWAY_ADMIN_SERVICE_PORT_HTTP",
                "GATEWAY_LOG_SERVICE_HOST",
                "GATEWAY_CONFIG_PORT",
                "GATEWAY_FILE",
                "GATEWAY_URL_FILE"
            })
    void otherVariablesAreNoneOfOurBusiness(String variable) {
        assertThat(environment(variable, "tcp://10.0.0.1:7400")).isEqualTo(GatewayConfig.defaults());
    }

    @Test
    void anEmptyVariableIsNotSet() {
        assertThat(environment("GATEWAY_LIMITS_SESSIONS", "")).isEqualTo(GatewayConfig.defaults());
    }

    @Test
    void longAndUnprintableValuesStayOnOneLine() {
        assertThatThrownBy(() -> environment("GATEWAY_SERVER_NODE", "a\nb\u0007" + "x".repeat(5_000)))
                .message()
                .contains("server.node = a?b?xxx", "...: expected")
                .doesNotContain("\n")
                .hasSizeLessThan(300);
    }

    @Test
    void whatIsUnlimitedIsWarnedOf() {
        GatewayConfig config = GatewayConfig.defaults()
                .with("limits.sessions", "unlimited")
                .with("limits.requests-per-session", "unlimited");
        assertThat(config.warnings())
                .containsExactly(
                        "limits.sessions is unlimited: peers can use up the memory of this process",
                        "limits.requests-per-session is unlimited: peers can use up the memory of this process");
        assertThat(GatewayConfig.defaults().warnings()).isEmpty();
    }

    @Test
    void recordsMadeByHandAreCheckedToo() {
        LimitsConfig limits = LimitsConfig.defaults();
        assertThatThrownBy(() -> new LimitsConfig(
                        0,
                        limits.maxDatagramBytes(),
                        limits.maxDatagramBytesSent(),
                        limits.frameTimeout(),
                        limits.inboundBytes(),
                        limits.maxDeadline(),
                        limits.streamIdleTimeout(),
                        limits.answerCacheBytesPerSession(),
                        limits.answerCacheBytes(),
                        limits.answerCacheTime(),
                        limits.resumeWindow(),
                        limits.keepAlive(),
                        limits.drainTimeout(),
                        limits.backlogBytesPerSession(),
                        limits.backlogTimeout(),
                        limits.backlogBytes(),
                        1,
                        1,
                        List.of(),
                        1,
                        1,
                        1,
                        1))
                .hasMessage("limits.max-frame-bytes = 0: expected a size from 1KiB to 16777215 (8MiB, 4KiB, 1048576)");
        assertThatThrownBy(() -> new GatewayConfig(
                        List.of(), ServerConfig.defaults(), AdminConfig.defaults(), LogConfig.defaults(), limits))
                .isInstanceOf(ConfigException.class);
        assertThat(new ServerConfig(0, TransportKind.NIO, SendBatching.AUTO, "n", 1, 1, Optional.empty()).workers())
                .isPositive();
    }

    @Test
    void oneKeyCanBeChangedByName() {
        assertThat(GatewayConfig.defaults()
                        .withListeners("tcp://127.0.0.1:0")
                        .with("limits.keep-alive", "2s")
                        .limits()
                        .keepAlive())
                .isEqualTo(Duration.ofSeconds(2));
        assertThatThrownBy(() -> GatewayConfig.defaults().with("limits.keepalive", "2s"))
                .hasMessage("limits.keepalive = 2s: unknown key; the nearest is limits.keep-alive");
    }

    private static GatewayConfig environment(String name, String value) {
        return new ConfigLoader().environment(Map.of(name, value)).load();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("gateway.yaml"), text);
    }
}
