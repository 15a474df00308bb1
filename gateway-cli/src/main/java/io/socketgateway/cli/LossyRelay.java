package io.socketgateway.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bad network for one client of the demo: hands on what it sends over UDP and what it is sent, but loses every so
 * many datagrams of each direction. Two threads of its own, which end when it is closed.
 */
final class LossyRelay implements AutoCloseable {
    private static final int LONGEST = 65_507;

    private final int oneIn;
    private final DatagramSocket near;
    private final DatagramSocket far;
    private final AtomicInteger lost = new AtomicInteger();
    private volatile @Nullable SocketAddress client;

    private LossyRelay(int oneIn, DatagramSocket near, DatagramSocket far) {
        this.oneIn = oneIn;
        this.near = near;
        this.far = far;
    }

    /** Opens the way to a gateway on this machine, on which of {@code oneIn} datagrams the last is lost. */
    static LossyRelay open(InetSocketAddress gateway, int oneIn) throws SocketException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        DatagramSocket near = new DatagramSocket(0, loopback);
        DatagramSocket far = new DatagramSocket(0, loopback);
        LossyRelay relay = new LossyRelay(oneIn, near, far);
        start(
                "demo-relay-out",
                () -> relay.carry(near, far, packet -> {
                    relay.client = packet.getSocketAddress();
                    return gateway;
                }));
        start("demo-relay-in", () -> relay.carry(far, near, packet -> relay.client));
        return relay;
    }

    /** Where a client finds it. */
    String url() {
        return "udp://" + near.getLocalAddress().getHostAddress() + ":" + near.getLocalPort();
    }

    /** How many datagrams it has lost. */
    int lost() {
        return lost.get();
    }

    private interface Destination {
        @Nullable
        SocketAddress of(DatagramPacket packet);
    }

    private void carry(DatagramSocket from, DatagramSocket to, Destination destination) {
        byte[] buffer = new byte[LONGEST];
        try {
            for (int count = 1; ; count++) {
                DatagramPacket packet = new DatagramPacket(buffer, LONGEST);
                from.receive(packet);
                SocketAddress address = destination.of(packet);
                if (count % oneIn == 0) {
                    lost.incrementAndGet();
                } else if (address != null) {
                    packet.setSocketAddress(address);
                    to.send(packet);
                }
            }
        } catch (IOException e) {
            if (!near.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }
}
