package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.socketgateway.protocol.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A gateway that has no file descriptor left for one more connection. */
class DescriptorsTest {
    private static final int DESCRIPTORS = 300;
    private static final int CLIENTS = 300;
    private static final int LEAVING = 40;

    private final List<RawPeer> peers = new ArrayList<>();

    @BeforeAll
    static void needsPrlimit() {
        assumeTrue(ChildGateway.canBeBounded(), "prlimit is not on the PATH");
    }

    @AfterEach
    void reset() {
        peers.forEach(RawPeer::reset);
    }

    @ParameterizedTest
    @MethodSource("io.socketgateway.server.Transports#available")
    void withoutDescriptorsAcceptingPausesWithoutSpinningAndRecovers(String transport) {
        try (ChildGateway gateway =
                ChildGateway.start(DESCRIPTORS, "server.transport", transport, "server.workers", "2")) {
            try (RawPeer first = RawPeer.connect(gateway.address(), Form.BINARY)) { // all that it needs is loaded
                assertThat(first.request(1, "gateway.echo", "first").answer(1)).isEqualTo("first");
                gateway.figures();
            }
            for (int i = 0; i < CLIENTS; i++) { // the system takes them all
                peers.add(RawPeer.connect(gateway.address(), Form.BINARY).request(1, "gateway.echo", "i am " + i));
            }
            Harness.eventually(() -> gateway.figures().acceptsFailed() > 0);
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.figures().acceptsFailed() < 20); // trying on and on, it would be thousands

            ChildGateway.Figures full = gateway.figures();
            assertThat(full.acceptingPaused()).isBetween(1L, 3L); // whoever loads a class gives a descriptor back
            assertThat(full.bossCpuMillis())
                    .as("CPU time of the accepting thread")
                    .isLessThan(500);
            assertThat(full.sessions()).isBetween(LEAVING * 2, DESCRIPTORS);
            for (int i = 0; i < full.sessions(); i++) { // those who are in are served as ever
                assertThat(peers.get(i).answer(1)).isEqualTo("i am " + i);
                peers.get(i).expectNothing();
            }
            peers.get(full.sessions()).expectSilence();

            peers.subList(0, LEAVING).forEach(RawPeer::close);
            for (int i = full.sessions(); i < full.sessions() + LEAVING / 2; i++) {
                assertThat(peers.get(i).answer(1)).isEqualTo("i am " + i);
            }
            peers.subList(LEAVING, full.sessions()).forEach(RawPeer::close);
            assertThat(peers.get(CLIENTS - 1).answer(1)).isEqualTo("i am " + (CLIENTS - 1));
            RawPeer.connect(gateway.address(), Form.BINARY).expectNothing().close();
        }
    }
}
