package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.server.config.Limit;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two thousand clients that connect in the same moment. */
class StormTest {
    private static final String TRANSPORTS = "io.socketgateway.server.Transports#available";
    private static final int CLIENTS = 2_000;

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void reset() {
        peers.forEach(RawPeer::reset);
    }

    /** Begins all of them before it waits for any. */
    private void connect(Harness gateway) throws IOException {
        List<SocketChannel> connecting = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(gateway.address());
            connecting.add(channel);
        }
        connecting.forEach(channel -> peers.add(RawPeer.over(channel, Form.BINARY)));
        for (int i = 0; i < CLIENTS; i++) {
            peers.get(i).send(new Frame.Hello(1, 1, null, "c" + i, 3600, Frame.ABSENT, null, null, "storm"));
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void allAreGreetedAsFastAsSessionsMayBegin(String transport) throws IOException {
        AtomicBoolean over = new AtomicBoolean();
        try (Harness gateway = Harness.start(
                "tcp://127.0.0.1:0?backlog=4096",
                2,
                Form.BINARY,
                "server.transport",
                transport,
                "limits.new-sessions-per-second",
                "500")) {
            connect(gateway);
            gateway.awaitSessions(500);
            CompletableFuture<Void> time = CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    int before = gateway.sessionCount();
                    gateway.advance(100);
                    Harness.eventually(() -> over.get() || gateway.sessionCount() == Math.min(CLIENTS, before + 50));
                }
            });
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(peers.get(i).receive(Frame.Welcome.class).clientId()).isEqualTo("c" + i);
            }
            over.set(true);
            time.join();
            assertThat(gateway.gateway.counters().sessionsRefused.sum()).isZero();
            assertThat(gateway.gateway.counters().timesReached(Limit.NEW_SESSIONS_PER_SECOND))
                    .isPositive();
            peers.forEach(RawPeer::expectNothing);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void thoseForWhomThereIsAPlaceAreGreetedAndTheOthersAreToldWhyNot(String transport) throws IOException {
        try (Harness gateway = Harness.start(
                "tcp://127.0.0.1:0?backlog=4096",
                2,
                Form.BINARY,
                "server.transport",
                transport,
                "limits.sessions",
                "1500")) {
            connect(gateway);
            int greeted = 0;
            for (RawPeer peer : peers) {
                if (peer.receive() instanceof Frame.Error error) {
                    assertThat(error.errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
                    peer.expectOrderlyEnd();
                } else {
                    greeted++;
                }
            }
            assertThat(greeted).isEqualTo(1500);
            assertThat(gateway.sessionCount()).isEqualTo(1500);
            assertThat(gateway.gateway.counters().timesReached(Limit.SESSIONS)).isEqualTo(CLIENTS - 1500);
        }
    }
}
