package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.server.Gateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract over TCP: on one event loop, on several, and on the transport that every machine has. */
final class TcpContractTest {
    private static Gateway start(String workers, String transport) {
        return Gateway.builder(Scene.CONFIG.with("server.workers", workers).with("server.transport", transport))
                .listen("tcp://127.0.0.1:0")
                .start();
    }

    private static Target target(Gateway gateway) {
        return Target.of("tcp", "tcp://127.0.0.1:" + gateway.addresses().get(0).getPort());
    }

    @Nested
    final class OnOneLoop implements GatewayContract {
        private static Gateway gateway;
        private static Target target;

        @BeforeAll
        static void start() {
            gateway = TcpContractTest.start("1", "auto");
            target = TcpContractTest.target(gateway);
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
    final class OnThreeLoops implements GatewayContract {
        private static Gateway gateway;
        private static Target target;

        @BeforeAll
        static void start() {
            gateway = TcpContractTest.start("3", "auto");
            target = TcpContractTest.target(gateway);
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
    final class OnNio implements GatewayContract {
        private static Gateway gateway;
        private static Target target;

        @BeforeAll
        static void start() {
            gateway = TcpContractTest.start("2", "nio");
            target = TcpContractTest.target(gateway);
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
