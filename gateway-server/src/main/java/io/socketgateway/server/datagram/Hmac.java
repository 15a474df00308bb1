package io.socketgateway.server.datagram;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA256 (RFC 2104) under one key. It needs the hash alone, which is at hand; the platform's own has every provider of
 * cryptography looked through, at a tenth of a start. Belongs to one thread.
 */
final class Hmac {
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5C;

    private final MessageDigest hash;
    private final byte[] inner;
    private final byte[] outer;

    /** Under that key, of at most 64 bytes. */
    Hmac(byte[] key) {
        if (key.length > BLOCK_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
        try {
            hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
        inner = pad(key, INNER);
        outer = pad(key, OUTER);
    }

    private static byte[] pad(byte[] key, byte with) {
        byte[] block = Arrays.copyOf(key, BLOCK_BYTES);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            block[i] ^= with;
        }
        return block;
    }

    /** The 32 bytes that prove this text. */
    byte[] of(byte[] text) {
        hash.update(inner);
        byte[] digest = hash.digest(text);
        hash.update(outer);
        return hash.digest(digest);
    }
}
