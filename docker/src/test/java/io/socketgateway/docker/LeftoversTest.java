package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** Runs last: no test has left anything with the engine. What an engine keeps for want of a reaper stays for ever. */
@ContainerTests
@Order(Integer.MAX_VALUE)
final class LeftoversTest {
    private static final Map<String, String> OURS =
            Map.of(DockerClientFactory.TESTCONTAINERS_SESSION_ID_LABEL, DockerClientFactory.SESSION_ID);

    private final DockerClient engine = DockerClientFactory.instance().client();

    @Test
    void noContainerIsLeft() {
        assertThat(engine.listContainersCmd().withShowAll(true).withLabelFilter(OURS).exec().stream()
                        .filter(container -> !container.getImage().contains("ryuk")))
                .isEmpty();
    }

    @Test
    void noNetworkIsLeft() {
        assertThat(engine.listNetworksCmd()
                        .withFilter(
                                "label",
                                OURS.entrySet().stream()
                                        .map(label -> label.getKey() + "=" + label.getValue())
                                        .toList())
                        .exec())
                .isEmpty();
    }
}
