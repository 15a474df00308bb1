package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing cut off. */
final class Utf8 {
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** Reads so many bytes as text; the caller has checked that they are there. */
    static String read(ByteBuf in, int length, String field) {
        if (length == 0) {
            return "";
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return decode(bytes, field);
    }

    /** The text of all these bytes. Read leniently, which is quick, it is right unless a fault may have been replaced. */
    static String decode(byte[] bytes, String field) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ProtocolException.malformed(field + ": invalid UTF-8");
        }
    }

    /**
     * Where the character ends that begins with the byte at that index, which is no ASCII; -1 if there is none. Reads no
     * further than the first byte that cannot belong to it, so an ASCII one behind the text is enough of an end.
     */
    static int next(byte[] bytes, int index) {
        int lead = bytes[index] & 0xFF;
        if (lead < 0xE0) {
            return lead >= 0xC2 && continues(bytes, index + 1) ? index + 2 : -1;
        }
        int second = bytes[index + 1] & 0xFF;
        if (lead < 0xF0) {
            int least = lead == 0xE0 ? 0xA0 : 0x80; // else overlong
            int most = lead == 0xED ? 0x9F : 0xBF; // else a surrogate
            return second >= least && second <= most && continues(bytes, index + 2) ? index + 3 : -1;
        }
        int least = lead == 0xF0 ? 0x90 : 0x80; // else overlong
        int most = lead == 0xF4 ? 0x8F : 0xBF; // else beyond the last character
        return lead <= 0xF4
                        && second >= least
                        && second <= most
                        && continues(bytes, index + 2)
                        && continues(bytes, index + 3)
                ? index + 4
                : -1;
    }

    private static boolean continues(byte[] bytes, int index) {
        return (bytes[index] & 0xC0) == 0x80;
    }

    /** Whether all this is UTF-8; the byte at the end must be there, and be ASCII. */
    static boolean isValid(byte[] bytes, int start, int end) {
        for (int i = start; i < end; ) {
            i = bytes[i] >= 0 ? i + 1 : next(bytes, i);
            if (i < 0) {
                return false;
            }
        }
        return true;
    }

    /** Puts a character there, which is no surrogate; returns where it ends. */
    static int put(int codePoint, byte[] bytes, int index) {
        int i = index;
        if (codePoint < 0x80) {
            bytes[i++] = (byte) codePoint;
            return i;
        }
        if (codePoint < 0x800) {
            bytes[i++] = (byte) (0xC0 | codePoint >> 6);
        } else {
            if (codePoint < 0x10000) {
                bytes[i++] = (byte) (0xE0 | codePoint >> 12);
            } else {
                bytes[i++] = (byte) (0xF0 | codePoint >> 18);
                bytes[i++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
            }
            bytes[i++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        }
        bytes[i++] = (byte) (0x80 | codePoint & 0x3F);
        return i;
    }
}
