package io.socketgateway.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command reads and writes: results on the one stream, notes and faults on the other, both in UTF-8. Any thread
 * may write; a line is never torn. Tests put buffers in place of the process's own streams.
 */
final class Console {
    private final InputStream in;
    private final OutputStream out;
    private final PrintWriter notes;
    private final boolean terminal;
    private final Map<String, String> environment;

    /**
     * A console of these streams.
     *
     * @param terminal whether {@code out} is a screen that a person looks at
     */
    Console(InputStream in, OutputStream out, OutputStream err, boolean terminal, Map<String, String> environment) {
        this.in = in;
        this.out = new BufferedOutputStream(out);
        this.notes = new PrintWriter(err, true, StandardCharsets.UTF_8);
        this.terminal = terminal;
        this.environment = Map.copyOf(environment);
    }

    /** The process's own streams. The launcher knows whether they are a terminal and says so by a property. */
    static Console ofProcess() {
        return new Console(
                System.in,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                Boolean.getBoolean("gateway.terminal"),
                System.getenv());
    }

    /** Writes a line of results and lets it go at once. */
    synchronized void line(String text) {
        bytes((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Writes results as they are and lets them go at once. */
    synchronized void bytes(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new OutputClosedException(e);
        }
    }

    /** Writes a line for the person at the keyboard, beside the results, and also while nobody takes those. */
    void note(String text) {
        notes.println(text); // has a lock of its own
    }

    /** What the user gives on standard input. */
    InputStream in() {
        return in;
    }

    /** The value of an environment variable; empty if there is none. */
    String environment(String name) {
        return environment.getOrDefault(name, "");
    }

    /** All environment variables. */
    Map<String, String> environment() {
        return environment;
    }

    /** Whether results go to a screen. */
    boolean isTerminal() {
        return terminal;
    }

    /** Whether results may be coloured: on a screen, unless the user wants none (no-color.org). */
    boolean isColoured() {
        return terminal
                && environment("NO_COLOR").isEmpty()
                && !environment("TERM").equals("dumb");
    }

    /** A writer for help texts, to where results go. */
    PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    /** A writer to where notes go. */
    PrintWriter noteWriter() {
        return notes;
    }
}
