package io.socketgateway.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a frame carries for its receiver: bytes, and what they claim to be. Immutable; equality is by content.
 *
 * <p>Whether bytes that claim to be JSON or text are so is not checked here: only a JSON peer's gateway needs to know.
 *
 * <p>A decoder may lend the bytes of a long payload from where they were received, so that one that is passed on at once is
 * not copied. Then they last as long as the frame is being handled; whoever keeps the frame for longer, or hands it to another
 * thread, says {@link #keep} before. Applications never see a payload that is only lent.
 */
public final class Payload {
    /** No bytes. */
    public static final Payload EMPTY = new Payload(Content.BYTES, new byte[0], null);

    private static final byte[] NO_BYTES = {};

    private final Content content;
    private final byte[] bytes;
    private final @Nullable Loan loan; // in place of the bytes

    private Payload(Content content, byte[] bytes, @Nullable Loan loan) {
        this.content = content;
        this.bytes = bytes;
        this.loan = loan;
    }

    /** Bytes that belong to somebody else, until they are copied or taken back. */
    private static final class Loan {
        private final int length;
        private @Nullable ByteBuffer lent;
        private byte @Nullable [] kept;

        Loan(ByteBuffer lent) {
            this.length = lent.remaining();
            this.lent = lent;
        }

        byte[] kept() {
            byte[] copy = kept;
            if (copy == null) {
                copy = new byte[length];
                ByteBuffer from = lent();
                from.get(from.position(), copy);
                kept = copy;
                lent = null;
            }
            return copy;
        }

        private ByteBuffer lent() {
            if (lent == null) {
                throw new IllegalStateException("payload: its bytes were lent and have been taken back");
            }
            return lent;
        }

        void copyTo(ByteBuffer target) {
            if (kept == null) {
                ByteBuffer from = lent();
                target.put(target.position(), from, from.position(), length);
                target.position(target.position() + length);
            } else {
                target.put(kept);
            }
        }
    }

    /** A payload that takes over the array: the caller must not touch it any more. */
    public static Payload owning(Content content, byte[] bytes) {
        return bytes.length == 0 && content == Content.BYTES ? EMPTY : new Payload(content, bytes, null);
    }

    /** A payload of bytes that are somebody else's, who takes them back once the frame has been handled. */
    public static Payload lent(Content content, ByteBuffer bytes) {
        return new Payload(content, NO_BYTES, new Loan(bytes));
    }

    /**
     * Makes lent bytes its own.
     *
     * @throws IllegalStateException if they have been taken back
     */
    public void keep() {
        if (loan != null) {
            var unused = loan.kept();
        }
    }

    /** Takes lent bytes back: of what nobody has kept, nobody can read any more. */
    public void takeBack() {
        if (loan != null) {
            loan.lent = null;
        }
    }

    private byte[] bytes() {
        return loan == null ? bytes : loan.kept();
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
        return loan == null ? bytes.length : loan.length;
    }

    /** Whether there are no bytes, whatever they claim to be. */
    public boolean isEmpty() {
        return length() == 0;
    }

    /** The bytes read as UTF-8; what is not UTF-8 becomes U+FFFD. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes().clone();
    }

    /** A read-only view of the bytes. */
    public ByteBuffer asReadOnlyBuffer() {
        return ByteBuffer.wrap(bytes()).asReadOnlyBuffer();
    }

    /** Puts all bytes into the target, which must have room for {@link #length()}. */
    public void copyTo(ByteBuffer target) {
        if (loan == null) {
            target.put(bytes);
        } else {
            loan.copyTo(target);
        }
    }

    /** Puts all bytes into the target from that index on, which must have room for {@link #length()}. */
    public void copyTo(byte[] target, int index) {
        if (loan == null) {
            System.arraycopy(bytes, 0, target, index, bytes.length);
        } else {
            loan.copyTo(ByteBuffer.wrap(target, index, loan.length));
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Payload that && content == that.content && Arrays.equals(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
        return 31 * content.hashCode() + Arrays.hashCode(bytes());
    }

    /** The content and size, never the bytes: they are the users', and logs are read by others. */
    @Override
    public String toString() {
        return content + "[" + length() + "]";
    }
}
