package io.socketgateway.cli;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** A line of the log as an object of JSON, with the same members whoever writes it. */
final class LogLine {
    private static final DateTimeFormatter TIMESTAMP =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(); // in UTC, and always as long

    private LogLine() {}

    /**
     * The object, without a line end.
     *
     * @param exception what was thrown, with its trace; empty if nothing was
     */
    static String json(long epochMillis, String level, String logger, String message, String thread, String exception) {
        JsonLine line = new JsonLine()
                .text("timestamp", TIMESTAMP.format(Instant.ofEpochMilli(epochMillis)))
                .text("level", level)
                .text("logger", logger)
                .text("message", message)
                .text("thread", thread);
        return (exception.isEmpty() ? line : line.text("exception", exception)).end();
    }
}
