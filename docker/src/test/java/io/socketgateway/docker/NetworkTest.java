package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Response;
import io.socketgateway.contract.Await;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import io.socketgateway.testcontainers.GatewayContainer;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** Applications in containers of their own, which know the gateway by its name in their network; and that network failing. */
@ContainerTests
final class NetworkTest {
    private static final String ALIAS = "gateway";
    private static final String LOAD = "io.socketgateway.examples.Load";
    private static final String WORKER = "io.socketgateway.examples.Worker";
    private static final int REQUESTS = 500;
    private static final int PER_SECOND = 250;
    private static final Pattern ANSWERING = Pattern.compile("answering (request [0-9]+)\\b");

    @RegisterExtension
    static final Belongings CONTAINERS = Belongings.ofClass();

    @RegisterExtension
    final Belongings open = Belongings.ofTest();

    private static Network network;
    private static GatewayContainer gateway;
    private static GenericContainer<?> worker;

    @BeforeAll
    static void start() {
        network = CONTAINERS.add(Network.newNetwork());
        gateway = CONTAINERS.add(Gateways.roomy()
                .withConfig("limits.keep-alive", "1s")
                .withNetwork(network)
                .withNetworkAliases(ALIAS));
        gateway.start();
        worker = CONTAINERS.add(application(WORKER).waitingFor(Wait.forLogMessage(".*serving .*", 1)));
        worker.start();
    }

    /** One of the examples, told where the gateway is. */
    private static GenericContainer<?> application(String main, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = main;
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return new GenericContainer<>(DockerImageName.parse(GatewayImage.examples()))
                .withImagePullPolicy(image -> false)
                .withNetwork(network)
                .withEnv("GATEWAY_URL", gateway.networkTcpUrl())
                .withCommand(command);
    }

    @BeforeEach
    void theWorkerIsThere() {
        Await.untilAsserted(() -> {
            try (GatewayClient client = GatewayClient.connect(gateway.tcpUrl())) {
                assertAnswered(client);
            }
        });
        assertSessions(1);
    }

    private static void assertAnswered(GatewayClient client) {
        assertThat(client.requestAndWait("text.upper", Payload.text("x")).text())
                .isEqualTo("X");
    }

    private static void assertSessions(int count) {
        Await.untilAsserted(
                () -> assertThat(Admin.sessions(gateway)).as("sessions").isEqualTo(count));
    }

    /** The gateway has noticed that the worker is silent, as nobody was before, and keeps nothing of it. */
    private static void assertGivenUp(int silentBefore, GatewayClient requester) {
        Await.until("the gateway notices", () -> Admin.silent(gateway) == silentBefore + 1);
        assertSessions(1); // the requester's
        assertThat(Await.failure(requester.request("text.upper", Payload.text("x")))
                        .code())
                .isEqualTo(ErrorCode.NO_WORKER);
    }

    private GatewayClient client() {
        return open.add(GatewayClient.connect(gateway.tcpUrl()));
    }

    /** How often the worker's log says that. */
    private static long workerSaid(String text) {
        return worker.getLogs().lines().filter(line -> line.contains(text)).count();
    }

    private void loadIsAnswered() {
        GenericContainer<?> load =
                open.add(application(LOAD, Integer.toString(REQUESTS), Integer.toString(PER_SECOND)));
        load.withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Await.LONG));
        load.start(); // and has ended, with exit code 0

        assertThat(load.getLogs()).contains(REQUESTS + " answered right, 0 wrong, 0 failed");
    }

    @Test
    void aWorkerAndARequesterTalkThroughTheGateway() {
        long before = workerSaid("answering request ");

        loadIsAnswered();

        List<String> ids = ANSWERING
                .matcher(worker.getLogs())
                .results()
                .skip(before)
                .map((MatchResult result) -> result.group(1))
                .toList();
        assertThat(ids)
                .as("no id twice and none missing")
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, REQUESTS)
                        .mapToObj(id -> "request " + id)
                        .toList());
    }

    @Test
    void aWorkerThatIsCutOffIsGivenUpAndComesBack() {
        int silent = Admin.silent(gateway);
        long lost = workerSaid("RECONNECTING");
        GatewayClient client = client();

        Engine.disconnect(worker, network);
        try {
            assertGivenUp(silent, client);
            Await.until("the worker notices", () -> workerSaid("RECONNECTING") == lost + 1);
        } finally {
            Engine.connect(worker, network);
        }

        Await.untilAsserted(() -> assertAnswered(client));
        assertSessions(2);
    }

    @Test
    void aWorkerThatStandsStillIsGivenUpAndComesBack() {
        int silent = Admin.silent(gateway);
        GatewayClient client = client();

        Engine.pause(worker);
        try {
            assertGivenUp(silent, client);
        } finally {
            Engine.unpause(worker);
        }

        Await.untilAsserted(() -> assertAnswered(client));
        assertSessions(2);
    }

    @Test
    void aGatewayThatIsCutOffGivesAllUpAndIsFoundAgainByItsName() {
        int silent = Admin.silent(gateway);
        long lost = workerSaid("RECONNECTING");
        GatewayClient own = client();
        own.serve("own", request -> Response.empty());

        Engine.disconnect(gateway, network);
        try {
            Await.until("the worker notices", () -> workerSaid("RECONNECTING") == lost + 1);
        } finally {
            Engine.connect(gateway, network);
        }

        gateway.awaitReady();
        Await.untilAsserted(() -> {
            try (GatewayClient client = GatewayClient.connect(gateway.tcpUrl())) {
                assertAnswered(client);
            }
        });
        assertThat(Admin.silent(gateway)).isGreaterThan(silent);
        own.close();
        loadIsAnswered();
        assertSessions(1);
    }
}
