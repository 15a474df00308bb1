package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.contract.Await;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.testcontainers.GatewayContainer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.images.builder.Transferable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Configuration by environment, by files, and what is said of a wrong one. */
@ContainerTests
final class ConfigurationTest {
    @RegisterExtension
    final Belongings open = Belongings.ofTest();

    private GatewayContainer gateway() {
        return open.add(Gateways.plain());
    }

    /** That many clients are welcome, and no more. */
    private void assertTakes(int clients, GatewayContainer gateway) {
        for (int i = 0; i < clients; i++) {
            open.add(GatewayClient.connect(gateway.tcpUrl()));
        }
        GatewayException refused = Await.thrown(() -> GatewayClient.connect(gateway.tcpUrl()));
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused).hasMessageContaining("sessions");
    }

    private static void assertRefused(Map<String, String> environment, String... words) {
        Engine.Outcome outcome = Engine.run(environment, "serve");
        assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
        assertThat(outcome.errors()).as(outcome.toString()).hasSize(1);
        assertThat(outcome.errors().get(0)).startsWith("error: ").contains(words);
    }

    @Test
    void aWrongValueIsOneLineAndExitCode2() {
        assertRefused(Map.of("GATEWAY_LIMITS_SESSIONS", "many"), "GATEWAY_LIMITS_SESSIONS", "many", "a whole number");
    }

    @Test
    void anUnknownKeyIsOneLineAndExitCode2() {
        assertRefused(Map.of("GATEWAY_LIMITS_SESIONS", "5"), "GATEWAY_LIMITS_SESIONS", "GATEWAY_LIMITS_SESSIONS");
    }

    @Test
    void aFileThatIsNotThereIsOneLineAndExitCode2() {
        assertRefused(Map.of("GATEWAY_CONFIG", "/etc/gateway/nothing.yaml"), "/etc/gateway/nothing.yaml");
    }

    @Test
    void anAddressThatIsNotItsOwnIsOneLineAndExitCode2() {
        assertRefused(Map.of("GATEWAY_LISTENERS", "tcp://192.0.2.1:7400"), "192.0.2.1");
    }

    @Test
    void aStartThatFailsSaysWhyAtOnce() {
        GatewayContainer gateway = gateway().withConfig("limits.sessions", "many");

        assertThatThrownBy(gateway::start)
                .hasStackTraceContaining("the gateway has ended with exit code 2")
                .hasStackTraceContaining("limits.sessions");
    }

    @Test
    void anImageThatIsNotThereFailsAtOnce() {
        GatewayContainer gateway =
                open.add(new GatewayContainer("socket-gateway:of-no-version").withImagePullPolicy(image -> false));

        // Testcontainers would try for two minutes to pull it
        assertTimeout(
                Duration.ofSeconds(30),
                () -> assertThatThrownBy(gateway::start).hasStackTraceContaining("of-no-version"));
    }

    @Test
    void itIsConfiguredByMethods() {
        GatewayContainer gateway = gateway().withConfig("limits.sessions", "3");
        gateway.start();

        assertTakes(3, gateway);
    }

    @Test
    void itIsConfiguredByAFileWhichTheEnvironmentOutweighs(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("my.yaml"), "limits:\n  sessions: 2\n  requests-per-session: 7\nserver:\n  node: a\n");
        GatewayContainer gateway = gateway().withConfigFile(file).withConfig("server.node", "b");
        gateway.start();

        assertThat(gateway.getLogs()).contains("node b");
        assertTakes(2, gateway);
    }

    @Test
    void aSecretComesFromAFile() {
        GatewayContainer gateway = gateway()
                .withCopyToContainer(Transferable.of("2\n"), "/run/secrets/sessions")
                .withEnv("GATEWAY_LIMITS_SESSIONS_FILE", "/run/secrets/sessions");
        gateway.start();

        assertTakes(2, gateway);
    }

    @Test
    void aSecretThatIsThereTwiceIsOneLineAndExitCode2() {
        assertRefused(
                Map.of("GATEWAY_LIMITS_SESSIONS_FILE", "/etc/passwd", "GATEWAY_LIMITS_SESSIONS", "3"),
                "GATEWAY_LIMITS_SESSIONS_FILE");
    }

    @Test
    void theLogIsJsonForThoseWhoWantIt() {
        GatewayContainer gateway = gateway()
                .withConfig("log.format", "json")
                .withConfig("limits.trusted-sources", "10.0.0.0/8, fc00::/7") // read before it is known how to log
                .withConfig("limits.sessions", "unlimited"); // which is worth a warning
        gateway.start();
        Engine.stop(gateway);

        List<String> lines = gateway.getLogs(OutputType.STDOUT).lines().toList();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(3).allSatisfy(line -> {
            JsonNode event = JsonMapper.shared().readTree(line);
            assertThat(event.isObject()).isTrue();
            assertThat(event.path("message").asString()).isNotBlank();
        });
        for (String said : List.of("is unlimited", "memory: at most", "gateway ready", "drained in")) {
            assertThat(lines).as(said).anySatisfy(line -> assertThat(line).contains(said));
        }
    }

    @Test
    void theAdminPortAnswers() {
        GatewayContainer gateway = gateway();
        gateway.start();

        for (String path : List.of("/livez", "/readyz", "/metrics")) {
            HttpResponse<String> answer = Admin.get(gateway, path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).isNotBlank();
        }
        assertThat(Admin.get(gateway, "/nothing").statusCode()).isEqualTo(404);
        assertThat(Admin.get(gateway, "/metrics").body().lines()).contains("gateway_ready 1.0");
    }

    @Test
    void otherCommandsRunAsWell() {
        assertThat(Engine.run(Map.of(), "--version").out()).startsWith("gateway ");
        Engine.Outcome nobody = Engine.run(Map.of(), "check");
        assertThat(nobody.exitCode()).as(nobody.toString()).isEqualTo(3);
        assertThat(Arrays.asList(nobody.err().split("\n", -1))).hasSizeLessThanOrEqualTo(2);
    }
}
