package io.socketgateway.client.internal;

import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;

/** How much memory frames hold and how long durations are. */
final class Measures {
    private static final int FIXED_BYTES = 64;

    private Measures() {}

    /** What a frame holds while it waits, near enough for a bound. */
    static int of(Headers headers, Payload payload) {
        int bytes = FIXED_BYTES + payload.length();
        for (int i = 0; i < headers.size(); i++) {
            bytes += headers.name(i).length() + headers.value(i).length();
        }
        return bytes;
    }

    /** Nanoseconds of a duration; the longest are cut to some 146 years, so that sums do not overflow. */
    static long nanos(Duration duration) {
        try {
            return Math.min(duration.toNanos(), Long.MAX_VALUE / 2);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE / 2;
        }
    }
}
