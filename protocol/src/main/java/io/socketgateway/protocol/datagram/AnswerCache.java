package io.socketgateway.protocol.datagram;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import io.socketgateway.protocol.time.TimerWheel.Timer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answers that were given, kept for repeats for a while: bounded in bytes for each session and in all; the oldest go
 * first. One for all sessions of an event loop, and it belongs to that loop.
 */
public final class AnswerCache {
    private static final int OVERHEAD_BYTES = 128; // the objects of an entry and of its frame
    private static final int LEAST_PLACES = 2;

    private final TimerWheel timers;
    private final NanoClock clock;
    private final long maxBytes;
    private final long maxBytesPerSession;
    private final long keepNanos;
    private final Consumer<Bound> dropped;
    private final Timer expiry = new Timer(this::expire);
    private final Entry ends = new Entry(null, 0, null, 0, 0); // next: the oldest, previous: the youngest
    private long bytes;
    private int size;

    /** What an answer had to go for. */
    public enum Bound {
        /** The bytes of its session. */
        SESSION_BYTES,
        /** The bytes of all sessions. */
        ALL_BYTES,
        /** Its time. */
        TIME
    }

    /** The same with nobody who counts. */
    public AnswerCache(TimerWheel timers, NanoClock clock, long maxBytes, long maxBytesPerSession, Duration keep) {
        this(timers, clock, maxBytes, maxBytesPerSession, keep, bound -> {});
    }

    /**
     * An empty one.
     *
     * @param maxBytes the bound for all sessions together
     * @param maxBytesPerSession the bound for each
     * @param keep how long an answer is kept at most
     * @param dropped told of each answer that had to go, but not of those whose session is gone
     */
    public AnswerCache(
            TimerWheel timers,
            NanoClock clock,
            long maxBytes,
            long maxBytesPerSession,
            Duration keep,
            Consumer<Bound> dropped) {
        this.timers = timers;
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.maxBytesPerSession = maxBytesPerSession;
        this.keepNanos = keep.toNanos();
        this.dropped = dropped;
    }

    private static final class Entry {
        private final @Nullable Answers owner; // null at the ends of the list
        private final int id;
        private final @Nullable Frame frame;
        private final int bytes;
        private final long keptNanos;
        private Entry previous = this;
        private Entry next = this;
        private @Nullable Entry youngerOfOwner;
        private @Nullable Entry sharesPlaceWith; // in the owner's table

        Entry(@Nullable Answers owner, int id, @Nullable Frame frame, int bytes, long keptNanos) {
            this.owner = owner;
            this.id = id;
            this.frame = frame;
            this.bytes = bytes;
            this.keptNanos = keptNanos;
        }
    }

    /** About how many bytes are kept. */
    public long bytes() {
        return bytes;
    }

    /** How many answers are kept. */
    public int size() {
        return size;
    }

    /** The answers of one more session. */
    Answers answers() {
        return new Answers();
    }

    private void expire() {
        long now = clock.nanos();
        while (ends.next != ends && now - ends.next.keptNanos >= keepNanos) {
            removeOldest();
            dropped.accept(Bound.TIME);
        }
        if (ends.next != ends) {
            timers.startAt(expiry, ends.next.keptNanos + keepNanos);
        }
    }

    private void removeOldest() {
        Answers owner = ends.next.owner;
        if (owner != null) {
            owner.removeOldest();
        }
    }

    private void append(Entry entry) {
        entry.previous = ends.previous;
        entry.next = ends;
        ends.previous.next = entry;
        ends.previous = entry;
        bytes += entry.bytes;
        size++;
        if (!expiry.isStarted()) {
            timers.startAt(expiry, entry.keptNanos + keepNanos);
        }
    }

    private void unlink(Entry entry) {
        entry.previous.next = entry.next;
        entry.next.previous = entry.previous;
        entry.next = entry; // what is old and gone must not keep what came after it
        entry.previous = entry;
        bytes -= entry.bytes;
        size--;
        if (size == 0) {
            expiry.cancel();
        }
    }

    /**
     * What one session was answered. Ids mostly come one after another: by their low bits they have a place each in a small
     * table, and neighbours share a cache line. Those that meet in one place make a list.
     */
    final class Answers {
        private @Nullable Entry[] byId = new @Nullable Entry[LEAST_PLACES]; // a power of two
        private int kept;
        private @Nullable Entry oldest;
        private @Nullable Entry youngest;
        private long sessionBytes;

        private Answers() {}

        /** The answer to that id, if it is still kept. */
        @Nullable
        Frame find(int id) {
            Entry entry = entry(id);
            return entry == null || clock.nanos() - entry.keptNanos >= keepNanos ? null : entry.frame;
        }

        private @Nullable Entry entry(int id) {
            Entry entry = byId[place(id)];
            while (entry != null && entry.id != id) {
                entry = entry.sharesPlaceWith;
            }
            return entry;
        }

        /** Neighbours stay neighbours, and ids in long steps do not meet. */
        private int place(int id) {
            return (id ^ id >>> 8 ^ id >>> 16 ^ id >>> 24) & byId.length - 1;
        }

        /** Keeps an answer; the first one to an id stays. */
        void keep(Frame answer) {
            if (entry(answer.id()) != null) {
                return;
            }
            int entryBytes = OVERHEAD_BYTES + FrameCodec.contentBytes(answer);
            Entry entry = new Entry(this, answer.id(), answer, entryBytes, clock.nanos());
            if (kept == byId.length) {
                grow();
            }
            place(entry);
            kept++;
            append(entry);
            sessionBytes += entryBytes;
            if (youngest == null) {
                oldest = entry;
            } else {
                youngest.youngerOfOwner = entry;
            }
            youngest = entry;
            while (sessionBytes > maxBytesPerSession) {
                removeOldest();
                dropped.accept(Bound.SESSION_BYTES);
            }
            while (bytes > maxBytes) {
                AnswerCache.this.removeOldest();
                dropped.accept(Bound.ALL_BYTES);
            }
        }

        private void place(Entry entry) {
            int place = place(entry.id);
            entry.sharesPlaceWith = byId[place];
            byId[place] = entry;
        }

        private void grow() {
            @Nullable Entry[] smaller = byId;
            byId = new @Nullable Entry[2 * smaller.length];
            for (Entry first : smaller) {
                Entry entry = first;
                while (entry != null) {
                    Entry next = entry.sharesPlaceWith;
                    place(entry);
                    entry = next;
                }
            }
        }

        private void displace(Entry entry) {
            int place = place(entry.id);
            Entry before = null;
            for (Entry each = byId[place]; each != null && each != entry; each = each.sharesPlaceWith) {
                before = each;
            }
            if (before == null) {
                byId[place] = entry.sharesPlaceWith;
            } else {
                before.sharesPlaceWith = entry.sharesPlaceWith;
            }
            entry.sharesPlaceWith = null;
        }

        private void removeOldest() {
            Entry entry = oldest;
            if (entry != null) {
                oldest = entry.youngerOfOwner;
                entry.youngerOfOwner = null;
                if (oldest == null) {
                    youngest = null;
                }
                displace(entry);
                kept--;
                sessionBytes -= entry.bytes;
                unlink(entry);
            }
        }

        /** How many are kept. */
        int size() {
            return kept;
        }

        /** Forgets all: the session is gone. */
        void clear() {
            while (oldest != null) {
                removeOldest();
            }
        }
    }
}
