package io.socketgateway.server.routing;

import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Overflow;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a subscription wants to become of messages that wait for it (SPEC section 4.4.1): the options of SUBSCRIBE.
 *
 * @param overflow what gives way at a bound
 * @param capacity how many may wait
 */
record DeliveryOptions(Overflow overflow, int capacity) {
    /**
     * Reads them; options that are not known are ignored.
     *
     * @throws IllegalArgumentException if one has a value that it cannot have
     */
    static DeliveryOptions of(Headers options) {
        String overflow = options.get(Overflow.OPTION);
        String buffer = options.get(Overflow.BUFFER_OPTION);
        return new DeliveryOptions(
                overflow == null ? Overflow.DROP_OLDEST : overflow(overflow),
                buffer == null ? Integer.MAX_VALUE : capacity(buffer));
    }

    private static Overflow overflow(String text) {
        return Overflow.of(text)
                .orElseThrow(() -> new IllegalArgumentException("overflow: '" + text + "' is none of "
                        + Arrays.stream(Overflow.values()).map(Overflow::text).collect(Collectors.joining(", "))));
    }

    private static int capacity(String text) {
        if (text.matches("[0-9]{1,10}")) {
            long capacity = Long.parseLong(text);
            if (capacity >= 1 && capacity <= Integer.MAX_VALUE) {
                return (int) capacity;
            }
        }
        throw new IllegalArgumentException(
                "buffer: '" + text + "' is not a whole number from 1 to " + Integer.MAX_VALUE);
    }
}
