package io.socketgateway.server;

import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.metrics.Counters;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A gateway in a process of its own, which may have as many file descriptors as the test says and no more. */
final class ChildGateway implements AutoCloseable {
    private static final String PRLIMIT = "prlimit";

    private final Process process;
    private final BufferedReader answers;
    private final InetSocketAddress address;

    /** What the child says of itself: one line of numbers for each line that it reads. */
    record Figures(int sessions, long acceptsFailed, long acceptingPaused, long bossCpuMillis) {
        static Figures parse(String line) {
            long[] figures =
                    Stream.of(line.split(" ")).mapToLong(Long::parseLong).toArray();
            return new Figures((int) figures[0], figures[1], figures[2], figures[3]);
        }

        @Override
        public String toString() {
            return sessions + " " + acceptsFailed + " " + acceptingPaused + " " + bossCpuMillis;
        }
    }

    /** Runs in the child: starts a gateway and says what is asked until there is no more to read. */
    public static void main(String... keysAndValues) throws IOException {
        GatewayConfig config = GatewayConfig.defaults().withListeners("tcp://127.0.0.1:0");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config = config.with(keysAndValues[i], keysAndValues[i + 1]);
        }
        PrintStream out = System.out;
        try (Gateway gateway = Gateway.builder(config).start();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            out.println(gateway.addresses().get(0).getPort());
            while (in.readLine() != null) {
                Counters counters = gateway.counters();
                out.println(new Figures(
                        gateway.sessionCount(),
                        counters.acceptsFailed.sum(),
                        counters.acceptingPaused.sum(),
                        bossCpuMillis()));
            }
        }
    }

    private static long bossCpuMillis() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("gateway-boss"))
                .mapToLong(thread -> TimeUnit.NANOSECONDS.toMillis(threads.getThreadCpuTime(thread.getThreadId())))
                .sum();
    }

    private ChildGateway(Process process) throws IOException {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(answers.readLine()));
    }

    /** Whether this system can bound the descriptors of one process. */
    static boolean canBeBounded() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, PRLIMIT)));
    }

    /** Starts one with so many descriptors and these settings: key, value, key, value … */
    static ChildGateway start(int descriptors, String... keysAndValues) {
        List<String> command = new ArrayList<>(List.of(
                PRLIMIT,
                "--nofile=" + descriptors + ":" + descriptors,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ChildGateway.class.getName()));
        command.addAll(List.of(keysAndValues));
        try {
            return new ChildGateway(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    Figures figures() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            return Figures.parse(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
