package io.socketgateway.server.routing;

import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What recent subjects matched, at most twice {@link #CACHED} of them. Takes no lock.
 *
 * <p>A change of the patterns is noted, which costs the same however many subjects are kept; a reader holds what it finds
 * against the changes since. So a change drops only the matches that it touches, and those that were not asked for during
 * {@link #NOTED} changes.
 */
final class RecentMatches<V> {
    /** Subjects of one generation; there are two. */
    static final int CACHED = 4096;
    /** Changes that are remembered; a power of two. */
    static final int NOTED = 256;

    /** What matched after so many changes. */
    private record Kept<V>(long changes, List<V> matches) {}

    private final AtomicReferenceArray<@Nullable SubjectPattern> noted = new AtomicReferenceArray<>(NOTED);
    private final AtomicLong changes = new AtomicLong();
    private volatile Map<Subject, Kept<V>> recent = new ConcurrentHashMap<>();
    private volatile Map<Subject, Kept<V>> former = new ConcurrentHashMap<>();

    /** Notes that a pattern has come or gone, after it has; one change at a time. */
    void changed(SubjectPattern pattern) {
        long change = changes.get() + 1;
        noted.set((int) change & NOTED - 1, pattern);
        changes.set(change);
    }

    /** How many changes there were: to be asked before what is kept is found. */
    long changes() {
        return changes.get();
    }

    /** What that subject matches; null if that is not known any more. */
    @Nullable
    List<V> find(Subject subject) {
        Kept<V> kept = recent.get(subject);
        long now = changes.get();
        if (kept != null && kept.changes == now) {
            return kept.matches;
        }
        if (kept == null) {
            kept = former.get(subject);
        }
        if (kept == null || isTouched(subject, kept.changes, now)) {
            return null;
        }
        keep(subject, kept.matches, now);
        return kept.matches;
    }

    private boolean isTouched(Subject subject, long since, long now) {
        if (now - since > NOTED) {
            return true;
        }
        for (long change = since + 1; change <= now; change++) {
            SubjectPattern pattern = noted.get((int) change & NOTED - 1);
            if (pattern == null || pattern.matches(subject)) {
                return true;
            }
        }
        return changes.get() - since >= NOTED; // some note may have been overwritten while it was read
    }

    /** Keeps what a subject was found to match, after so many changes at least. */
    void keep(Subject subject, List<V> matches, long afterChanges) {
        Map<Subject, Kept<V>> current = recent;
        if (current.size() >= CACHED) { // two threads at once may forget more than they must
            former = current;
            current = new ConcurrentHashMap<>();
            recent = current;
        }
        current.put(subject, new Kept<>(afterChanges, matches));
    }

    /** How many subjects are kept. */
    int size() {
        return recent.size() + former.size();
    }
}
