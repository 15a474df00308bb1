package io.socketgateway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Variables that name files: of a value, of the settings, and of the defaults below them. */
class EnvironmentTest {
    @TempDir
    Path folder;

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static ConfigLoader.Loaded load(Map<String, String> environment) {
        return new ConfigLoader().environment(environment).loadWithSources();
    }

    private static void refused(Map<String, String> environment, String message) {
        assertThatThrownBy(() -> load(environment))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    static Iterable<ConfigKey<GatewayConfig, ?>> keys() {
        return ConfigKeys.ALL;
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyValueMayStandInAFile(ConfigKey<GatewayConfig, ?> key) throws IOException {
        String variable = key.environmentName() + "_FILE";
        ConfigLoader.Loaded loaded = load(Map.of(variable, file("value", key.defaultText() + "\n")));
        assertThat(loaded.config()).isEqualTo(GatewayConfig.defaults());
        assertThat(loaded.sources()).containsExactly(Map.entry(key.name(), "environment " + variable));
    }

    @ParameterizedTest
    @CsvSource({"'edge', edge", "'edge\n', edge", "'edge\r\n', edge"})
    void theLastLineBreakOfAFileIsNotPartOfTheValue(String text, String node) throws IOException {
        String file = file("node", text);
        assertThat(load(Map.of("GATEWAY_SERVER_NODE_FILE", file))
                        .config()
                        .server()
                        .node())
                .isEqualTo(node);
    }

    @Test
    void moreThanOneLineBreakIsPartOfTheValueAndWhatIsWrongIsNotShown() throws IOException {
        String file = file("node", "a secret\n\n");
        refused(
                Map.of("GATEWAY_SERVER_NODE_FILE", file),
                "environment GATEWAY_SERVER_NODE_FILE: " + file
                        + ": server.node: expected auto, or a name of 1 to 253 of A-Z a-z 0-9 . _ -");
        refused(
                Map.of("GATEWAY_LISTENERS_FILE", file),
                "environment GATEWAY_LISTENERS_FILE: " + file
                        + ": listeners: expected at least one URL such as tcp://127.0.0.1:7400, separated by commas");
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithItsVariable() throws IOException {
        Path none = folder.resolve("none");
        refused(
                Map.of("GATEWAY_SERVER_NODE_FILE", none.toString()),
                "environment GATEWAY_SERVER_NODE_FILE: " + none + ": there is no such file");
        refused(
                Map.of("GATEWAY_CONFIG", none.toString()),
                "environment GATEWAY_CONFIG: " + none + ": there is no such file");
        refused(
                Map.of("GATEWAY_DEFAULTS", none.toString()),
                "environment GATEWAY_DEFAULTS: " + none + ": there is no such file");
        String bytes =
                Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xFF}).toString();
        refused(
                Map.of("GATEWAY_SERVER_NODE_FILE", bytes),
                "environment GATEWAY_SERVER_NODE_FILE: " + bytes + ": not UTF-8");
        assertThatThrownBy(() -> load(Map.of("GATEWAY_SERVER_NODE_FILE", folder.toString())))
                .hasMessageStartingWith("environment GATEWAY_SERVER_NODE_FILE: " + folder + ": cannot be read");
    }

    @Test
    void aValueAndAFileForItAreOneTooMany() throws IOException {
        refused(
                Map.of("GATEWAY_SERVER_NODE", "a", "GATEWAY_SERVER_NODE_FILE", file("node", "a")),
                "environment: GATEWAY_SERVER_NODE and GATEWAY_SERVER_NODE_FILE are both set; expected one");
        assertThat(load(Map.of("GATEWAY_SERVER_NODE", "a", "GATEWAY_SERVER_NODE_FILE", ""))
                        .config()
                        .server()
                        .node())
                .isEqualTo("a");
        assertThat(load(Map.of("GATEWAY_SERVER_NODE", "", "GATEWAY_SERVER_NODE_FILE", file("node", "b")))
                        .config()
                        .server()
                        .node())
                .isEqualTo("b");
    }

    @ParameterizedTest
    @CsvSource({
        "GATEWAY_SERVER_NODES_FILE, GATEWAY_SERVER_NODE",
        "GATEWAY_LISTENER_FILE, GATEWAY_LISTENERS",
        "GATEWAY_LOG_FORMATS, GATEWAY_LOG_FORMAT",
        "GATEWAY_ADMIN_LISTENER, GATEWAY_ADMIN_LISTEN",
        "GATEWAY_CONFIG_FILE, GATEWAY_CONFIG",
        "GATEWAY_DEFAULTS_FILE, GATEWAY_DEFAULTS"
    })
    void aMisspeltNameIsAnErrorThatNamesTheNearest(String variable, String nearest) {
        refused(Map.of(variable, "x"), "environment: " + variable + " = x: unknown; the nearest is " + nearest);
    }

    @Test
    void eachLayerOutweighsTheOneBelow() throws IOException {
        String defaults = file("defaults.yaml", """
                listeners: [tcp://0.0.0.0:7400, udp://0.0.0.0:7400]
                admin.listen: http://0.0.0.0:7480
                limits: {drain-timeout: 8s, keep-alive: 8s, sessions: 8, stateless-requests: 8}
                """);
        String config = file("gateway.yaml", """
                limits: {keep-alive: 9s, sessions: 9, stateless-requests: 9}
                """);
        Map<String, String> environment = new HashMap<>(Map.of(
                "GATEWAY_DEFAULTS",
                defaults,
                "GATEWAY_CONFIG",
                config,
                "GATEWAY_LIMITS_SESSIONS",
                "10",
                "GATEWAY_LIMITS_STATELESS_REQUESTS",
                "10"));
        ConfigLoader loader = new ConfigLoader()
                .set("limits.stateless-requests=11")
                .environment(environment)
                .preset("the program", "admin.listen", "http://127.0.0.1:1")
                .preset("the program", "log.level", "warn");
        ConfigLoader.Loaded loaded = loader.loadWithSources();
        assertThat(loaded.sources())
                .containsOnly(
                        Map.entry("log.level", "the program"),
                        Map.entry("listeners", defaults + ":1"),
                        Map.entry("admin.listen", defaults + ":2"),
                        Map.entry("limits.drain-timeout", defaults + ":3"),
                        Map.entry("limits.keep-alive", config + ":1"),
                        Map.entry("limits.sessions", "environment GATEWAY_LIMITS_SESSIONS"),
                        Map.entry("limits.stateless-requests", "--set"));
        assertThat(loaded.config().listeners()).hasSize(2);
        assertThat(loaded.config().admin().listen()).contains(new HttpAddress("0.0.0.0", 7480));
        assertThat(loaded.config().limits().statelessRequests()).isEqualTo(11);
        assertThat(loader.listen("tcp://127.0.0.1:0").load().listeners()).hasSize(1);
    }

    @Test
    void aFileThatIsNamedOnTheCommandLineTakesThePlaceOfTheOneInTheEnvironment() throws IOException {
        Path named = Path.of(file("named.yaml", "limits.sessions: 5"));
        Map<String, String> environment = Map.of("GATEWAY_CONFIG", file("other.yaml", "limits.keep-alive: 5s"));
        assertThat(new ConfigLoader()
                        .environment(environment)
                        .file(named)
                        .loadWithSources()
                        .sources())
                .containsOnlyKeys("limits.sessions");
        assertThat(load(environment).sources()).containsOnlyKeys("limits.keep-alive");
    }

    @Test
    void whatIsWrongInAFileIsToldWithTheVariableThatNamesIt() throws IOException {
        String file = file("defaults.yaml", "server:\n  worker: 2\n");
        refused(
                Map.of("GATEWAY_DEFAULTS", file),
                "environment GATEWAY_DEFAULTS: " + file
                        + ":2: server.worker = 2: unknown key; the nearest is server.workers");
    }
}
