package io.socketgateway.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.Payload;
import io.socketgateway.testcontainers.GatewayContainer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** The README's example: {@link ReadmeTest} holds the two against each other. */
@ContainerTests
@Testcontainers
class ExampleTest {
    @BeforeAll
    static void theImageIsThere() {
        Assumptions.assumeTrue(
                new GatewayContainer().getDockerImageName().equals(GatewayImage.name()),
                "the tests were told to use another image than the one that the example names");
    }

    // README
    @Container
    private final GatewayContainer gateway = new GatewayContainer().withConfig("limits.sessions", "100");

    @Test
    void aGreetingIsAnswered() {
        try (GatewayClient client = GatewayClient.connect(gateway.tcpUrl())) {
            client.serve("greet", request -> Response.text("Hello, " + request.text()));
            Payload answer = client.requestAndWait("greet", Payload.text("world"));
            assertEquals("Hello, world", answer.text());
        }
    }
    // README
}
