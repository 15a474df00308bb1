package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.socketgateway.protocol.Subject;
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
        in.getBytes(index, scratch, 0, length);
        return read(scratch, 0, length);
    }

    /**
     * The subject that stands there, so many bytes long.
     *
     * @throws io.socketgateway.protocol.ProtocolException if it is no UTF-8, or no subject
     */
    Subject read(byte[] in, int index, int length) {
        int place = place(in, index, length);
        Subject known = subjects[place];
        byte[] its = encoded[place];
        if (known != null && Arrays.equals(its, 0, its.length, in, index, index + length)) {
            return known;
        }
        byte[] bytes = Arrays.copyOfRange(in, index, index + length);
        Subject subject = Subject.of(Utf8.decode(bytes, "subject"));
        subjects[place] = subject;
        encoded[place] = bytes;
        return subject;
    }

    /** Eight bytes at a time; the last eight may overlap those before. */
    private static int place(byte[] in, int index, int length) {
        long mixed = length;
        if (length < Long.BYTES) {
            for (int i = 0; i < length; i++) {
                mixed = mixed << Byte.SIZE ^ in[index + i];
            }
            return place(mix(mixed));
        }
        for (int i = 0; i < length - Long.BYTES; i += Long.BYTES) {
            mixed = mix(mixed ^ Octets.at(in, index + i));
        }
        return place(mix(mixed ^ Octets.at(in, index + length - Long.BYTES)));
    }

    private static long mix(long value) {
        long product = value * FACTOR;
        return product ^ product >>> 32;
    }

    private static int place(long mixed) {
        int hash = (int) (mixed >>> Integer.SIZE); // where each byte has left its mark
        return (hash ^ hash >>> 8 ^ hash >>> 16) & PLACES - 1;
    }
}
