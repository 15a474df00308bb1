package io.socketgateway.cli;

import io.socketgateway.protocol.time.NanoClock;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/** Tells the demo's story: scenes with a number, who says what to whom, and whether it went as it should. Any thread. */
final class Narrator {
    private static final int WIDTH = 9;

    private final Console console;
    private final NanoClock clock = NanoClock.system();
    private final boolean plain;
    private int scenes;
    private int failures;
    private boolean sceneFailed;

    Narrator(Console console) {
        this.console = console;
        this.plain = !Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(console::environment)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("")
                .toUpperCase(Locale.ROOT)
                .replace("-", "")
                .contains("UTF8");
    }

    /** A line outside the scenes. */
    synchronized void line(String text) {
        console.line(text);
    }

    /** A heading outside the scenes. */
    synchronized void heading(String text) {
        console.line(styled("1", text));
    }

    /** Begins a scene. */
    synchronized void scene(String name, String what) {
        scenes++;
        sceneFailed = false;
        console.line("");
        console.line(styled("1;36", String.format(Locale.ROOT, "%2d  %s", scenes, name)) + styled("2", "  " + what));
    }

    /** Someone sends something. */
    void sends(String who, String what) {
        says(who, plain ? "->" : "→", what);
    }

    /** Someone receives something. */
    void receives(String who, String what) {
        says(who, plain ? "<-" : "←", what);
    }

    /** Says whether what must be so is so; the demo fails if not. */
    synchronized void check(boolean right, String claim) {
        String mark = right ? styled("32", plain ? "ok" : "✓") : styled("1;31", plain ? "WRONG" : "✗");
        console.line("    " + mark + " " + claim);
        if (!right && !sceneFailed) {
            sceneFailed = true;
            failures++;
        }
    }

    /** The scene broke off. */
    void broke(Exception fault) {
        check(false, "broke off: " + fault);
    }

    synchronized int scenes() {
        return scenes;
    }

    synchronized int failures() {
        return failures;
    }

    /** The time, to measure from. */
    long now() {
        return clock.nanos();
    }

    /** How long it was since then, for people. */
    String since(long start) {
        Duration time = Duration.ofNanos(clock.nanos() - start);
        return time.toSeconds() > 0
                ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3)
                : String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
    }

    private synchronized void says(String who, String arrow, String what) {
        String name = who + " ".repeat(Math.max(0, WIDTH - who.length()));
        console.line("    " + styled("33", name) + " " + styled("2", arrow) + " " + what);
    }

    private String styled(String code, String text) {
        return console.isColoured() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
