package io.socketgateway.docker;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** For containers that are to be found again where they were: the engine gives them other ports at every start. */
final class Ports {
    // Below those that systems give away by themselves, so that nobody gets it while the container is down.
    private static final int FIRST = 20_000;
    private static final int END = 30_000;

    private Ports() {}

    /** One that is free on this machine for TCP and for UDP. */
    static int free() {
        for (int attempts = 0; attempts < 1_000; attempts++) {
            InetSocketAddress address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(),
                    ThreadLocalRandom.current().nextInt(FIRST, END));
            try (ServerSocket streams = new ServerSocket();
                    DatagramSocket datagrams = new DatagramSocket(null)) {
                streams.bind(address);
                datagrams.bind(address);
                return address.getPort();
            } catch (IOException e) {
                // taken
            }
        }
        throw new IllegalStateException("no port is free");
    }
}
