package io.socketgateway.cli;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command in a process of its own, which alone can be sent signals. */
record ProcessRun(Process process, Path outFile, Path errFile) implements AutoCloseable {
    /** A shell has its background jobs ignore some signals, tests that run in one included, and that is inherited. */
    private static final List<String> WITH_SIGNALS = succeeds("env", "--default-signal=HUP,INT,TERM", "true")
            ? List.of("env", "--default-signal=HUP,INT,TERM")
            : List.of();

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it; what it writes goes to files in the folder. */
    static ProcessRun start(Path folder, List<String> jvmOptions, String... args) throws IOException {
        return start(
                folder, Map.of("GATEWAY_ADMIN_LISTEN", "off"), jvmOptions, args); // its port is one for the machine
    }

    /** The same with these variables. */
    static ProcessRun start(Path folder, Map<String, String> environment, List<String> jvmOptions, String... args)
            throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = Stream.of(
                        WITH_SIGNALS,
                        List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java"),
                        List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp", classPath),
                        jvmOptions,
                        List.of("io.socketgateway.cli.Main"),
                        List.of(args))
                .flatMap(List::stream)
                .toList();
        Path out = Files.createTempFile(folder, args[0], ".out");
        Path err = Files.createTempFile(folder, args[0], ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().remove("GATEWAY_URL");
        builder.environment().putAll(environment);
        return new ProcessRun(builder.start(), out, err);
    }

    /** Sends it a signal, such as {@code TERM}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    String out() {
        return read(outFile);
    }

    String err() {
        return read(errFile);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it has written that on either stream. */
    void awaitText(String text) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> (out() + err()).contains(text));
    }

    /** Waits for its end. */
    int exitCode() {
        return process.onExit()
                .thenCompose(ended -> CompletableFuture.completedFuture(ended.exitValue()))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
