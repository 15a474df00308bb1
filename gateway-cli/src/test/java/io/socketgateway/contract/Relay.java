package io.socketgateway.contract;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad network: takes TCP connections on a free port of the loopback address and carries their bytes to the gateway and
 * back, until a test tells it to stop, to cut, to dribble or to be late.
 */
final class Relay implements AutoCloseable {
    /** Which way bytes go. */
    enum Way {
        TO_GATEWAY,
        TO_CLIENT
    }

    private static final int MOST_RECORDED = 64 * 1024;

    private final int port;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final AtomicLong accepted = new AtomicLong();
    private final ScheduledExecutorService late = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "relay-late");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Way> stalled = EnumSet.noneOf(Way.class); // with the fields below guarded by this
    private final Map<Way, Long> fuses = new EnumMap<>(Way.class); // bytes still to be carried before a reset
    private InetSocketAddress target;
    private ServerSocket listener;
    private int pieceBytes = 16 * 1024;
    private Duration delay = Duration.ZERO;
    private boolean closed;

    private Relay(InetSocketAddress target) {
        this.target = target;
        this.port = listen(0);
    }

    /** A relay to that port of the loopback address. */
    static Relay to(int gatewayPort) {
        return new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort));
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** How many connections were ever taken. */
    long accepted() {
        return accepted.get();
    }

    /** How many connections it carries. */
    int connections() {
        return links.size();
    }

    /** The first bytes that the latest connection carried that way. */
    byte[] recorded(Way way) {
        return links.get(links.size() - 1).recorded(way);
    }

    /** Carries nothing more that way, on no connection, and passes on no close; what comes is kept. */
    synchronized void stall(Way... ways) {
        stalled.addAll(List.of(ways));
    }

    /** Goes on, with what was kept first. */
    synchronized void resume() {
        stalled.clear();
        notifyAll();
    }

    /** Carries at most so many bytes at once. */
    synchronized void pieces(int bytes) {
        pieceBytes = bytes;
    }

    /** Is so late with all bytes of the connections that come from now on. */
    synchronized void delay(Duration by) {
        delay = by;
    }

    /** Resets (SO_LINGER 0) all connections, on both sides. */
    void reset() {
        links.forEach(Link::reset);
    }

    /** Resets the clients' side of all connections; the gateway's side stays open and says nothing any more. */
    void resetClientSide() {
        for (Link link : links) {
            link.abandoned = true;
            close(link.client, true);
        }
    }

    /** Closes all connections in good order. */
    void closeConnections() {
        for (Link link : links) {
            close(link.client, false);
            close(link.gateway, false);
        }
    }

    /** Carries that many more bytes that way, then resets the connection that it was on. */
    synchronized void resetAfter(Way way, long bytes) {
        fuses.put(way, bytes);
    }

    /** Takes no connections any more: they are refused. */
    synchronized void refuse() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes connections again, on the same port. */
    void accept() {
        listen(port);
    }

    /** Carries the connections that come from now on elsewhere. */
    synchronized void target(int gatewayPort) {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        refuse();
        resume();
        reset();
        late.shutdownNow();
    }

    private synchronized int listen(int onPort) {
        try {
            ServerSocket fresh = new ServerSocket();
            fresh.setReuseAddress(true);
            fresh.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 256);
            listener = fresh;
            start("relay-accept", () -> acceptAll(fresh));
            return fresh.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll(ServerSocket from) {
        while (true) {
            Socket client;
            try {
                client = from.accept();
            } catch (IOException e) {
                return; // refuse() or close()
            }
            try {
                open(client);
            } catch (IOException e) {
                close(client, true); // the gateway is not there
            }
        }
    }

    private void open(Socket client) throws IOException {
        client.setTcpNoDelay(true);
        Link link;
        synchronized (this) {
            if (closed) {
                close(client, true);
                return;
            }
            Socket gateway = new Socket(target.getAddress(), target.getPort());
            gateway.setTcpNoDelay(true);
            link = new Link(client, gateway, delay);
            links.add(link);
        }
        accepted.incrementAndGet();
        start("relay-to-gateway", () -> link.pump(Way.TO_GATEWAY));
        start("relay-to-client", () -> link.pump(Way.TO_CLIENT));
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket, boolean withReset) {
        try {
            if (withReset) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // it is closed already
        }
    }

    /** Waits while nothing goes that way. */
    private synchronized void passStall(Way way) throws InterruptedException {
        while (stalled.contains(way) && !closed) {
            wait();
        }
    }

    /** How many of so many bytes may still be carried; burns the fuse. Negative: all of them. */
    private synchronized int burn(Way way, int bytes) {
        Long left = fuses.get(way);
        if (left == null) {
            return -1;
        }
        if (left > bytes) {
            fuses.put(way, left - bytes);
            return -1;
        }
        fuses.remove(way);
        return left.intValue();
    }

    private synchronized int pieceBytes() {
        return pieceBytes;
    }

    /** One connection and its continuation. */
    private final class Link {
        private final Socket client;
        private final Socket gateway;
        private final Duration lateness;
        private final Map<Way, ByteArrayOutputStream> records =
                Map.of(Way.TO_GATEWAY, new ByteArrayOutputStream(), Way.TO_CLIENT, new ByteArrayOutputStream());
        private volatile boolean abandoned; // the gateway's side must not notice
        private final Set<Way> ended = EnumSet.noneOf(Way.class); // guarded by itself

        Link(Socket client, Socket gateway, Duration lateness) {
            this.client = client;
            this.gateway = gateway;
            this.lateness = lateness;
        }

        byte[] recorded(Way way) {
            return records.get(way).toByteArray();
        }

        void reset() {
            links.remove(this);
            close(client, true);
            close(gateway, true);
        }

        /** Carries bytes that way until the end. */
        void pump(Way way) {
            Socket from = way == Way.TO_GATEWAY ? client : gateway;
            Socket to = way == Way.TO_GATEWAY ? gateway : client;
            byte[] buffer = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
                    byte[] bytes = java.util.Arrays.copyOf(buffer, n);
                    carry(() -> write(way, out, bytes));
                }
                carry(() -> end(way, to));
            } catch (IOException e) {
                carry(() -> endWithReset(way));
            }
        }

        private int read(InputStream in, byte[] buffer) throws IOException {
            return in.read(buffer, 0, Math.min(buffer.length, pieceBytes()));
        }

        private void carry(Step step) {
            if (lateness.isZero()) {
                perform(step);
            } else {
                late.schedule(() -> perform(step), lateness.toNanos(), NANOSECONDS);
            }
        }

        private void perform(Step step) {
            try {
                step.run();
            } catch (IOException e) {
                if (!abandoned) {
                    reset();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void write(Way way, OutputStream out, byte[] bytes) throws IOException, InterruptedException {
            passStall(way);
            ByteArrayOutputStream record = records.get(way);
            if (record.size() < MOST_RECORDED) {
                record.write(bytes, 0, bytes.length);
            }
            int carried = burn(way, bytes.length);
            out.write(bytes, 0, carried < 0 ? bytes.length : carried);
            out.flush();
            if (carried >= 0) {
                reset();
            }
        }

        private void end(Way way, Socket to) throws IOException, InterruptedException {
            passStall(way);
            if (abandoned) {
                return;
            }
            to.shutdownOutput();
            boolean both;
            synchronized (ended) {
                ended.add(way);
                both = ended.size() == Way.values().length;
            }
            if (both) {
                links.remove(this);
                close(client, false);
                close(gateway, false);
            }
        }

        private void endWithReset(Way way) throws InterruptedException {
            passStall(way);
            if (!abandoned) {
                reset();
            }
        }
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }
}
