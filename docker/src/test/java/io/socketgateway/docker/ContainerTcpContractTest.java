package io.socketgateway.docker;

import io.socketgateway.contract.GatewayContract;
import io.socketgateway.contract.Target;
import io.socketgateway.testcontainers.GatewayContainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract over TCP, against a gateway in a container. */
@ContainerTests
final class ContainerTcpContractTest implements GatewayContract {
    @RegisterExtension
    static final Belongings CONTAINERS = Belongings.ofClass();

    private static Target target;

    @BeforeAll
    static void start() {
        GatewayContainer gateway = CONTAINERS.add(Gateways.roomy());
        gateway.start();
        target = Gateways.overTcp(gateway);
    }

    @Override
    public Target target() {
        return target;
    }
}
