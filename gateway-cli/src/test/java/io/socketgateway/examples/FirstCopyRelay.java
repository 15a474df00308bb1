package io.socketgateway.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A hop between one client of the JSON form and a gateway. Of every second datagram it loses the first copy: of the first,
 * third … there, of the second, fourth … back. So each question is asked twice, for it or its answer was lost. Copies are
 * those with the same types and ids of frames: a repeat says anew what is left of its deadline, and cookies tell the time.
 */
final class FirstCopyRelay implements AutoCloseable {
    private static final int LONGEST = 65_507;
    private static final Pattern TELLING = Pattern.compile("\"type\": ?\"\\w+\"|\"id\": ?\\d+|\"cookie\"");

    private final DatagramSocket near;
    private final DatagramSocket far;
    private final AtomicInteger lost = new AtomicInteger();
    private volatile @Nullable SocketAddress client;

    private FirstCopyRelay(DatagramSocket near, DatagramSocket far) {
        this.near = near;
        this.far = far;
    }

    static FirstCopyRelay open(InetSocketAddress gateway) {
        try {
            InetAddress loopback = InetAddress.getByName("127.0.0.1");
            FirstCopyRelay relay = new FirstCopyRelay(new DatagramSocket(0, loopback), new DatagramSocket(0, loopback));
            start(
                    "relay-there",
                    () -> relay.carry(relay.near, relay.far, 1, packet -> {
                        relay.client = packet.getSocketAddress();
                        return gateway;
                    }));
            start("relay-back", () -> relay.carry(relay.far, relay.near, 0, packet -> relay.client));
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return near.getLocalPort();
    }

    /** How many datagrams it has lost. */
    int lost() {
        return lost.get();
    }

    private interface Destination {
        @Nullable
        SocketAddress of(DatagramPacket packet);
    }

    private void carry(DatagramSocket from, DatagramSocket to, int lostRemainder, Destination destination) {
        Set<String> seen = new HashSet<>();
        byte[] buffer = new byte[LONGEST];
        try {
            while (!near.isClosed()) {
                DatagramPacket packet = new DatagramPacket(buffer, LONGEST);
                from.receive(packet);
                SocketAddress address = destination.of(packet);
                if (seen.add(told(packet)) && seen.size() % 2 == lostRemainder) {
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

    private static String told(DatagramPacket packet) {
        String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
        return TELLING.matcher(text).results().map(MatchResult::group).collect(Collectors.joining());
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
