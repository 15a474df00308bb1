package io.socketgateway.docker;

import io.socketgateway.contract.DatagramContract;
import io.socketgateway.contract.GatewayContract;
import io.socketgateway.contract.Target;
import io.socketgateway.testcontainers.GatewayContainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract over UDP, with workers over TCP, against a gateway in a container. */
@ContainerTests
final class ContainerUdpContractTest implements GatewayContract, DatagramContract {
    @RegisterExtension
    static final Belongings CONTAINERS = Belongings.ofClass();

    private static Target target;

    @BeforeAll
    static void start() {
        GatewayContainer gateway = CONTAINERS.add(Gateways.roomy());
        gateway.start();
        target = Gateways.overUdp(gateway);
    }

    @Override
    public Target target() {
        return target;
    }
}
