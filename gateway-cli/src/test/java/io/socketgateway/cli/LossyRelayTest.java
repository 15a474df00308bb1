package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LossyRelayTest {
    @Test
    void ofThreeDatagramsEachWayTheLastIsLost() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramSocket gateway = new DatagramSocket(0, loopback);
                DatagramSocket client = new DatagramSocket(0, loopback);
                LossyRelay relay = LossyRelay.open((InetSocketAddress) gateway.getLocalSocketAddress(), 3)) {
            InetSocketAddress address =
                    new InetSocketAddress(loopback, URI.create(relay.url()).getPort());
            gateway.setSoTimeout(10_000);
            client.setSoTimeout(10_000);
            for (String text : new String[] {"1", "2", "3", "4"}) {
                client.send(packet(text, address));
            }
            DatagramPacket request = received(gateway);
            assertThat(text(request)).isEqualTo("1");
            assertThat(text(received(gateway))).isEqualTo("2");
            assertThat(text(received(gateway))).isEqualTo("4");
            for (String text : new String[] {"a", "b", "c", "d"}) {
                gateway.send(packet(text, (InetSocketAddress) request.getSocketAddress()));
            }
            assertThat(text(received(client))).isEqualTo("a");
            assertThat(text(received(client))).isEqualTo("b");
            assertThat(text(received(client))).isEqualTo("d");
            assertThat(relay.lost()).isEqualTo(2);
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("demo-relay-")));
    }

    private static DatagramPacket packet(String text, InetSocketAddress to) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new DatagramPacket(bytes, bytes.length, to);
    }

    private static DatagramPacket received(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return packet;
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }
}
