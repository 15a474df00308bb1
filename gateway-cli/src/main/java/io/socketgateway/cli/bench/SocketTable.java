package io.socketgateway.cli.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sockets of this machine (more exactly: of this network namespace) as Linux lists them in {@code /proc/net}. */
record SocketTable(List<Entry> streams, List<Entry> datagrams) {
    private static final int ADDRESS_WORD_DIGITS = 8;
    private static final int HEX = 16;

    /** A socket; the inode, by which processes hold it, is 0 if none does. */
    record Entry(InetSocketAddress local, InetSocketAddress remote, long inode) {}

    private record Ends(InetSocketAddress one, InetSocketAddress other) {}

    /** As it stands in that {@code /proc}. */
    static SocketTable read(Path proc) throws IOException {
        return new SocketTable(entries(proc, "net/tcp", "net/tcp6"), entries(proc, "net/udp", "net/udp6"));
    }

    /** The other ends, on this machine, of those sockets that are connected to one of the ports. */
    Set<Long> otherEnds(Set<Long> inodes, Set<Integer> ports) {
        Set<Long> others = new HashSet<>();
        Map<Ends, Long> byEnds = new HashMap<>();
        streams.forEach(entry -> byEnds.put(new Ends(entry.local(), entry.remote()), entry.inode()));
        for (Entry own : own(streams, inodes, ports)) {
            others.add(byEnds.getOrDefault(new Ends(own.remote(), own.local()), 0L));
        }
        for (Entry own : own(datagrams, inodes, ports)) {
            datagrams.stream()
                    .filter(entry -> entry.local().getPort() == own.remote().getPort())
                    .filter(entry -> entry.local().equals(own.remote())
                            || entry.local().getAddress().isAnyLocalAddress() && isHere(own))
                    .filter(entry ->
                            entry.remote().getPort() == 0 || entry.remote().equals(own.local()))
                    .forEach(entry -> others.add(entry.inode()));
        }
        others.remove(0L);
        return others;
    }

    /** What is sent to an address of this machine comes from the same address, or from another loopback address. */
    private static boolean isHere(Entry own) {
        return own.remote().getAddress().equals(own.local().getAddress())
                || own.remote().getAddress().isLoopbackAddress();
    }

    private static List<Entry> own(List<Entry> entries, Set<Long> inodes, Set<Integer> ports) {
        return entries.stream()
                .filter(entry -> ports.contains(entry.remote().getPort()) && inodes.contains(entry.inode()))
                .toList();
    }

    private static List<Entry> entries(Path proc, String... tables) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String table : tables) {
            Path file = proc.resolve(table);
            if (Files.exists(file)) { // there may be no IPv6
                Files.readAllLines(file).stream().skip(1).forEach(line -> entries.add(entry(line)));
            }
        }
        return entries;
    }

    /** {@code 1: 0100007F:81B2 0100007F:6761 01 00000000:00000000 00:00000000 00000000 0 0 4711 ...} */
    private static Entry entry(String line) {
        String[] words = line.strip().split(" +", -1);
        return new Entry(address(words[1]), address(words[2]), Long.parseLong(words[9]));
    }

    /** An address is words of 32 bits in the order of this machine's bytes. */
    private static InetSocketAddress address(String text) {
        int colon = text.indexOf(':');
        ByteBuffer bytes = ByteBuffer.allocate(colon / 2).order(ByteOrder.nativeOrder());
        for (int i = 0; i < colon; i += ADDRESS_WORD_DIGITS) {
            bytes.putInt(Integer.parseUnsignedInt(text, i, i + ADDRESS_WORD_DIGITS, HEX));
        }
        try {
            InetAddress address = InetAddress.getByAddress(bytes.array()); // ::ffff:127.0.0.1 is 127.0.0.1
            return new InetSocketAddress(address, Integer.parseInt(text, colon + 1, text.length(), HEX));
        } catch (IOException e) {
            throw new IllegalArgumentException("not an address: " + text, e);
        }
    }
}
