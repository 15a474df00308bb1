package io.socketgateway.contract;

import io.socketgateway.contract.Relay.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A bad network for datagrams: takes them on a free port of the loopback address and carries them to the gateway and back,
 * each client by a port of its own. It loses, duplicates, repeats, reorders and delays them as a seed says, and moves
 * clients to other ports.
 */
final class DatagramRelay implements AutoCloseable {
    /** How far a datagram that is reordered or repeated falls behind, in datagrams of its client and way. */
    static final int REORDERING = 50;

    /** How long it is kept at most, when not so many follow. */
    private static final long MOST_MILLIS_KEPT = 30;

    private static final int MOST_BYTES = 65_507;
    private static final int BUFFER_BYTES = 4 << 20; // or as many as the system allows

    /**
     * What happens to the datagrams of one way: the chances, from 0 to 1.
     *
     * @param lost never to arrive
     * @param duplicated to arrive twice at once
     * @param repeated to arrive at once, and again behind up to {@link #REORDERING} others
     * @param reordered to arrive behind up to so many others alone
     * @param delayed to arrive later, by a random part of {@code mostDelay}
     */
    record Faults(
            double lost, double duplicated, double repeated, double reordered, double delayed, Duration mostDelay) {
        static final Faults NONE = new Faults(0, 0, 0, 0, 0, Duration.ZERO);

        static Faults losing(double chance) {
            return new Faults(chance, 0, 0, 0, 0, Duration.ZERO);
        }

        /** Half of the duplicates come at once, half later; as many datagrams as they are change their places. */
        static Faults duplicatingAndReordering(double chance) {
            return new Faults(0, chance / 2, chance / 2, chance, 0, Duration.ZERO);
        }

        static Faults delaying(Duration most) {
            return new Faults(0, 0, 0, 0, 1, most);
        }
    }

    /** What it did. */
    enum Deed {
        TAKEN,
        CARRIED,
        LOST,
        DUPLICATED,
        REPEATED,
        REORDERED,
        DELAYED,
        UNDELIVERABLE
    }

    /** A datagram that waits for others to pass it. */
    private static final class Kept {
        private final byte[] datagram;
        private int toPass;

        Kept(byte[] datagram, int toPass) {
            this.datagram = datagram;
            this.toPass = toPass;
        }
    }

    /** One client's datagrams, in both ways. */
    private final class Passage {
        private final SocketAddress client;
        private final Map<Way, Random> chances = new EnumMap<>(Way.class);
        private final Map<Way, List<Kept>> kept = new EnumMap<>(Way.class);
        private DatagramChannel toGateway;
        private long fromClient;

        Passage(SocketAddress client, int index) throws IOException {
            this.client = client;
            for (Way way : Way.values()) {
                chances.put(way, new Random(seed * 1_000_003 + 2L * index + (way == Way.TO_GATEWAY ? 0 : 1)));
                kept.put(way, new ArrayList<>());
            }
            this.toGateway = openToGateway(this);
        }

        void take(Way way, byte[] datagram) {
            note(way, Deed.TAKEN);
            if (way == Way.TO_GATEWAY && moveEvery > 0 && ++fromClient % moveEvery == 0) {
                move();
            }
            Random chance = chances.get(way);
            Faults of = faults.get(way);
            boolean falls = false; // behind others
            if (chance.nextDouble() < of.lost()) {
                note(way, Deed.LOST);
            } else if (chance.nextDouble() < of.delayed()) {
                note(way, Deed.DELAYED);
                long nanos = (long) (chance.nextDouble() * of.mostDelay().toNanos());
                later(nanos, () -> send(way, datagram));
            } else if (chance.nextDouble() < of.reordered()) {
                note(way, Deed.REORDERED);
                falls = true;
            } else {
                send(way, datagram);
                if (chance.nextDouble() < of.duplicated()) {
                    note(way, Deed.DUPLICATED);
                    send(way, datagram);
                }
                if (chance.nextDouble() < of.repeated()) {
                    note(way, Deed.REPEATED);
                    falls = true;
                }
            }
            passKept(way);
            if (falls) {
                keep(way, datagram, 1 + chance.nextInt(REORDERING));
            }
        }

        private void keep(Way way, byte[] datagram, int toPass) {
            Kept late = new Kept(datagram, toPass);
            kept.get(way).add(late);
            later(TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS_KEPT), () -> {
                if (kept.get(way).remove(late)) {
                    send(way, late.datagram);
                }
            });
        }

        private void passKept(Way way) {
            kept.get(way).removeIf(late -> {
                boolean due = --late.toPass <= 0;
                if (due) {
                    send(way, late.datagram);
                }
                return due;
            });
        }

        private void send(Way way, byte[] datagram) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(datagram);
                int sent = way == Way.TO_GATEWAY ? toGateway.write(bytes) : front.send(bytes, client);
                note(way, sent == datagram.length ? Deed.CARRIED : Deed.UNDELIVERABLE);
            } catch (IOException e) { // nobody listens there, for example
                note(way, Deed.UNDELIVERABLE);
            }
        }

        private void move() {
            try {
                DatagramChannel old = toGateway;
                toGateway = openToGateway(this);
                old.close();
                moves++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final InetSocketAddress gateway;
    private final long seed;
    private final Selector selector;
    private final DatagramChannel front;
    private final Thread thread = new Thread(this::run, "datagram-relay");
    private final ScheduledExecutorService late = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread latecomers = new Thread(task, "datagram-relay-late");
        latecomers.setDaemon(true);
        return latecomers;
    });
    private final Map<SocketAddress, Passage> passages = new HashMap<>(); // with all below guarded by this
    private final Map<Way, Faults> faults = new EnumMap<>(Way.class);
    private final Map<Way, Map<Deed, Long>> deeds = new EnumMap<>(Way.class);
    private long moves;
    private int moveEvery;
    private boolean closed;

    private DatagramRelay(InetSocketAddress gateway, long seed) {
        this.gateway = gateway;
        this.seed = seed;
        for (Way way : Way.values()) {
            faults.put(way, Faults.NONE);
            deeds.put(way, new EnumMap<>(Deed.class));
        }
        try {
            selector = Selector.open();
            front = DatagramChannel.open();
            front.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            prepare(front, front);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** A relay to that port of the loopback address that changes nothing as yet; the seed decides all that is random. */
    static DatagramRelay to(int gatewayPort, long seed) {
        return new DatagramRelay(new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort), seed);
    }

    String url() {
        try {
            return "udp://127.0.0.1:" + ((InetSocketAddress) front.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on this happens, in both ways. */
    DatagramRelay faults(Faults both) {
        return faults(both, both);
    }

    /** From now on this happens. */
    synchronized DatagramRelay faults(Faults toGateway, Faults toClient) {
        faults.put(Way.TO_GATEWAY, toGateway);
        faults.put(Way.TO_CLIENT, toClient);
        return this;
    }

    /** Lets each client come from another port now; what is sent to the old one is lost. */
    synchronized void move() {
        passages.values().forEach(Passage::move);
    }

    /** Does the same for each client whenever it has sent so many datagrams; 0: never. */
    synchronized DatagramRelay moveEvery(int datagrams) {
        moveEvery = datagrams;
        return this;
    }

    /** How often a client was moved. */
    synchronized long moves() {
        return moves;
    }

    /** How often that was done. */
    synchronized long count(Way way, Deed deed) {
        return deeds.get(way).getOrDefault(deed, 0L);
    }

    private void note(Way way, Deed deed) {
        deeds.get(way).merge(deed, 1L, Long::sum);
    }

    private void later(long nanos, Runnable action) {
        late.schedule(
                () -> {
                    synchronized (this) {
                        if (!closed) {
                            action.run();
                        }
                    }
                },
                nanos,
                TimeUnit.NANOSECONDS);
    }

    private DatagramChannel openToGateway(Passage passage) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel.connect(gateway);
        prepare(channel, passage);
        return channel;
    }

    private void prepare(DatagramChannel channel, Object attachment) throws IOException {
        channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, attachment);
        selector.wakeup();
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
        try {
            while (selector.isOpen()) {
                selector.select(key -> read(key, buffer));
            }
        } catch (ClosedSelectorException end) {
            // closed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(SelectionKey key, ByteBuffer buffer) {
        DatagramChannel channel = (DatagramChannel) key.channel();
        try {
            for (SocketAddress from = channel.receive(buffer.clear());
                    from != null;
                    from = channel.receive(buffer.clear())) {
                byte[] datagram = new byte[buffer.flip().remaining()];
                buffer.get(datagram);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    if (key.attachment() instanceof Passage passage) {
                        passage.take(Way.TO_CLIENT, datagram);
                    } else {
                        passage(from).take(Way.TO_GATEWAY, datagram);
                    }
                }
            }
        } catch (IOException gone) {
            // the gateway's port is closed, or this one: the next datagram will tell
        }
    }

    private Passage passage(SocketAddress client) throws IOException {
        Passage known = passages.get(client);
        if (known == null) {
            known = new Passage(client, passages.size());
            passages.put(client, known);
        }
        return known;
    }

    @Override
    public void close() {
        try {
            synchronized (this) {
                closed = true;
                for (Passage passage : passages.values()) {
                    passage.toGateway.close();
                }
                front.close();
            }
            late.shutdownNow();
            selector.close();
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** For failures: the seed, and what was done. */
    @Override
    public synchronized String toString() {
        return "relay with seed " + seed + ": " + deeds + ", " + moves + " moves";
    }
}
