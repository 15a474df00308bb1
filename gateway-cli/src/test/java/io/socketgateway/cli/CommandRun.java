package io.socketgateway.cli;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs one command as the process would, on a thread of its own, with buffers in place of the process's streams. */
final class CommandRun {
    private final GatedOutput out;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;

    private CommandRun(Map<String, String> environment, byte[] input, boolean reads, String... args) {
        out = new GatedOutput(reads);
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
    record Caller(String url, String input, boolean reads) {
        static Caller of(String url) {
            return new Caller(url, "", true);
        }

        Caller withInput(String newInput) {
            return new Caller(url, newInput, reads);
        }

        /** One whose commands write to a pipe that nobody reads until {@link CommandRun#read}. */
        Caller readingSlowly() {
            return new Caller(url, input, false);
        }

        /** Starts a command. */
        CommandRun start(String... args) {
            return new CommandRun(Map.of("GATEWAY_URL", url), input.getBytes(StandardCharsets.UTF_8), reads, args);
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
        return new CommandRun(new HashMap<>(environment), new byte[0], true, args);
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
        return out.taken.toString(StandardCharsets.UTF_8);
    }

    byte[] outBytes() {
        return out.taken.toByteArray();
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

    /** Reads its results from now on. */
    void read() {
        out.gate.countDown();
    }

    /** Takes what is written once its gate is open. */
    private static final class GatedOutput extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch gate;

        GatedOutput(boolean open) {
            gate = new CountDownLatch(open ? 0 : 1);
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            taken.write(bytes, offset, length);
        }
    }

    /** Interrupts its thread. */
    void interrupt() {
        thread.interrupt();
    }
}
