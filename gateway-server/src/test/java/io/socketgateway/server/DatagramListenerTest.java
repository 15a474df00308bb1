package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.server.config.GatewayConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagram listeners: their sockets, and whose port it is. */
class DatagramListenerTest {
    private static final String LOOPBACK = "udp://127.0.0.1:0";

    private static GatewayStartException startFails(GatewayConfig config) {
        GatewayStartException fault = catchThrowableOfType(
                GatewayStartException.class, () -> Gateway.builder(config).start());
        assertThat(fault).isNotNull();
        assertThat(fault.getMessage()).doesNotContain("\n").doesNotContain("Exception");
        return fault;
    }

    private static GatewayConfig config(int workers, String... listeners) {
        return GatewayConfig.defaults().withListeners(listeners).with("server.workers", Integer.toString(workers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio", "epoll", "io_uring"})
    void everyTransportKeepsTheSmallContract(String transport) throws IOException {
        assumeTrue(!transport.equals("epoll") || Epoll.isAvailable(), "epoll is not available");
        assumeTrue(!transport.equals("io_uring") || IoUring.isAvailable(), "io_uring is not available");
        int port;
        try (Harness gateway = Harness.startWithDatagrams(3, Form.BINARY, "server.transport", transport)) {
            port = gateway.datagramAddress().getPort();
            RawPeer worker = gateway.connect().serve(1, "work");
            for (int i = 0; i < 6; i++) {
                RawDatagramPeer peer = gateway.datagramSession("device-" + i).subscribe(2, "news");
                String text = "x".repeat(7000);
                peer.request(3, "work", text);
                assertThat(worker.takeAndRespond("answer").payload().text()).isEqualTo(text);
                assertThat(peer.answer(3)).isEqualTo("answer");
                peer.sendBytes(new byte[8193]).sendBytes(new byte[0]).expectNothing();
                worker.publish(4, "news", "m" + i);
                assertThat(peer.message(2)).isEqualTo("m" + i);
                RawDatagramPeer elsewhere = gateway.elsewhere(peer);
                elsewhere.expectNothing();
                Harness.eventually(() -> !elsewhere.proofsWanted().isEmpty());
                elsewhere.send(new Frame.Pong(0, elsewhere.proofsWanted().get(0).payload()));
                elsewhere.expectNothing();
                worker.publish(5, "client.device-" + i, "found");
                assertThat(elsewhere.message(0)).isEqualTo("found");
                elsewhere.send(new Frame.GoAway(9, null, Frame.ABSENT)).receive(Frame.GoAway.class);
            }
        }
        expectFree(port);
    }

    private static void expectFree(int port) throws IOException {
        new DatagramSocket(new InetSocketAddress("127.0.0.1", port)).close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aSecondGatewayOnThePortFailsWithOneClearLine(int workers) throws IOException {
        int port;
        try (Harness first = Harness.startWithDatagrams(workers, Form.BINARY)) {
            port = first.datagramAddress().getPort();
            for (int others : new int[] {1, 3}) {
                GatewayStartException fault = startFails(config(others, "udp://127.0.0.1:" + port));
                assertThat(fault.getMessage())
                        .isEqualTo("listener udp://127.0.0.1:" + port + ": port " + port
                                + " is in use; stop what listens there or choose another port");
            }
            first.datagramSession(null).expectNothing();
        }
        Gateway.builder(config(workers, "udp://127.0.0.1:" + port)).start().close();
        expectFree(port);
    }

    @Test
    void aPortThatAnybodyHasFailsWithOneClearLineAndNothingStaysBound() throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            GatewayStartException fault =
                    startFails(config(2, "tcp://127.0.0.1:0", LOOPBACK, "udp://127.0.0.1:" + port));
            assertThat(fault.getMessage())
                    .isEqualTo("listener udp://127.0.0.1:" + port + ": port " + port
                            + " is in use; stop what listens there or choose another port");
        }
    }

    @Test
    void aHostThatIsNotOfThisMachineIsNamed() {
        assertThat(startFails(config(2, "udp://192.0.2.1:0")).getMessage())
                .isEqualTo("listener udp://192.0.2.1:0: '192.0.2.1' is not an address of this machine;"
                        + " use one that is, or 0.0.0.0 for all");
    }

    @Test
    void tcpAndUdpMayHaveTheSamePort() {
        try (Harness gateway = Harness.start(1, Form.BINARY)) {
            int port = gateway.address().getPort();
            try (Gateway datagrams =
                    Gateway.builder(config(2, "udp://127.0.0.1:" + port)).start()) {
                assertThat(datagrams.addresses()).containsExactly(new InetSocketAddress("127.0.0.1", port));
                gateway.connect().expectNothing();
            }
        }
    }

    @Test
    void thereMayBeAnyNumberOfListenersAndSessionsOfAllMeet() {
        try (Harness gateway = Harness.start(
                List.of("tcp://127.0.0.1:0", LOOPBACK, LOOPBACK + "?receive-buffer-bytes=256KiB", LOOPBACK),
                2,
                Form.BINARY)) {
            List<InetSocketAddress> addresses = gateway.gateway.addresses();
            assertThat(new HashSet<>(addresses)).hasSize(4);
            RawDatagramPeer listener = gateway.datagramSession(null).subscribe(2, "news");
            for (int i = 2; i < 4; i++) {
                RawDatagramPeer peer = gateway.keep(RawDatagramPeer.at(addresses.get(i), Form.BINARY));
                peer.open("of-listener-" + i);
                peer.send(PeerFrames.publish(2, "news", true, "from " + i)).expectConfirmed(2);
                assertThat(listener.message(2)).isEqualTo("from " + i);
                listener.request(i + 1, "client.of-listener-" + i, "hello");
                peer.respond(peer.take().id(), "hello back");
                assertThat(listener.answer(i + 1)).isEqualTo("hello back");
            }
        }
    }

    @Test
    void aTokenIsGoodAtItsOwnListenerOnly() {
        try (Harness gateway = Harness.start(List.of("tcp://127.0.0.1:0", LOOPBACK, LOOPBACK), 3, Form.BINARY)) {
            RawDatagramPeer peer = gateway.datagramSession(null);
            RawDatagramPeer other =
                    gateway.keep(RawDatagramPeer.at(gateway.gateway.addresses().get(2), Form.BINARY));
            other.bear(peer.token()).expectNoSession();
            peer.expectNothing();
        }
    }

    @Test
    void severalLoopsShareAPortAndEachHasItsSessions() {
        try (Harness gateway = Harness.startWithDatagrams(3, Form.BINARY)) {
            Set<Long> owners = new HashSet<>();
            for (int i = 0; i < 60; i++) { // that a loop is left out has the chance of (2/3)^60
                RawDatagramPeer peer = gateway.datagramSession(null).expectNothing();
                owners.add(Long.remainderUnsigned(peer.token(), 3));
            }
            assertThat(owners).containsExactlyInAnyOrder(0L, 1L, 2L);
        }
    }

    @Test
    void aListenerOfAllAddressesTakesDatagramsOfEach() {
        try (Harness gateway = Harness.start(List.of("tcp://127.0.0.1:0", "udp://*:0"), 2, Form.BINARY)) {
            InetSocketAddress loopback =
                    new InetSocketAddress("127.0.0.1", gateway.datagramAddress().getPort());
            RawDatagramPeer peer = gateway.keep(RawDatagramPeer.at(loopback, Form.BINARY));
            peer.open("anywhere");
            peer.request(2, "gateway.whoami", "");
            assertThat(peer.answer(2)).contains("127.0.0.1:" + peer.localPort());
        }
    }

    @Test
    void datagramsTravelOverIpv6Too() throws IOException {
        try (Harness gateway = Harness.start(List.of("tcp://127.0.0.1:0", "udp://[::1]:0"), 2, Form.BINARY)) {
            RawDatagramPeer peer = gateway.datagramSession(null).subscribe(2, "news");
            peer.request(3, "gateway.whoami", "");
            assertThat(peer.answer(3)).contains("]:" + peer.localPort() + "\"");
        }
    }
}
