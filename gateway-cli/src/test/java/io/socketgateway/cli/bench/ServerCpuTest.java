package io.socketgateway.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This process has the connection 10.0.0.1:40000 to 10.0.0.1:7400, and sockets for datagrams. */
class ServerCpuTest {
    private static final String HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when ...\n";
    private static final String CLIENT_END = "0100000A:9C40 0100000A:1CE8 01";
    private static final String SERVER_END = "0100000A:1CE8 0100000A:9C40 01";
    private static final long CLIENT = 11;
    private static final long SERVER = 22;

    @TempDir
    private Path proc;

    @BeforeEach
    void prepare() throws IOException {
        assumeThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assumeThat(System.getProperty("os.name")).doesNotStartWith("Windows"); // which has no such links
        process("self", CLIENT);
        process("100", CLIENT);
        process("4711", 5, SERVER, 6);
        stat(4711, "gate (way) 1", 250, 50);
        Files.createDirectories(proc.resolve("1")); // of another user: no files to be seen
        Files.createDirectories(proc.resolve("net"));
        table("tcp", line(CLIENT_END, CLIENT), line("00000000:1CE8 00000000:0000 0A", 5), line(SERVER_END, SERVER));
    }

    private void process(String name, long... sockets) throws IOException {
        Path files = Files.createDirectories(proc.resolve(name).resolve("fd"));
        Files.createSymbolicLink(files.resolve("0"), Path.of("pipe:[1]"));
        for (long inode : sockets) {
            Files.createSymbolicLink(files.resolve("" + inode), Path.of("socket:[" + inode + "]"));
        }
    }

    private void stat(long pid, String name, long user, long system) throws IOException {
        Files.writeString(
                proc.resolve(pid + "/stat"),
                pid + " (" + name + ") S 1 2 3 0 -1 4194560 9 8 7 6 " + user + " " + system + " 99 98 20 0 30 0\n");
    }

    private static String line(String addressesAndState, long inode) {
        return "   7: " + addressesAndState + " 00000000:00000000 00:00000000 00000000  1000        0 " + inode
                + " 1 0000000000000000 20 4 30 10 -1\n";
    }

    private void table(String name, String... lines) throws IOException {
        Files.writeString(proc.resolve("net").resolve(name), HEADING + String.join("", lines));
    }

    private ServerCpu begin() {
        return ServerCpu.begin(proc, Set.of(7400));
    }

    @Test
    void theProcessAtTheOtherEndIsFoundAndWhatItSpendsIsCounted() throws IOException {
        ServerCpu cpu = begin();
        stat(4711, "gate (way) 1", 300, 75);
        assertThat(cpu.spent()).isEqualTo(new ServerCpu.Spent(4711, "gate (way) 1", 750_000_000, ""));
    }

    @Test
    void anAddressOfTheNewKindMayBeOneOfTheOld() throws IOException {
        table("tcp", line(SERVER_END, SERVER));
        String mapped = "0000000000000000FFFF0000";
        table("tcp6", line(mapped + "0100000A:9C40 " + mapped + "0100000A:1CE8 01", CLIENT));
        assertThat(begin().spent().pid()).isEqualTo(4711);
    }

    @Test
    void aSocketForDatagramsIsFoundByItsPort() throws IOException {
        table("tcp");
        table("udp", line("0100007F:9C40 0100007F:1CE8 01", CLIENT), line("00000000:1CE8 00000000:0000 07", SERVER));
        assertThat(begin().spent().pid()).isEqualTo(4711);
    }

    @Test
    void aSocketHereForDatagramsIsNotThatOfAnotherMachine() throws IOException {
        table("tcp");
        table("udp", line("0100000A:9C40 0200000A:1CE8 01", CLIENT), line("00000000:1CE8 00000000:0000 07", SERVER));
        assertThat(begin().spent().unknown()).isEqualTo("the gateway is on another machine, or in a container");
    }

    @Test
    void aConnectionToAnotherMachineHasNoOtherEndHere() throws IOException {
        table("tcp", line(CLIENT_END, CLIENT), line("00000000:1CE8 00000000:0000 0A", 5));
        assertThat(begin().spent().unknown()).isEqualTo("the gateway is on another machine, or in a container");
    }

    @Test
    void aConnectionToAnotherPortIsNotTheOneSought() {
        assertThat(ServerCpu.begin(proc, Set.of(7401)).spent().isKnown()).isFalse();
    }

    @Test
    void aProcessThatCannotBeLookedAtIsNotKnown() throws IOException {
        Files.delete(proc.resolve("4711/fd/" + SERVER));
        assertThat(begin().spent().unknown())
                .isEqualTo("the gateway's process belongs to another user, or is in a container");
    }

    @Test
    void aSocketOfSeveralProcessesIsNobodysInParticular() throws IOException {
        process("4712", SERVER);
        assertThat(begin().spent().unknown())
                .isEqualTo("the gateway's sockets belong to several processes, [4711, 4712]");
    }

    @Test
    void aProcessThatHasEndedIsToldAsSuch() throws IOException {
        ServerCpu cpu = begin();
        Files.delete(proc.resolve("4711/stat"));
        assertThat(cpu.spent().unknown()).isEqualTo("the gateway's process 4711 has ended");
    }

    @Test
    void withoutSuchFilesItIsNotKnown() throws IOException {
        Files.delete(proc.resolve("net/tcp"));
        assertThat(begin().spent().unknown()).startsWith("there is no /proc/net/tcp here");
    }

    @Test
    void whatIsNotUnderstoodIsNoFault() throws IOException {
        Files.writeString(proc.resolve("net/tcp"), HEADING + "nonsense\n");
        assertThat(begin().spent().unknown()).startsWith("/proc is not understood: ");
        table("tcp", line(CLIENT_END, CLIENT), line(SERVER_END, SERVER));
        Files.writeString(proc.resolve("4711/stat"), "nonsense");
        assertThat(begin().spent().unknown()).startsWith("/proc/4711/stat is not understood: ");
    }
}
