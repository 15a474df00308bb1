package io.socketgateway.server;

import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.server.config.GatewayConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;

/** A gateway on a free port of the loopback address with a clock of its own, and the peers of a test. */
final class Harness implements AutoCloseable {
    private static final String BARRIER = "barrier.";
    private static final long TICK_MILLIS = 30;

    final ManualClock clock = new ManualClock();
    final Gateway gateway;
    private final Form form;
    private final List<RawPeer> peers = new ArrayList<>();
    private final List<RawDatagramPeer> datagramPeers = new ArrayList<>();
    private final List<RawPeer> barriers = new ArrayList<>(); // one for each loop

    private Harness(Form form, GatewayConfig config) {
        this.form = form;
        this.gateway = Gateway.builder(config).clock(clock).start();
    }

    /** With so many worker loops, peers that speak that form, and other settings: key, value, key, value … */
    static Harness start(int workers, Form form, String... keysAndValues) {
        return start("tcp://127.0.0.1:0", workers, form, keysAndValues);
    }

    static Harness start(String listener, int workers, Form form, String... keysAndValues) {
        return start(List.of(listener), workers, form, keysAndValues);
    }

    /** The same with a TCP listener and a UDP one. */
    static Harness startWithDatagrams(int workers, Form form, String... keysAndValues) {
        return start(List.of("tcp://127.0.0.1:0", "udp://127.0.0.1:0"), workers, form, keysAndValues);
    }

    static Harness start(List<String> listeners, int workers, Form form, String... keysAndValues) {
        GatewayConfig config = GatewayConfig.defaults()
                .withListeners(listeners.toArray(String[]::new))
                .with("server.workers", Integer.toString(workers))
                .with("limits.sessions-per-address", "unlimited") // all peers come from one, and many at once
                .with("limits.new-sessions-per-second", "unlimited")
                .with("server.node", "node-under-test");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config = config.with(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Harness(form, config);
    }

    InetSocketAddress address() {
        return gateway.addresses().get(0);
    }

    /** A peer that has said nothing yet; the next one is another loop's, if there are several. */
    RawPeer connect() {
        return connect(form);
    }

    RawPeer connect(Form peersForm) {
        return keep(RawPeer.connect(address(), peersForm));
    }

    RawPeer connect(int receiveBufferBytes) {
        return keep(RawPeer.connect(address(), form, receiveBufferBytes));
    }

    /** A peer that was welcomed under that name. */
    RawPeer named(String clientId) {
        RawPeer peer = connect();
        peer.hello(clientId);
        return peer;
    }

    private RawPeer keep(RawPeer peer) {
        peers.add(peer);
        return peer;
    }

    /** Where the second listener takes datagrams. */
    InetSocketAddress datagramAddress() {
        return gateway.addresses().get(1);
    }

    /** A datagram peer on a port of its own that has said nothing yet. */
    RawDatagramPeer datagramPeer() {
        return datagramPeer(form);
    }

    RawDatagramPeer datagramPeer(Form peersForm) {
        return keep(RawDatagramPeer.at(datagramAddress(), peersForm));
    }

    /** A datagram peer that was welcomed with that name, null for any, with ids from 1 and the longest keep-alive. */
    RawDatagramPeer datagramSession(String clientId) {
        RawDatagramPeer peer = datagramPeer();
        peer.openWith(new Frame.Hello(1, 1, null, clientId, 3600, Frame.ABSENT, null, null, "raw"));
        return peer;
    }

    /** 127.0.0.{@code host}; skips the test where the system has no such address. */
    static InetAddress loopback(int host) {
        try {
            InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host});
            new DatagramSocket(0, address).close();
            return address;
        } catch (IOException e) {
            return Assumptions.abort("127.0.0." + host + ": " + e.getMessage());
        }
    }

    /** The session's client on another port. */
    RawDatagramPeer elsewhere(RawDatagramPeer peer) {
        return keep(peer.elsewhere());
    }

    RawDatagramPeer keep(RawDatagramPeer peer) {
        datagramPeers.add(peer);
        return peer;
    }

    /** Moves the clock; the loops see it within some ten real milliseconds. */
    void advance(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    /** Moves the clock and waits until every loop has fired the timers that are due by then. */
    void pass(long millis) {
        settle();
        advance(millis - TICK_MILLIS);
        for (RawPeer barrier : barriers) {
            barrier.send(new Frame.Request(
                    2, Subject.of(BARRIER + barrier.localPort()), 1, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY));
            barrier.take();
        }
        advance(TICK_MILLIS);
        for (RawPeer barrier : barriers) {
            barrier.expectError(2, ErrorCode.DEADLINE);
            barrier.receive(Frame.Cancel.class);
        }
    }

    /** Waits until every loop has read what was sent before. */
    void settle() {
        if (barriers.isEmpty()) {
            for (int i = 0; i < gateway.workers(); i++) { // connections go to the loops in turn
                RawPeer barrier = connect(Form.BINARY);
                barrier.send(new Frame.Hello(1, 1, null, null, 3600, Frame.ABSENT, null, null, null))
                        .receive(Frame.Welcome.class);
                barriers.add(barrier.serve(1, BARRIER + barrier.localPort()));
            }
        }
        barriers.forEach(RawPeer::expectNothing);
    }

    /** Waits until every loop has read and answered what that peer has sent; checks that the answer was none. */
    void expectNoAnswer(RawDatagramPeer peer) {
        peer.expectNoAnswer(); // the loop of its socket has read it
        settle();
        settle(); // and so has the loop that it handed it to
        peer.expectSilence();
    }

    /** What a gauge without tags says. */
    double gauge(String name) {
        return gateway.metrics().get(name).gauge().value();
    }

    /** The sessions of the test itself. */
    int sessionCount() {
        return gateway.sessionCount() - barriers.size();
    }

    /** Waits until that holds. */
    static void eventually(BooleanSupplier condition) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(condition::getAsBoolean);
    }

    void awaitSessions(int count) {
        eventually(() -> sessionCount() == count);
    }

    @Override
    public void close() {
        peers.forEach(RawPeer::reset);
        datagramPeers.forEach(RawDatagramPeer::close);
        gateway.close();
    }
}
