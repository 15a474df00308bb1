package io.socketgateway.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code gateway serve} as a process of its own, which can be ended without a word. */
final class ServeProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("gateway ready: tcp://127\\.0\\.0\\.1:([0-9]+).*");

    private final Process process;
    private final int port;

    private ServeProcess(Process process) {
        this.process = process;
        this.port = Await.value(CompletableFuture.supplyAsync(() -> readPort(process)));
        Thread reader = new Thread(() -> skip(process), "reads-the-log");
        reader.setDaemon(true);
        reader.start();
    }

    private static int readPort(Process process) {
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.matches()) {
                    return Integer.parseInt(ready.group(1));
                }
            }
            throw new IllegalStateException("the gateway has ended before it was ready");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void skip(Process process) {
        try {
            process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // it has ended
        }
    }

    /** Starts one on that port, 0 for any, with these settings ({@code key=value}). */
    static ServeProcess start(int port, String... settings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.socketgateway.cli.Main",
                "serve",
                "--listen",
                "tcp://127.0.0.1:" + port,
                "--set",
                "admin.listen=off"));
        for (String setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        try {
            return new ServeProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** Ends it at once (SIGKILL): the system closes its sockets, it says nothing. */
    void kill() {
        process.destroyForcibly();
        Await.value(process.onExit());
    }

    @Override
    public void close() {
        kill();
    }
}
