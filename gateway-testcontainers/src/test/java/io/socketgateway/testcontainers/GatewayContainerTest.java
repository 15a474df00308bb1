package io.socketgateway.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Network;
import org.testcontainers.shaded.com.github.dockerjava.core.command.CreateContainerCmdImpl;
import org.testcontainers.utility.DockerImageName;

/** What needs no engine; the rest stands in the module {@code docker}. */
final class GatewayContainerTest {
    private final GatewayContainer container = new GatewayContainer("example/gateway:1");

    private static final ExposedPort UDP = ExposedPort.udp(7400);

    private CreateContainerCmd created(HostConfig host, ExposedPort... exposed) {
        CreateContainerCmd command = new CreateContainerCmdImpl(unused -> null, null, "example/gateway:1")
                .withHostConfig(host)
                .withExposedPorts(exposed);
        container.getCreateContainerCmdModifiers().forEach(modifier -> modifier.modify(command));
        return command;
    }

    @Test
    void theDefaultImageIsTheOneOfThisVersion() {
        assertThat(DefaultImage.name().getUnversionedPart()).isEqualTo("socket-gateway");
        assertThat(DefaultImage.name().getVersionPart()).matches("[0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?");
    }

    @Test
    void theImageIsNamedEitherWay() {
        assertThat(new GatewayContainer(DockerImageName.parse("example/gateway:2"))
                        .getImage()
                        .toString())
                .contains("example/gateway:2");
        assertThat(container.getImage().toString()).contains("example/gateway:1");
    }

    @Test
    void keysBecomeVariables() {
        container.withConfig("limits.sessions", "100").withConfig("limits.new-sessions-per-second", "unlimited");

        assertThat(container.getEnvMap())
                .isEqualTo(Map.of(
                        "GATEWAY_LIMITS_SESSIONS", "100", "GATEWAY_LIMITS_NEW_SESSIONS_PER_SECOND", "unlimited"));
    }

    @Test
    void whatIsNoKeyIsAnError() {
        for (String wrong : new String[] {"", "GATEWAY_LIMITS_SESSIONS", "limits.", "limits sessions", ".x", "a=b"}) {
            assertThatThrownBy(() -> container.withConfig(wrong, "1"))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("limits.sessions");
        }
    }

    @Test
    void aFileIsNamedToTheGateway(@TempDir Path folder) throws IOException {
        container.withConfigFile(Files.writeString(folder.resolve("my.yaml"), "limits:\n  sessions: 5\n"));

        assertThat(container.getEnvMap()).containsExactly(Map.entry("GATEWAY_CONFIG", "/etc/gateway/gateway.yaml"));
    }

    @Test
    void tcpIsExposedByTestcontainersAndUdpByUs() {
        assertThat(container.getExposedPorts()).containsExactlyInAnyOrder(7400, 7480);

        CreateContainerCmd command = created(new HostConfig(), ExposedPort.tcp(7400), ExposedPort.tcp(7480));

        assertThat(command.getExposedPorts()).containsExactly(ExposedPort.tcp(7400), ExposedPort.tcp(7480), UDP);
        assertThat(command.getHostConfig().getPortBindings().getBindings()).containsOnlyKeys(UDP);
    }

    @Test
    void aUdpPortThatTheTestHasBoundStaysSo() {
        CreateContainerCmd command = created(
                HostConfig.newHostConfig()
                        .withPortBindings(PortBinding.parse("1001:7400/udp"), PortBinding.parse("1002:7400/tcp")),
                UDP);

        assertThat(command.getExposedPorts()).containsExactly(UDP);
        assertThat(command.getHostConfig().getPortBindings().getBindings().get(UDP))
                .extracting(binding -> binding.getHostPortSpec())
                .containsExactly("1001");
    }

    @Test
    void whatDoesNotRunHasNoUrl() {
        assertThatThrownBy(container::tcpUrl).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(container::udpUrl).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(container::adminUrl)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has not been started");
    }

    @Test
    void inItsNetworkItHasTheNameThatItWasGivenLast() {
        assertThatThrownBy(container::networkTcpUrl)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("withNetwork");

        container.withNetwork(Network.SHARED).withNetworkAliases("gateway");

        assertThat(container.networkTcpUrl()).isEqualTo("tcp://gateway:7400");
        assertThat(container.networkUdpUrl()).isEqualTo("udp://gateway:7400");
    }
}
