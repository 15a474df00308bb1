package io.socketgateway.protocol.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The escapes of JSON's strings: read all of them, write those that must be. */
final class JsonEscapes {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LETTERS = "btnfr".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MEANINGS = "\b\t\n\f\r".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LETTER_OF = new byte[128]; // 0 if it has none
    private static final byte[] MEANING_OF = new byte[128];

    static {
        LETTER_OF['"'] = '"';
        LETTER_OF['\\'] = '\\';
        MEANING_OF['"'] = '"';
        MEANING_OF['\\'] = '\\';
        MEANING_OF['/'] = '/';
        for (int i = 0; i < LETTERS.length; i++) {
            LETTER_OF[MEANINGS[i]] = LETTERS[i];
            MEANING_OF[LETTERS[i]] = MEANINGS[i];
        }
    }

    private JsonEscapes() {}

    /** Whether that character stands in a string only by an escape. */
    static boolean isNeeded(int ascii) {
        return ascii < ' ' || ascii == '"' || ascii == '\\';
    }

    /** Whether a backslash and that letter are an escape. */
    static boolean isShort(byte letter) {
        return letter > 0 && MEANING_OF[letter] != 0;
    }

    /** How many bytes {@link #put} puts for a character that needs an escape. */
    static int length(int ascii) {
        return LETTER_OF[ascii] == 0 ? 6 : 2;
    }

    /** Puts the escape of a character that needs one; returns where it ends. */
    static int put(int ascii, byte[] bytes, int index) {
        int i = index;
        bytes[i++] = '\\';
        byte letter = LETTER_OF[ascii];
        if (letter != 0) {
            bytes[i++] = letter;
            return i;
        }
        bytes[i++] = 'u';
        bytes[i++] = '0';
        bytes[i++] = '0';
        bytes[i++] = HEX[ascii >> 4];
        bytes[i++] = HEX[ascii & 0xF];
        return i;
    }

    /**
     * How many bytes more a text has with its escapes; -1 if it is no UTF-8. The byte at its end is 0, and seven more can
     * be read.
     */
    static long growth(byte[] bytes, int start, int end) {
        long growth = 0;
        int i = start;
        while (true) {
            long unusual = Octets.unusual(Octets.at(bytes, i));
            if (unusual == 0) {
                i += Long.BYTES;
                continue;
            }
            i += Octets.before(unusual);
            if (i == end) {
                return growth;
            }
            if (bytes[i] >= 0) {
                growth += length(bytes[i++]) - 1;
            }
            while (bytes[i] < 0) {
                i = Utf8.next(bytes, i);
                if (i < 0) {
                    return -1;
                }
            }
        }
    }

    /** Writes the escapes into a text of which the growth is known: it makes room for them at once, and comes back by pieces. */
    static void spread(byte[] bytes, int start, int end, int growth) {
        System.arraycopy(bytes, start, bytes, start + growth, end - start);
        int from = start + growth;
        int stop = end + growth;
        bytes[stop] = 0;
        int to = start;
        while (true) {
            long octets = Octets.at(bytes, from);
            long unusual = Octets.unusual(octets);
            if (unusual == 0) {
                Octets.put(octets, bytes, to);
                from += Long.BYTES;
                to += Long.BYTES;
                continue;
            }
            for (int plain = Octets.before(unusual); plain > 0; plain--) {
                bytes[to++] = bytes[from++];
            }
            if (from == stop) {
                return;
            }
            if (bytes[from] >= 0) {
                to = put(bytes[from++], bytes, to);
            }
            while (bytes[from] < 0) {
                bytes[to++] = bytes[from++];
            }
        }
    }

    /**
     * The UTF-8 of what stands between quotation marks, which is well-formed; null if a surrogate has no other half. Eight
     * bytes behind it must be there to be read.
     */
    static byte @Nullable [] resolve(byte[] bytes, int start, int end) {
        byte[] text = new byte[end - start + Long.BYTES]; // no escape is shorter than what it means
        int length = 0;
        int i = start;
        while (i < end) {
            long octets = Octets.at(bytes, i);
            long backslashes = Octets.backslashes(octets);
            Octets.put(octets, text, length); // what are too many is overwritten, or cut off
            int plain = Math.min(Octets.before(backslashes), end - i); // eight if there is none
            i += plain;
            length += plain;
            if (i == end || backslashes == 0) {
                continue;
            }
            byte letter = bytes[i + 1];
            i += 2;
            if (letter != 'u') {
                text[length++] = MEANING_OF[letter];
                continue;
            }
            int point = unit(bytes, i);
            i += 4;
            if (Character.isSurrogate((char) point)) {
                boolean halves = i < end && bytes[i] == '\\' && bytes[i + 1] == 'u';
                char other = halves ? unit(bytes, i + 2) : 0;
                if (!Character.isSurrogatePair((char) point, other)) {
                    return null;
                }
                point = Character.toCodePoint((char) point, other);
                i += 6;
            }
            length = Utf8.put(point, text, length);
        }
        return Arrays.copyOf(text, length);
    }

    private static char unit(byte[] bytes, int index) {
        int unit = 0;
        for (int i = index; i < index + 4; i++) {
            unit = unit << 4 | Character.digit(bytes[i], 16);
        }
        return (char) unit;
    }
}
