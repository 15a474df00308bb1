package io.socketgateway.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a frame carries for its receiver: bytes, and what they claim to be. Immutable; equality is by content.
 *
 * <p>Whether bytes that claim to be JSON or text are so is not checked here: only a JSON peer's gateway needs to know.
 */
public final class Payload {
    /** No bytes. */
    public static final Payload EMPTY = new Payload(Content.BYTES, new byte[0]);

    private final Content content;
    private final byte[] bytes;

    private Payload(Content content, byte[] bytes) {
        this.content = content;
        this.bytes = bytes;
    }

    /** A payload that takes over the array: the caller must not touch it any more. */
    public static Payload owning(Content content, byte[] bytes) {
        return bytes.length == 0 && content == Content.BYTES ? EMPTY : new Payload(content, bytes);
    }

    /** A payload of a copy of these bytes. */
    public static Payload bytes(byte[] bytes) {
        return owning(Content.BYTES, bytes.clone());
    }

    /** A payload of UTF-8 text. */
    public static Payload text(String text) {
        return owning(Content.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A payload of one JSON document, carried as written. */
    public static Payload json(String json) {
        return owning(Content.JSON, json.getBytes(StandardCharsets.UTF_8));
    }

    /** A payload of a copy of this CBOR. */
    public static Payload cbor(byte[] bytes) {
        return owning(Content.CBOR, bytes.clone());
    }

    /** What the bytes claim to be. */
    public Content content() {
        return content;
    }

    /** The number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** Whether there are no bytes, whatever they claim to be. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The bytes read as UTF-8; what is not UTF-8 becomes U+FFFD. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** A read-only view of the bytes. */
    public ByteBuffer asReadOnlyBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Puts all bytes into the target, which must have room for {@link #length()}. */
    public void copyTo(ByteBuffer target) {
        target.put(bytes);
    }

    /** Puts all bytes into the target from that index on, which must have room for {@link #length()}. */
    public void copyTo(byte[] target, int index) {
        System.arraycopy(bytes, 0, target, index, bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Payload that && content == that.content && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * content.hashCode() + Arrays.hashCode(bytes);
    }

    /** The content and size, never the bytes: they are the users', and logs are read by others. */
    @Override
    public String toString() {
        return content + "[" + bytes.length + "]";
    }
}
