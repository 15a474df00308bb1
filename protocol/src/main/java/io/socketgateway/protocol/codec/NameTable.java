package io.socketgateway.protocol.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is known by a name, found by the name's bytes. Filled once: names that others choose leave no trace. */
final class NameTable<E> {
    private static final int PLACES = 128; // a power of two, and far more than there are names
    private static final long FACTOR = 0x9E3779B97F4A7C15L; // 2^64 divided by the golden ratio: spreads what is alike

    private final @Nullable Object[] values = new @Nullable Object[PLACES];
    private final byte[][] names = new byte[PLACES][];
    private final long[] beginnings = new long[PLACES];

    /** All of them, by their names: ASCII, and not empty. */
    NameTable(E[] all, Function<E, String> nameOf) {
        for (E each : all) {
            byte[] name = nameOf.apply(each).getBytes(StandardCharsets.US_ASCII);
            long beginning = beginning(Arrays.copyOf(name, name.length + Long.BYTES), 0, name.length);
            int place = place(beginning, name.length);
            while (values[place] != null) {
                place = place + 1 & PLACES - 1;
            }
            values[place] = each;
            names[place] = name;
            beginnings[place] = beginning;
        }
    }

    /** What has the name that stands there; null if nothing has. Eight bytes behind the name must be there to be read. */
    @SuppressWarnings("unchecked") // all values come from the constructor
    @Nullable
    E find(byte[] bytes, int start, int end) {
        int length = end - start;
        long beginning = beginning(bytes, start, length);
        for (int place = place(beginning, length); values[place] != null; place = place + 1 & PLACES - 1) {
            byte[] name = names[place];
            if (beginnings[place] == beginning
                    && name.length == length
                    && (length <= Long.BYTES
                            || Arrays.equals(name, Long.BYTES, length, bytes, start + Long.BYTES, end))) {
                return (E) values[place];
            }
        }
        return null;
    }

    /** The first eight bytes, or all if there are less. */
    private static long beginning(byte[] bytes, int start, int length) {
        if (length == 0) {
            return 0;
        }
        long octets = Octets.at(bytes, start);
        return length >= Long.BYTES ? octets : octets & -1L >>> Long.SIZE - Byte.SIZE * length;
    }

    private static int place(long beginning, int length) {
        return (int) ((beginning + length) * FACTOR >>> 57) & PLACES - 1;
    }
}
