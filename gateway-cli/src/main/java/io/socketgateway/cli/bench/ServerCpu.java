package io.socketgateway.cli.bench;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the process at the other end of this one's connections spends, if it runs on the same Linux machine and may be
 * looked at. It is found in {@code /proc}: this process's sockets, the sockets at their other ends, and the process
 * that holds those. Whatever cannot be found out is told in words; nothing here fails.
 */
public final class ServerCpu {
    private static final Path PROC = Path.of("/proc");

    /** Linux counts the time of processes in hundredths of a second, whatever its own timer does. */
    private static final long TICK_NANOS = 10_000_000L;

    /** Of the fields after the process's name. */
    private static final int USER_TIME = 11;

    private static final int SYSTEM_TIME = 12;

    private final Path proc;
    private final long pid;
    private final Spent atFirst;

    private ServerCpu(Path proc, long pid, Spent atFirst) {
        this.proc = proc;
        this.pid = pid;
        this.atFirst = atFirst;
    }

    /**
     * What it has spent.
     *
     * @param pid the process; 0 if it is not known
     * @param name what the process is called
     * @param nanos user and system time, known to 10 ms
     * @param unknown why it is not known; empty if it is
     */
    public record Spent(long pid, String name, long nanos, String unknown) {
        /** Whether it is known. */
        public boolean isKnown() {
            return unknown.isEmpty();
        }

        private static Spent unknown(String reason) {
            return new Spent(0, "", 0, reason);
        }
    }

    /** Counts from now on what the process spends to which this one is connected at one of those ports. */
    public static ServerCpu begin(Set<Integer> ports) {
        return begin(PROC, ports);
    }

    /** For tests: another folder than {@code /proc}. */
    static ServerCpu begin(Path proc, Set<Integer> ports) {
        if (!Files.isReadable(proc.resolve("net/tcp"))) {
            return new ServerCpu(
                    proc, 0, Spent.unknown("there is no /proc/net/tcp here to find the gateway's process with"));
        }
        try {
            Set<Long> theirs = SocketTable.read(proc).otherEnds(sockets(proc.resolve("self/fd")), ports);
            if (theirs.isEmpty()) {
                return new ServerCpu(proc, 0, Spent.unknown("the gateway is on another machine, or in a container"));
            }
            Set<Long> holders = holders(proc, theirs);
            if (holders.size() != 1) {
                return new ServerCpu(
                        proc,
                        0,
                        Spent.unknown(
                                holders.isEmpty()
                                        ? "the gateway's process belongs to another user, or is in a container"
                                        : "the gateway's sockets belong to several processes, " + holders));
            }
            long pid = holders.iterator().next();
            return new ServerCpu(proc, pid, read(proc, pid));
        } catch (IOException | RuntimeException e) {
            return new ServerCpu(proc, 0, Spent.unknown("/proc is not understood: " + e));
        }
    }

    /** What it has spent since the beginning. */
    public Spent spent() {
        if (!atFirst.isKnown()) {
            return atFirst;
        }
        Spent now = read(proc, pid);
        return now.isKnown() ? new Spent(pid, now.name(), now.nanos() - atFirst.nanos(), "") : now;
    }

    /** {@code 4711 (java) S 1 ...}; the name may hold blanks and parentheses. */
    private static Spent read(Path proc, long pid) {
        try {
            String line = Files.readString(proc.resolve(pid + "/stat"));
            int end = line.lastIndexOf(')');
            String[] fields = line.substring(end + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
            return new Spent(pid, line.substring(line.indexOf('(') + 1, end), ticks * TICK_NANOS, "");
        } catch (IOException e) {
            return Spent.unknown("the gateway's process " + pid + " has ended");
        } catch (RuntimeException e) {
            return Spent.unknown("/proc/" + pid + "/stat is not understood: " + e);
        }
    }

    /** The processes that have one of those sockets; those of other users cannot be looked at. */
    private static Set<Long> holders(Path proc, Set<Long> inodes) throws IOException {
        Set<Long> holders = new TreeSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (holdsAny(process, inodes)) {
                    holders.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return holders;
    }

    private static boolean holdsAny(Path process, Set<Long> inodes) {
        try {
            return sockets(process.resolve("fd")).stream().anyMatch(inodes::contains);
        } catch (IOException e) {
            return false; // not ours to look at, or it has ended
        }
    }

    /** The inodes of a process's sockets: its files are links, {@code socket:[4711]}. */
    private static Set<Long> sockets(Path files) throws IOException {
        Set<Long> inodes = new HashSet<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(files)) {
            for (Path link : links) {
                String target = target(link);
                if (target.startsWith("socket:[")) {
                    inodes.add(Long.parseLong(target.substring("socket:[".length(), target.length() - 1)));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return inodes;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
