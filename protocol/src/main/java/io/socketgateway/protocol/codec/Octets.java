package io.socketgateway.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes of an array at once; the first of them is the lowest of the number. */
final class Octets {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Octets() {}

    static long at(byte[] bytes, int index) {
        return (long) LONGS.get(bytes, index);
    }

    static void put(long octets, byte[] bytes, int index) {
        LONGS.set(bytes, index, octets);
    }

    /** The high bit of each byte that is a backslash. Right up to the first, as is what follows. */
    static long backslashes(long octets) {
        long zeros = octets ^ '\\' * LOW_BITS;
        return zeros - LOW_BITS & ~zeros & HIGH_BITS;
    }

    /**
     * The high bit of each byte that a string of JSON does not hold as it is: quotation mark, backslash, control
     * character, or no ASCII. Right up to the first of them; those behind it may be marked for nothing.
     */
    static long unusual(long octets) {
        long quotes = octets ^ '"' * LOW_BITS;
        long backslashes = octets ^ '\\' * LOW_BITS;
        return (octets | quotes - LOW_BITS | backslashes - LOW_BITS | octets - ' ' * LOW_BITS) & HIGH_BITS;
    }

    /** How many bytes there are before the first that is marked. */
    static int before(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }
}
