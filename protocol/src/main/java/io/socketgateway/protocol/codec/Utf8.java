package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing cut off. */
final class Utf8 {
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

    /** The text of all these bytes. */
    static String decode(byte[] bytes, String field) {
        for (byte b : bytes) {
            if (b < 0) {
                return decodeStrictly(bytes, field);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1); // ASCII: a plain copy
    }

    private static String decodeStrictly(byte[] bytes, String field) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ProtocolException.malformed(field + ": invalid UTF-8");
        }
    }

    /** The text with each unpaired surrogate replaced, so that it can be written. */
    static String paired(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
