package io.socketgateway.cli.bench;

import io.socketgateway.protocol.Payload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a message of a fan-out load says of itself, in its first {@value #BYTES} bytes.
 *
 * @param run of which run it is: what others publish, and what is left of a warm-up, does not count
 * @param lane which publisher sent it
 * @param sequence how many were sent before
 * @param dueNanos when it was due, by the clock of this process
 */
record Stamp(long run, int lane, long sequence, long dueNanos) {
    /** How long it is. */
    static final int BYTES = 28;

    /** A message of that many bytes that begins with it. */
    Payload payload(int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putLong(run).putInt(lane).putLong(sequence).putLong(dueNanos);
        return Payload.bytes(bytes.array());
    }

    /** What a message says; null if it is too short to say it. */
    static @Nullable Stamp of(Payload payload) {
        ByteBuffer bytes = payload.asReadOnlyBuffer();
        return bytes.remaining() < BYTES
                ? null
                : new Stamp(bytes.getLong(), bytes.getInt(), bytes.getLong(), bytes.getLong());
    }
}
