package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.config.GatewayConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting, failing to start, and ending. */
class LifecycleTest {
    private static final String LOOPBACK = "tcp://127.0.0.1:0";

    private final Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());

    private void expectNoThreadsLeft() {
        Harness.eventually(() -> ours().isEmpty());
    }

    private Set<Thread> ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gateway-") && !before.contains(thread))
                .collect(Collectors.toSet());
    }

    private static GatewayStartException startFails(Gateway.Builder builder) {
        GatewayStartException fault = catchThrowableOfType(GatewayStartException.class, builder::start);
        assertThat(fault).isNotNull();
        assertThat(fault.getMessage()).doesNotContain("\n").doesNotContain("Exception");
        return fault;
    }

    private static void expectFree(int port) throws IOException {
        try (ServerSocket again = new ServerSocket()) {
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress("127.0.0.1", port));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio", "epoll", "io_uring"})
    void everyTransportKeepsTheSmallContract(String transport) throws IOException {
        assumeTrue(!transport.equals("epoll") || Epoll.isAvailable(), "epoll is not available");
        assumeTrue(!transport.equals("io_uring") || IoUring.isAvailable(), "io_uring is not available");
        int port;
        try (Harness gateway = Harness.start(3, Form.BINARY, "server.transport", transport)) {
            if (!transport.equals("auto")) {
                assertThat(gateway.gateway.transportName()).isEqualTo(transport);
            }
            assertThat(gateway.gateway.workers()).isEqualTo(3);
            port = gateway.address().getPort();
            contract(gateway);
        }
        expectNoThreadsLeft();
        expectFree(port);
    }

    private static void contract(Harness gateway) {
        RawPeer worker = gateway.connect().serve(1, "w.*");
        RawPeer peer = gateway.named("peer").subscribe(2, "news.>");
        String large = "x".repeat(900_000);
        peer.request(3, "w.large", large);
        assertThat(worker.takeAndRespond(large).payload().text()).isEqualTo(large);
        assertThat(peer.answer(3)).isEqualTo(large);
        worker.publish(4, "news.a.b", "m").publish(5, "client.peer", "direct");
        assertThat(peer.message(2)).isEqualTo("m");
        assertThat(peer.message(0)).isEqualTo("direct");
        peer.requestStream(6, "w.s", 2);
        int id = worker.take().id();
        worker.respondMore(id, "1").respond(id, "2");
        peer.receive();
        assertThat(peer.answer(6)).isEqualTo("2");
        peer.request(7, "w.lost", "");
        worker.take();
        worker.reset();
        peer.expectError(7, ErrorCode.UNAVAILABLE);
        RawPeer half = gateway.connect().request(1, "gateway.echo", "half").send(new Frame.Ping(2, Payload.EMPTY));
        half.halfClose();
        assertThat(half.answer(1)).isEqualTo("half");
        half.receive(Frame.Pong.class);
        half.expectOrderlyEnd();
        RawPeer bad = gateway.connect().sendBytes(new byte[] {0x7F, 0, 0, 0});
        bad.sendInVain(new byte[500_000]);
        bad.expectError(0, ErrorCode.TOO_LARGE);
        peer.send(new Frame.GoAway(8, null, Frame.ABSENT)).receive(Frame.GoAway.class);
        peer.expectOrderlyEnd();
        peer.close();
        half.close();
        bad.reset();
        Harness.eventually(
                () -> { // io_uring notices the reset only when the last second has passed, whenever it began
                    gateway.advance(1_100);
                    return gateway.sessionCount() == 0;
                });
    }

    @Test
    void anUnavailableTransportIsNamed() {
        for (String transport : new String[] {"epoll", "io_uring"}) {
            if (transport.equals("epoll") ? !Epoll.isAvailable() : !IoUring.isAvailable()) {
                GatewayStartException fault = startFails(Gateway.builder(
                        GatewayConfig.defaults().withListeners(LOOPBACK).with("server.transport", transport)));
                assertThat(fault.getMessage()).contains(transport).contains("server.transport");
            }
        }
        expectNoThreadsLeft();
    }

    @Test
    void manyListenersAreBoundInOrderAndAllServe() {
        try (Gateway gateway = Gateway.builder()
                .listen(LOOPBACK)
                .listen("tcp://[::1]:0")
                .listen("tcp://localhost:0?backlog=16&tcp-no-delay=false&keep-alive=false")
                .listen(LOOPBACK + "?receive-buffer-bytes=64KiB&send-buffer-bytes=64KiB")
                .start()) {
            List<InetSocketAddress> addresses = gateway.addresses();
            assertThat(addresses).hasSize(4);
            assertThat(addresses.get(1).getAddress().getHostAddress()).contains(":");
            assertThat(new HashSet<>(addresses)).hasSize(4);
            for (InetSocketAddress address : addresses) {
                try (RawPeer peer = RawPeer.connect(address, Form.JSON)) {
                    peer.expectNothing();
                }
            }
        }
        expectNoThreadsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://*:0", "tcp://:0", "tcp://0.0.0.0:0"})
    void allAddressesOfTheMachineMayBeListenedOn(String url) {
        try (Gateway gateway = Gateway.builder().listen(url).start();
                RawPeer peer = RawPeer.connect(gateway.addresses().get(0), Form.BINARY)) {
            peer.expectNothing();
        }
    }

    @Test
    void anIpv6ClientIsShownInBrackets() {
        try (Gateway gateway = Gateway.builder().listen("tcp://[::1]:0").start();
                RawPeer peer = RawPeer.connect(gateway.addresses().get(0), Form.BINARY)) {
            peer.request(1, "gateway.whoami", "");
            assertThat(peer.answer(1)).contains("\"remoteAddress\":\"[").contains("]:" + peer.localPort() + "\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void aPortInUseIsOneClearLineAndNothingIsLeft(String transport) throws IOException {
        assumeTrue(!transport.equals("epoll") || Epoll.isAvailable(), "epoll is not available");
        int first = freePort();
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            GatewayConfig config = GatewayConfig.defaults()
                    .withListeners("tcp://127.0.0.1:" + first, "tcp://127.0.0.1:" + holder.getLocalPort())
                    .with("server.transport", transport);
            GatewayStartException fault = startFails(Gateway.builder(config));
            assertThat(fault.getMessage())
                    .contains("tcp://127.0.0.1:" + holder.getLocalPort())
                    .contains("in use");
        }
        expectFree(first);
        expectNoThreadsLeft();
    }

    @Test
    void aNameThatDoesNotResolveIsOneClearLineAndNothingIsLeft() throws IOException {
        int first = freePort();
        GatewayStartException fault =
                startFails(Gateway.builder().listen("tcp://127.0.0.1:" + first).listen("tcp://no-such-host.invalid:0"));
        assertThat(fault.getMessage()).contains("no-such-host.invalid").contains("resolve");
        expectFree(first);
        expectNoThreadsLeft();
    }

    @Test
    void anAddressOfAnotherMachineIsOneClearLine() {
        GatewayStartException fault = startFails(Gateway.builder().listen("tcp://192.0.2.1:0"));
        assertThat(fault.getMessage()).contains("tcp://192.0.2.1:0").contains("not an address of this machine");
        expectNoThreadsLeft();
    }

    @Test
    void aPortWithoutTheRightIsOneClearLine() throws IOException {
        Path lowest = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        assumeTrue(!System.getProperty("user.name").equals("root"), "root has every right");
        assumeTrue(Files.exists(lowest)
                && Integer.parseInt(Files.readString(lowest).strip()) > 81);
        GatewayStartException fault = startFails(Gateway.builder().listen("tcp://127.0.0.1:81"));
        assertThat(fault.getMessage()).contains("tcp://127.0.0.1:81").contains("right");
        expectNoThreadsLeft();
    }

    @Test
    void twoGatewaysDoNotShareAPortUnlessTold() {
        try (Gateway first = Gateway.builder().listen(LOOPBACK).start()) {
            String url = "tcp://127.0.0.1:" + first.addresses().get(0).getPort();
            startFails(Gateway.builder().listen(url));
        }
        try (Gateway first =
                Gateway.builder().listen(LOOPBACK + "?reuse-port=true").start()) {
            String url = "tcp://127.0.0.1:" + first.addresses().get(0).getPort() + "?reuse-port=true";
            assertThatCode(() -> Gateway.builder().listen(url).start().close()).doesNotThrowAnyException();
        }
        expectNoThreadsLeft();
    }

    @Test
    void closingTellsEverySessionAndEndsAllThreads() {
        Gateway gateway = Gateway.builder().listen(LOOPBACK).start();
        InetSocketAddress address = gateway.addresses().get(0);
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            peers.add(RawPeer.connect(address, Form.JSON).subscribe(1, "a").serve(2, "s"));
        }
        RawPeer silent = RawPeer.connect(address, Form.BINARY);
        Harness.eventually(() -> gateway.sessionCount() == 6);
        Thread closer = new Thread(gateway::close, "closer");
        closer.start();
        for (RawPeer peer : peers) {
            peer.expectError(0, ErrorCode.UNAVAILABLE);
            peer.expectOrderlyEnd();
            peer.close();
        }
        silent.expectError(0, ErrorCode.UNAVAILABLE);
        silent.close();
        Harness.eventually(() -> !closer.isAlive());
        assertThat(gateway.sessionCount()).isZero();
        expectNoThreadsLeft();
        assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close())
                .isInstanceOf(ConnectException.class);
        assertThatCode(gateway::close).doesNotThrowAnyException();
    }

    @Test
    void closingDoesNotWaitForClientsThatStay() {
        Gateway gateway = Gateway.builder().listen(LOOPBACK).start();
        try (RawPeer stays = RawPeer.connect(gateway.addresses().get(0), Form.BINARY)) {
            stays.expectNothing();
            gateway.close();
            stays.expectError(0, ErrorCode.UNAVAILABLE);
            stays.expectEnd();
        }
        expectNoThreadsLeft();
    }

    @SuppressWarnings("try") // both are closed before the gateway is waited for
    @Test
    void requestsUnderWayAreAnsweredWhenTheGatewayCloses() {
        Gateway gateway = Gateway.builder().listen(LOOPBACK).start();
        InetSocketAddress address = gateway.addresses().get(0);
        try (RawPeer worker = RawPeer.connect(address, Form.BINARY);
                RawPeer peer = RawPeer.connect(address, Form.BINARY)) {
            worker.serve(1, "w");
            peer.request(1, "w", "");
            worker.take();
            Thread closer = new Thread(gateway::close, "closer");
            closer.start();
            Frame.Error last = peer.receive(Frame.Error.class);
            if (last.id() == 1) { // the worker's session ended first
                assertThat(last.errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
                peer.expectError(0, ErrorCode.UNAVAILABLE);
            }
            peer.expectOrderlyEnd();
            worker.reset();
            peer.reset();
            Harness.eventually(() -> !closer.isAlive());
        }
    }

    @Test
    void aGatewayMayBeStartedAndClosedAgainAndAgain() {
        for (int i = 0; i < 20; i++) {
            try (Gateway gateway = Gateway.builder().listen(LOOPBACK).start();
                    RawPeer peer = RawPeer.connect(gateway.addresses().get(0), Form.BINARY)) {
                peer.expectNothing();
            }
        }
        expectNoThreadsLeft();
    }
}
