package io.socketgateway.server.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them: {@code 8MiB}, {@code 4KiB}, {@code 1048576}. */
final class ByteSize {
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,10}) ?(B|KiB|MiB|GiB)?");

    private ByteSize() {}

    static Optional<Long> read(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        long bytes = Long.parseLong(matcher.group(1)) << shift(unit);
        return Optional.of(bytes);
    }

    static String write(long bytes) {
        for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
            int shift = shift(unit);
            if (bytes != 0 && bytes >>> shift << shift == bytes) {
                return (bytes >>> shift) + unit;
            }
        }
        return Long.toString(bytes);
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
    }
}
