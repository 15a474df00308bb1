package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the system's calls do for a gateway, one at a time; {@code docs/sockets.md} tells the whole story. */
class SocketLifeTest {
    private static final String TRANSPORTS = "io.socketgateway.server.Transports#available";
    private static final String LOOPBACK = "tcp://127.0.0.1:0";
    private static final int SHORT_MILLIS = 200;
    private static final int MOST_ATTEMPTS = 20;

    /** Connects, or gives up soon: the system of the other side does not answer when its queue is full. */
    private static boolean connects(Harness gateway, List<Socket> sockets) {
        Socket socket = new Socket();
        sockets.add(socket);
        try {
            socket.connect(gateway.address(), SHORT_MILLIS);
            return true;
        } catch (SocketTimeoutException full) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aFullAcceptQueueLetsConnectHangAndHarmsNobodyWhoIsIn(String transport) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try (Harness gateway = Harness.start(
                LOOPBACK + "?backlog=1",
                1,
                Form.BINARY,
                "server.transport",
                transport,
                "limits.new-sessions-per-second",
                "1")) {
            RawPeer in = gateway.connect().expectNothing(); // and nobody else is accepted as long as the clock stands
            while (connects(gateway, sockets)) {
                assertThat(sockets).as("taken by a queue of one").hasSizeLessThan(MOST_ATTEMPTS);
            }
            assertThat(sockets).as("some wait, and connected all the same").hasSizeGreaterThan(1);
            in.expectNothing();
            assertThat(gateway.sessionCount()).isEqualTo(1);

            int waiting = sockets.size() - 1;
            for (int i = 1; i <= waiting; i++) {
                gateway.advance(1000);
                gateway.awaitSessions(1 + i);
            }
            gateway.advance(1000);
            gateway.connect().expectNothing();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void everyPeerHasASocketOfItsOwnAndTheListeningOneGoesOn(String transport) {
        try (Harness gateway = Harness.start(2, Form.BINARY, "server.transport", transport)) {
            Set<Integer> ports = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                RawPeer peer = gateway.connect().request(1, "gateway.whoami", "");
                assertThat(peer.answer(1)).contains("127.0.0.1:" + peer.localPort());
                ports.add(peer.localPort());
            }
            assertThat(ports).as("one port here, ten there").hasSize(10);
            assertThat(gateway.sessionCount()).isEqualTo(10);
        }
    }

    /** Once, each of them would have had a thread that waits in {@code recv}. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void threeHundredSilentConnectionsCostNoThread(String transport) {
        try (Harness gateway = Harness.start(1, Form.BINARY, "server.transport", transport)) {
            gateway.connect().expectNothing();
            long threads = threads();
            for (int i = 0; i < 300; i++) {
                gateway.connect();
            }
            gateway.awaitSessions(301);
            assertThat(threads()).isEqualTo(threads);
            gateway.connect().expectNothing();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gateway-"))
                .count();
    }

    /** {@code recv} returns as soon as there is anything: a part of a frame, or several of them. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatOneRecvBringsIsNoFrame(String transport) {
        try (Harness gateway = Harness.start(1, Form.BINARY, "server.transport", transport)) {
            RawPeer peer = gateway.connect().expectNothing();
            byte[] three = RawPeer.bytes(
                    Form.BINARY,
                    new Frame.Ping(1, Payload.text("one")),
                    new Frame.Ping(2, Payload.text("two")),
                    new Frame.Ping(3, Payload.text("three")));
            int half = three.length / 2;
            peer.sendBytes(java.util.Arrays.copyOf(three, half));
            assertThat(peer.receive(Frame.Pong.class).id()).isEqualTo(1);
            peer.sendBytes(java.util.Arrays.copyOfRange(three, half, three.length));
            assertThat(peer.receive(Frame.Pong.class).id()).isEqualTo(2);
            assertThat(peer.receive(Frame.Pong.class).id()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aResetEndsTheSessionAtOnce(String transport) {
        try (Harness gateway = Harness.start(1, Form.BINARY, "server.transport", transport)) {
            RawPeer peer = gateway.connect().subscribe(1, "news");
            peer.reset(); // SO_LINGER 0: RST instead of FIN
            gateway.awaitSessions(0); // the clock stands, so no timer has helped
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aFinEndsASessionThatIsOwedNothing(String transport) {
        try (Harness gateway = Harness.start(1, Form.BINARY, "server.transport", transport)) {
            RawPeer peer = gateway.connect().expectNothing();
            peer.halfClose(); // FIN: the client sends no more, and could still receive
            peer.expectOrderlyEnd();
            gateway.awaitSessions(0);
        }
    }
}
