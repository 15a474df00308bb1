package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.server.config.ConfigKeys;
import io.socketgateway.server.config.ConfigLoader;
import io.socketgateway.server.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCommandTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "--docs"})
    void whatIsPrintedIsReadBack(String docs) throws IOException {
        CommandRun print = CommandRun.run(("config print --set limits.sessions=unlimited --set server.node=edge"
                        + " --listen tcp://[::1]:7401?backlog=5&reuse-port=true --listen tcp://*:7402 " + docs)
                .strip()
                .split(" "));
        assertThat(print.exitCode()).isZero();
        Path file = Files.writeString(folder.resolve("gateway.yaml"), print.out());
        assertThat(new ConfigLoader().file(file).load())
                .isEqualTo(GatewayConfig.defaults()
                        .with("limits.sessions", "unlimited")
                        .with("server.node", "edge")
                        .with("admin.listen", "http://127.0.0.1:7480")
                        .withListeners("tcp://[::1]:7401?backlog=5&reuse-port=true", "tcp://*:7402"));
    }

    @Test
    void whatIsNotAtItsDefaultSaysWhereItWasSet() throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), "limits:\n  keep-alive: 5s\n");
        CommandRun print = CommandRun.start(
                Map.of("GATEWAY_LIMITS_FRAME_TIMEOUT", "3s"),
                "config",
                "print",
                "--config",
                file.toString(),
                "--set",
                "limits.sessions=7");
        assertThat(print.exitCode()).isZero();
        assertThat(print.out())
                .contains(
                        "  keep-alive: 5s  # " + file + ":2\n",
                        "  frame-timeout: 3s  # environment GATEWAY_LIMITS_FRAME_TIMEOUT\n",
                        "  sessions: 7  # --set\n",
                        "  max-deadline: 10m\n",
                        "admin:\n  listen: http://127.0.0.1:7480  # gateway serve\n",
                        "log:\n  format: text\n  level: info\n");
    }

    @Test
    void theDocsNameEveryKeyAndItsDefault() {
        String docs = CommandRun.run("config", "print", "--docs").out();
        assertThat(ConfigKeys.ALL)
                .allSatisfy(key -> assertThat(docs).contains("# " + key.doc(), "; default: " + key.defaultText()));
    }

    @Test
    void programsGetOneObject() {
        assertThat(CommandRun.run("config", "print", "--json", "--set", "limits.sessions=7")
                        .out())
                .startsWith("{\"listeners\":\"tcp://127.0.0.1:7400\",")
                .contains("\"limits.sessions\":\"7\"")
                .hasLineCount(1);
    }

    @Test
    void checkSaysOkOrWhatIsWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), "limits:\n  keep-alive: soon\n");
        CommandRun wrong = CommandRun.run("config", "check", "--config", file.toString());
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err())
                .isEqualTo("error: " + file + ":2: limits.keep-alive = soon: "
                        + "expected a time from 1s to 1h in whole seconds (250ms, 10s, 10m, 1h)\n");
        CommandRun right = CommandRun.run("config", "check", "--set", "limits.sessions=unlimited");
        assertThat(right.exitCode()).isZero();
        assertThat(right.out()).isEqualTo("configuration ok\n");
        assertThat(right.err()).startsWith("warning: limits.sessions is unlimited");
    }
}
