package io.socketgateway.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.socketgateway.contract.Await;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.utility.LogUtils;

/** What an operator does to containers, and what Testcontainers does in its own way or not at all. */
final class Engine {
    /** How long {@code docker stop} waits before it kills. */
    static final int STOP_SECONDS = 10;

    private Engine() {}

    static DockerClient client() {
        return DockerClientFactory.instance().client();
    }

    /** {@code docker kill --signal}. */
    static void signal(GenericContainer<?> container, String signal) {
        client().killContainerCmd(container.getContainerId()).withSignal(signal).exec();
    }

    /** {@code docker stop}; returns when it has ended. */
    static void stop(GenericContainer<?> container) {
        client().stopContainerCmd(container.getContainerId())
                .withTimeout(STOP_SECONDS)
                .exec();
    }

    /** {@code docker start}, of one that has ended. */
    static void start(GenericContainer<?> container) {
        client().startContainerCmd(container.getContainerId()).exec();
    }

    /** {@code docker pause}: its processes stand still, and the system keeps their sockets. */
    static void pause(GenericContainer<?> container) {
        client().pauseContainerCmd(container.getContainerId()).exec();
    }

    static void unpause(GenericContainer<?> container) {
        client().unpauseContainerCmd(container.getContainerId()).exec();
    }

    /** {@code docker network disconnect}. */
    static void disconnect(GenericContainer<?> container, Network network) {
        client().disconnectFromNetworkCmd()
                .withContainerId(container.getContainerId())
                .withNetworkId(network.getId())
                .exec();
    }

    /** {@code docker network connect}, with the names that it had there. */
    static void connect(GenericContainer<?> container, Network network) {
        client().connectToNetworkCmd()
                .withContainerId(container.getContainerId())
                .withNetworkId(network.getId())
                .withContainerNetwork(new ContainerNetwork().withAliases(container.getNetworkAliases()))
                .exec();
    }

    /** How it is now. */
    static InspectContainerResponse.ContainerState state(GenericContainer<?> container) {
        return container.getCurrentContainerInfo().getState();
    }

    /** Waits until it has ended, and tells its exit code. */
    static int awaitExit(GenericContainer<?> container) {
        return awaitExit(container.getContainerId());
    }

    private static int awaitExit(String id) {
        return client().waitContainerCmd(id)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(2 * Await.LONG.toSeconds(), TimeUnit.SECONDS);
    }

    /** What came of a container that ended by itself. */
    record Outcome(int exitCode, String out, String err) {
        List<String> errors() {
            return err.lines().filter(line -> !line.isBlank()).toList();
        }
    }

    /** {@code docker run --rm} of the image under test, to its end. */
    static Outcome run(Map<String, String> environment, String... command) {
        return run(create -> create.withEnv(environment.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList())
                .withCmd(command));
    }

    /** The same, with other options. */
    static Outcome run(UnaryOperator<CreateContainerCmd> options) {
        Map<String, String> labels = new HashMap<>(DockerClientFactory.DEFAULT_LABELS);
        labels.put(DockerClientFactory.TESTCONTAINERS_SESSION_ID_LABEL, DockerClientFactory.SESSION_ID);
        String id;
        try (CreateContainerCmd create = client().createContainerCmd(GatewayImage.name())) {
            id = options.apply(create.withLabels(labels)).exec().getId();
        }
        try {
            client().startContainerCmd(id).exec();
            int exitCode = awaitExit(id);
            return new Outcome(
                    exitCode,
                    LogUtils.getOutput(client(), id, OutputType.STDOUT),
                    LogUtils.getOutput(client(), id, OutputType.STDERR));
        } finally {
            client().removeContainerCmd(id).withForce(true).exec();
        }
    }
}
