package io.socketgateway.cli;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs one command as the process would, on a thread of its own, with buffers in place of the process's streams. */
final class CommandRun {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;

    private CommandRun(Map<String, String> environment, byte[] input, String... args) {
        Console console = new Console(new ByteArrayInputStream(input), out, err, false, environment);
        thread = new Thread(
                () -> {
                    try {
                        exitCode.complete(GatewayCommand.commandLine(console).execute(args));
                    } catch (Throwable e) {
                        exitCode.completeExceptionally(e);
                    }
                },
                "gateway " + String.join(" ", args));
        thread.setDaemon(true);
        thread.start();
    }

    /** A gateway's address, and what is given to the commands that speak to it. */
    record Caller(String url, String input) {
        static Caller of(String url) {
            return new Caller(url, "");
        }

        Caller withInput(String newInput) {
            return new Caller(url, newInput);
        }

        /** Starts a command. */
        CommandRun start(String... args) {
            return new CommandRun(Map.of("GATEWAY_URL", url), input.getBytes(StandardCharsets.UTF_8), args);
        }

        /** Runs a command to its end. */
        CommandRun run(String... args) {
            CommandRun run = start(args);
            run.exitCode();
            return run;
        }
    }

    /** Starts a command with nothing but these variables. */
    static CommandRun start(Map<String, String> environment, String... args) {
        return new CommandRun(new HashMap<>(environment), new byte[0], args);
    }

    /** Runs a command that needs no gateway. */
    static CommandRun run(String... args) {
        CommandRun run = start(Map.of(), args);
        run.exitCode();
        return run;
    }

    /** Waits for the end. */
    int exitCode() {
        return exitCode.orTimeout(30, TimeUnit.SECONDS).join();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    byte[] outBytes() {
        return out.toByteArray();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Waits until a note holds that text. */
    CommandRun awaitErr(String text) {
        await().until(() -> err().contains(text));
        return this;
    }

    /** Waits until the results hold that text. */
    CommandRun awaitOut(String text) {
        await().until(() -> out().contains(text));
        return this;
    }

    /** Interrupts its thread. */
    void interrupt() {
        thread.interrupt();
    }
}
