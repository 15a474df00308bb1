package io.socketgateway.docker;

import io.socketgateway.client.GatewayClientBuilder;
import io.socketgateway.contract.Target;
import io.socketgateway.contract.Target.Capability;
import io.socketgateway.testcontainers.GatewayContainer;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Gateways in containers of the image under test, and their clients. */
final class Gateways {
    private Gateways() {}

    /** One with the image's defaults, not started yet. A missing image fails at once, without asking any registry. */
    static GatewayContainer plain() {
        return new GatewayContainer(GatewayImage.name()).withImagePullPolicy(image -> false);
    }

    /** One that takes any number of clients from one address, and as fast as they come: the engine's proxy is one. */
    static GatewayContainer roomy() {
        return plain().withConfig("limits.trusted-sources", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7")
                .withConfig("limits.new-sessions-per-second", "unlimited");
    }

    /** What the contract is run against over TCP. */
    static Target overTcp(GatewayContainer gateway) {
        return Target.of("tcp", gateway.tcpUrl());
    }

    /** What it is run against over UDP, with workers over TCP; what datagrams cannot do is left out. */
    static Target overUdp(GatewayContainer gateway) {
        return new Target(List.of(gateway.udpUrl()), List.of(gateway.tcpUrl()), "udp", Set.<Capability>of());
    }

    /** Makes a client come back soon, and leave soon. */
    static GatewayClientBuilder hasty(GatewayClientBuilder builder) {
        return builder.reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(100))
                .connectTimeout(Duration.ofSeconds(2))
                .closeTimeout(Duration.ofSeconds(1));
    }
}
