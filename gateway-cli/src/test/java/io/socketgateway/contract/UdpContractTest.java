package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.server.Gateway;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract over UDP, with workers over TCP: on one event loop, on several, and on the transport of every machine. */
final class UdpContractTest {
    private static Gateway start(String workers, String transport) {
        return Gateway.builder(Scene.CONFIG.with("server.workers", workers).with("server.transport", transport))
                .listen("tcp://127.0.0.1:0")
                .listen("udp://127.0.0.1:0")
                .start();
    }

    /** What datagrams cannot do is left out. */
    private static Target target(Gateway gateway) {
        return new Target(
                List.of("udp://127.0.0.1:" + gateway.addresses().get(1).getPort()),
                List.of("tcp://127.0.0.1:" + gateway.addresses().get(0).getPort()),
                "udp",
                Set.of());
    }

    @Nested
    final class OnOneLoop implements GatewayContract, DatagramContract {
        private static Gateway gateway;
        private static Target target;

        @BeforeAll
        static void start() {
            gateway = UdpContractTest.start("1", "auto");
            target = UdpContractTest.target(gateway);
        }

        @AfterAll
        static void stop() {
            gateway.close();
        }

        @Override
        public Target target() {
            return target;
        }

        @Test
        void thereIsOneLoop() {
            assertThat(gateway.workers()).isEqualTo(1);
        }
    }

    @Nested
    final class OnThreeLoops implements GatewayContract, DatagramContract {
        private static Gateway gateway;
        private static Target target;

        @BeforeAll
        static void start() {
            gateway = UdpContractTest.start("3", "auto");
            target = UdpContractTest.target(gateway);
        }

        @AfterAll
        static void stop() {
            gateway.close();
        }

        @Override
        public Target target() {
            return target;
        }

        @Test
        void thereAreThreeLoops() {
            assertThat(gateway.workers()).isEqualTo(3);
        }
    }

    @Nested
    final class OnNio implements GatewayContract, DatagramContract {
        private static Gateway gateway;
        private static Target target;

        @BeforeAll
        static void start() {
            gateway = UdpContractTest.start("2", "nio");
            target = UdpContractTest.target(gateway);
        }

        @AfterAll
        static void stop() {
            gateway.close();
        }

        @Override
        public Target target() {
            return target;
        }

        @Test
        void theTransportIsNio() {
            assertThat(gateway.transportName()).isEqualTo("nio");
        }
    }
}
