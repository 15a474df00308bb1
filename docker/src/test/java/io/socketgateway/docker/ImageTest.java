package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import io.socketgateway.contract.Await;
import io.socketgateway.testcontainers.GatewayContainer;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code docker inspect} says. */
@ContainerTests
final class ImageTest {
    private static final long MEGABYTE = 1_000_000;
    private static final long MOST_BYTES = 130 * MEGABYTE;
    private static final long MOST_BYTES_OF_OURS = 25 * MEGABYTE; // without the cache of classes
    private static final int MOST_LAYERS_OF_OURS = 8;

    @RegisterExtension
    final Belongings open = Belongings.ofTest();

    private final InspectImageResponse image =
            Engine.client().inspectImageCmd(GatewayImage.name()).exec();

    private ContainerConfig config() {
        return image.getConfig();
    }

    private static String baseName() {
        return System.getenv().getOrDefault("RUNTIME_IMAGE", "eclipse-temurin:25-jre");
    }

    /** BuildKit keeps base images to itself: then there is nothing to compare with. */
    private static InspectImageResponse base() {
        try {
            return Engine.client().inspectImageCmd(baseName()).exec();
        } catch (NotFoundException e) {
            return Assumptions.abort("the engine does not show " + baseName());
        }
    }

    @Test
    void itRunsAsNobodySpecial() {
        assertThat(config().getUser()).isEqualTo("65532:65532");
    }

    @Test
    void itsPortsAreDocumented() {
        assertThat(config().getExposedPorts())
                .containsExactlyInAnyOrder(ExposedPort.tcp(7400), ExposedPort.udp(7400), ExposedPort.tcp(7480));
    }

    @Test
    void javaIsTheFirstProcess() {
        assertThat(config().getEntrypoint()[0]).isEqualTo("java");
        assertThat(config().getEntrypoint()).endsWith("io.socketgateway.cli.Main");
        assertThat(config().getCmd()).containsExactly("serve");
    }

    @Test
    void itsLabelsSayWhatItIs() {
        assertThat(config().getLabels())
                .containsKeys("org.opencontainers.image.title", "org.opencontainers.image.description")
                .containsEntry("org.opencontainers.image.licenses", "Apache-2.0");
        assertThat(config().getLabels().get("org.opencontainers.image.revision"))
                .matches("[0-9a-f]{40}|unknown");
        assertThat(config().getLabels().get("org.opencontainers.image.version"))
                .matches("[0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?");
    }

    @Test
    void itIsSmall() {
        if (baseName().startsWith("local/")) { // docker/engine's; others are as large as they are
            assertThat(image.getSize()).as("bytes in all").isLessThanOrEqualTo(MOST_BYTES);
        }
        long ours = image.getSize() - base().getSize();
        assertThat(ours - cacheBytes()).as("bytes of ours").isBetween(1L, MOST_BYTES_OF_OURS);
    }

    @Test
    void itHasFewLayersAndTheFirstAreTheBases() {
        List<String> layers = image.getRootFS().getLayers();
        List<String> under = base().getRootFS().getLayers();
        assertThat(layers).startsWith(under.toArray(String[]::new));
        assertThat(layers.size() - under.size()).isBetween(1, MOST_LAYERS_OF_OURS);
    }

    private long cacheBytes() {
        GatewayContainer container = open.add(Gateways.plain());
        container.start();
        for (String name : List.of("gateway.aot", "gateway.jsa")) { // of Java 25, of 17
            try {
                return container.copyFileFromContainer(
                        "/app/" + name, content -> content.transferTo(OutputStream.nullOutputStream()));
            } catch (NotFoundException e) {
                // the other one
            }
        }
        throw new AssertionError("there is no cache of classes");
    }

    @Test
    void itsHealthIsChecked() {
        HealthCheck check = config().getHealthcheck();
        assertThat(check.getTest()).startsWith("CMD", "java").endsWith("check");
        GatewayContainer container = open.add(Gateways.plain());
        container.withCreateContainerCmdModifier(command -> command.withHealthcheck(
                new HealthCheck().withInterval(Duration.ofMillis(500).toNanos())));
        container.start();

        Await.untilAsserted(() ->
                assertThat(Engine.state(container).getHealth().getStatus()).isEqualTo("healthy"));
    }
}
