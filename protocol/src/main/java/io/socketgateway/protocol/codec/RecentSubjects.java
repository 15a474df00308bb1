package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.socketgateway.protocol.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The subjects that a thread has read lately, at most {@value #PLACES}: one that comes again costs a comparison and no
 * garbage, and is the same object, with its hash and its tokens. Whoever invents subjects only displaces others.
 */
final class RecentSubjects {
    /** A power of two. */
    static final int PLACES = 256;

    private static final long FACTOR = 0x9E3779B97F4A7C15L; // 2^64 divided by the golden ratio: spreads what is alike

    private static final FastThreadLocal<RecentSubjects> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected RecentSubjects initialValue() {
            return new RecentSubjects();
        }
    };

    private final @Nullable Subject[] subjects = new @Nullable Subject[PLACES];
    private final byte[][] encoded = new byte[PLACES][]; // the subject's, at each place that has one
    private final byte[] scratch = new byte[Subject.MAX_BYTES];

    /** Those of this thread. */
    static RecentSubjects ofThread() {
        return OF_THREAD.get();
    }

    /**
     * The subject that stands there, so many bytes long; moves no index.
     *
     * @throws io.socketgateway.protocol.ProtocolException if it is no UTF-8, or no subject
     */
    Subject read(ByteBuf in, int index, int length) {
        if (length > scratch.length) {
            return Subject.of(Utf8.read(in.slice(index, length), length, "subject")); // which says why not
        }
        int place = place(in, index, length);
        in.getBytes(index, scratch, 0, length);
        Subject known = subjects[place];
        byte[] its = encoded[place];
        if (known != null && Arrays.equals(its, 0, its.length, scratch, 0, length)) {
            return known;
        }
        byte[] bytes = Arrays.copyOf(scratch, length);
        return keep(place, Subject.of(Utf8.decode(bytes, "subject")), bytes);
    }

    /**
     * The subject of that text.
     *
     * @throws io.socketgateway.protocol.ProtocolException if it is no subject
     */
    Subject of(String text) {
        int place = place(text.hashCode());
        Subject known = subjects[place];
        return known != null && known.value().equals(text)
                ? known
                : keep(place, Subject.of(text), text.getBytes(StandardCharsets.UTF_8));
    }

    private Subject keep(int place, Subject subject, byte[] bytes) {
        subjects[place] = subject;
        encoded[place] = bytes;
        return subject;
    }

    /** Eight bytes at a time; the last eight may overlap those before. */
    private static int place(ByteBuf in, int index, int length) {
        long mixed = length;
        if (length < Long.BYTES) {
            for (int i = 0; i < length; i++) {
                mixed = mixed << Byte.SIZE ^ in.getByte(index + i);
            }
            return place(mix(mixed));
        }
        for (int i = 0; i < length - Long.BYTES; i += Long.BYTES) {
            mixed = mix(mixed ^ in.getLong(index + i));
        }
        return place(mix(mixed ^ in.getLong(index + length - Long.BYTES)));
    }

    private static long mix(long value) {
        long product = value * FACTOR;
        return product ^ product >>> 32;
    }

    private static int place(long mixed) {
        return place((int) (mixed >>> Integer.SIZE)); // where each byte has left its mark
    }

    private static int place(int hash) {
        return (hash ^ hash >>> 8 ^ hash >>> 16) & PLACES - 1;
    }
}
