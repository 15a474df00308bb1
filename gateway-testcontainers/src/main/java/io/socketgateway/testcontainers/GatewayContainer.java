package io.socketgateway.testcontainers;

import com.github.dockerjava.api.model.ExposedPort;
import java.net.URI;
import java.nio.file.Path;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A Socket Gateway in a container, for integration tests: started, it takes clients over TCP and over UDP.
 *
 * <pre>{@code
 * try (GatewayContainer gateway = new GatewayContainer()) {
 *     gateway.withConfig("limits.sessions", "100").start();
 *     try (GatewayClient client = GatewayClient.connect(gateway.tcpUrl())) { ... }
 * }
 * }</pre>
 *
 * <p>{@link #start()} returns once {@code /readyz} of the admin port answers 200. That is asked rather than the image's
 * health check because it is true of every listener at once and is known within milliseconds: a health check is run at
 * intervals, and engines that keep images in the OCI format drop it. So {@code admin.listen} must stay as the image has it,
 * unless another {@link #waitingFor wait strategy} is given; and {@code listeners}, if it is set, must name the ports 7400.
 * A gateway that ends instead of getting ready fails the start at once, with the line in which it says why.
 *
 * <p>All clients outside the container's network may come from one address, the engine's: tests with more than 256 clients
 * over a mapped port set {@code limits.trusted-sources}. Bursts of datagrams through a mapped port may be lost to the
 * engine's proxy; the client's requests are repeated, messages are not.
 */
public final class GatewayContainer extends GenericContainer<GatewayContainer> {
    /** Where it takes clients in the container, over TCP and over UDP. */
    public static final int PORT = 7400;

    /** Where it answers over HTTP in the container: {@code /livez}, {@code /readyz}, {@code /metrics}. */
    public static final int ADMIN_PORT = 7480;

    private static final String CONFIG_FILE = "/etc/gateway/gateway.yaml";
    private static final int READABLE_BY_ALL = 0444; // the gateway is nobody special, temporary files are their owner's

    /**
     * A gateway of the image {@code socket-gateway} in this library's own version. That image is built where the tests
     * run ({@code docker/build} in the project's sources) and is never pulled: where it is missing the start fails at once.
     */
    public GatewayContainer() {
        this(DefaultImage.name());
        withImagePullPolicy(image -> false);
    }

    /** A gateway of that image, which is pulled if it is missing. */
    public GatewayContainer(String image) {
        this(DockerImageName.parse(image));
    }

    /** A gateway of that image, which is pulled if it is missing. */
    public GatewayContainer(DockerImageName image) {
        super(image);
        addExposedPorts(PORT, ADMIN_PORT);
        withCreateContainerCmdModifier(command -> UdpPorts.publish(command, PORT));
        waitingFor(new ReadyWaitStrategy(ADMIN_PORT));
    }

    /**
     * Sets a key of the configuration, by its environment variable.
     *
     * @param key as docs/configuration.md names it, for example {@code limits.sessions}
     * @param value as it is written there; it outweighs {@link #withConfigFile}
     * @throws IllegalArgumentException if no key is spelt like that; one that does not exist ends the gateway's start
     */
    public GatewayContainer withConfig(String key, String value) {
        return withEnv(EnvironmentName.of(key), value);
    }

    /** Gives it that YAML file of this machine as its configuration; anyone in the container may read it. */
    public GatewayContainer withConfigFile(Path file) {
        return withConfigFile(MountableFile.forHostPath(file, READABLE_BY_ALL));
    }

    /**
     * Gives it that YAML file as its configuration. It is copied in, so the engine may be on another machine; its mode must
     * let the image's user read it ({@link MountableFile#forClasspathResource(String, Integer)}).
     */
    public GatewayContainer withConfigFile(MountableFile file) {
        return withCopyFileToContainer(file, CONFIG_FILE).withEnv("GATEWAY_CONFIG", CONFIG_FILE);
    }

    /**
     * Where clients on this machine connect to over TCP. The engine chooses another port whenever the container starts
     * again: ask then again.
     *
     * @throws IllegalStateException if the container does not run
     */
    public String tcpUrl() {
        return url("tcp", ExposedPort.tcp(PORT));
    }

    /**
     * Where clients on this machine connect to over UDP; for the rest as {@link #tcpUrl()}.
     *
     * @throws IllegalStateException if the container does not run
     */
    public String udpUrl() {
        return url("udp", ExposedPort.udp(PORT));
    }

    /**
     * Where {@code /livez}, {@code /readyz} and {@code /metrics} are asked from this machine, without a slash at its end;
     * for the rest as {@link #tcpUrl()}.
     *
     * @throws IllegalStateException if the container does not run
     */
    public URI adminUrl() {
        return URI.create(url("http", ExposedPort.tcp(ADMIN_PORT)));
    }

    /**
     * Where other containers of its network connect to over TCP: the last of its {@link #withNetworkAliases aliases}, and
     * the port in the container, which stays the same.
     *
     * @throws IllegalStateException if it was given no network
     */
    public String networkTcpUrl() {
        return networkUrl("tcp");
    }

    /**
     * The same over UDP.
     *
     * @throws IllegalStateException if it was given no network
     */
    public String networkUdpUrl() {
        return networkUrl("udp");
    }

    /**
     * Waits as {@link #start()} does: for tests that kill the container's process and let the engine start it again.
     *
     * @throws ContainerLaunchException if it does not get ready
     */
    public void awaitReady() {
        getWaitStrategy().waitUntilReady(this);
    }

    private String networkUrl(String scheme) {
        if (getNetwork() == null) {
            throw new IllegalStateException("the container was given no network: withNetwork(Network)");
        }
        return scheme + "://" + getNetworkAliases().get(getNetworkAliases().size() - 1) + ":" + PORT;
    }

    /** What Testcontainers has kept since the start names the ports of the first start. */
    private String url(String scheme, ExposedPort port) {
        if (getContainerId() == null) {
            throw new IllegalStateException("the container has not been started");
        }
        return PublishedUrl.of(
                scheme,
                getHost(),
                getCurrentContainerInfo().getNetworkSettings().getPorts(),
                port);
    }
}
