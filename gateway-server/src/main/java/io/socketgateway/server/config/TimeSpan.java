package io.socketgateway.server.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 250ms}, {@code 10s}, {@code 10m}, {@code 1h}; to the millisecond. */
public final class TimeSpan {
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,12}) ?(ms|s|m|h)");

    private TimeSpan() {}

    /** What a text means; empty if it is no time. */
    public static Optional<Duration> read(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis(Long.parseLong(matcher.group(1)) * millis(matcher.group(2))));
    }

    /** The shortest text that means this, to the millisecond. */
    public static String write(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : new String[] {"h", "m", "s"}) {
            if (millis % millis(unit) == 0 && (millis != 0 || unit.equals("s"))) {
                return millis / millis(unit) + unit;
            }
        }
        return millis + "ms";
    }

    private static long millis(String unit) {
        return switch (unit) {
            case "h" -> 3_600_000;
            case "m" -> 60_000;
            case "s" -> 1_000;
            default -> 1;
        };
    }
}
