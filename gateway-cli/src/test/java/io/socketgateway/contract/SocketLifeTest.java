package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an application sees of the system's calls through the SDK; {@code docs/sockets.md} tells the whole story. */
final class SocketLifeTest {
    private Scene scene;
    private final States states = new States();

    @BeforeEach
    void open() {
        scene = Scene.open();
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aPortWhereNobodyListensRefusesAtOnce() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String url = "tcp://127.0.0.1:" + port;
        GatewayException fault = Await.thrown(() -> GatewayClient.connect(url));
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();
        assertThat(fault).hasMessageContaining(url.substring("tcp://".length())).hasMessageContaining("refused");
    }

    /** The system answers no SYN for which its queue has no room; whoever connects hears nothing at all. */
    @Test
    void aFullAcceptQueueIsSilenceUntilTheConnectTimeout() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort());
            boolean full = false;
            while (!full && waiting.size() < 20) {
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(address, 200);
                } catch (SocketTimeoutException e) {
                    full = true;
                }
            }
            assertThat(full).as("the queue is full").isTrue();

            GatewayException fault = Await.thrown(() -> GatewayClient.builder()
                    .url("tcp://127.0.0.1:" + address.getPort())
                    .connectTimeout(Duration.ofMillis(300))
                    .connect());
            assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(fault.notProcessed()).isTrue();
            assertThat(fault).hasMessageContaining("connect timeout");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void closingTheListeningSocketLeavesTheAcceptedOnesAlone() {
        GatewayClient client = scene.relayed(builder -> builder.onState(states));
        scene.relay().refuse(); // the one that listens is closed
        Await.value(client.request("gateway.echo", Payload.text("still here")));
        assertThat(Await.thrown(scene::relayed)).hasMessageContaining("refused");
        Await.value(client.request("gateway.echo", Payload.text("still here")));
        assertThat(states.seen()).doesNotContain(ConnectionState.RECONNECTING);
    }

    @Test
    void aFinAndAResetAreToldApartAndTheClientComesBackFromBoth() {
        GatewayClient client = scene.relayed(builder -> builder.onState(states));
        scene.relay().closeConnections();
        assertThat(states.reasonOf(ConnectionState.RECONNECTING)).hasMessageContaining("closed by the gateway");
        states.await(ConnectionState.CONNECTED, 2);
        scene.relay().reset();
        states.await(ConnectionState.RECONNECTING, 2);
        states.await(ConnectionState.CONNECTED, 3);
        assertThat(client.requestAndWait("gateway.echo", Payload.text("back")).text())
                .isEqualTo("back");
    }
}
