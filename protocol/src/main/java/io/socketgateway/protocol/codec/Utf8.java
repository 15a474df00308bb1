package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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

    /** The text of all these bytes. */
    static String decode(byte[] bytes, String field) {
        String text = orNull(new String(bytes, StandardCharsets.UTF_8), ByteBuffer.wrap(bytes));
        if (text == null) {
            throw ProtocolException.malformed(field + ": invalid UTF-8");
        }
        return text;
    }

    /** The text of a payload; null if that is no UTF-8. */
    static @Nullable String textOf(Payload payload) {
        return orNull(payload.text(), payload.asReadOnlyBuffer());
    }

    /** What was read leniently, which is quick, is right unless it has the character that stands for a fault. */
    private static @Nullable String orNull(String text, ByteBuffer bytes) {
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The text with each unpaired surrogate replaced, so that it can be written. */
    static String paired(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
