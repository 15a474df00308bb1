package io.socketgateway.server.routing;

import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values by subject pattern, and the values that match a subject, the most specific pattern first: token by token from
 * the left a literal goes before {@code *}, and that before {@code >}.
 *
 * <p>Reading takes no lock. A change takes the lock for a time that depends on the pattern alone. The matches of recent
 * subjects are kept, at most {@link #CACHED} times two of them; a change of the <em>patterns</em> drops those that it
 * touches. What happens to the value of a pattern that is there already drops nothing.
 */
final class SubjectTree<V> {
    /** Subjects of one generation of the cache; there are two. */
    static final int CACHED = 4096;

    private static final class Node<V> {
        final @Nullable Node<V> parent;
        final String token;
        final Map<String, Node<V>> children = new ConcurrentHashMap<>(2);
        volatile @Nullable Node<V> one;
        volatile @Nullable Node<V> rest;
        volatile @Nullable V value;

        Node(@Nullable Node<V> parent, String token) {
            this.parent = parent;
            this.token = token;
        }

        boolean isUnused() {
            return value == null && one == null && rest == null && children.isEmpty();
        }
    }

    private final Node<V> root = new Node<>(null, "");
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong changes = new AtomicLong(); // of patterns
    private volatile Map<Subject, List<V>> recent = new ConcurrentHashMap<>();
    private volatile Map<Subject, List<V>> former = new ConcurrentHashMap<>();

    /** Changes the value of a pattern with the lock held, making it first if there is none. */
    void change(SubjectPattern pattern, Function<SubjectPattern, V> make, Consumer<V> change) {
        lock.lock();
        try {
            Node<V> node = root;
            for (int i = 0; i < pattern.tokenCount(); i++) {
                node = childOf(node, pattern.token(i));
            }
            V value = node.value;
            if (value == null) {
                value = make.apply(pattern);
                change.accept(value);
                node.value = value;
                patternsChanged(pattern);
            } else {
                change.accept(value);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Changes the value of a pattern with the lock held; removes it if the change says so. */
    void changeOrRemove(SubjectPattern pattern, Predicate<V> changeAndTellWhetherUnused) {
        lock.lock();
        try {
            Node<V> node = find(pattern);
            V value = node == null ? null : node.value;
            if (node != null && value != null && changeAndTellWhetherUnused.test(value)) {
                node.value = null;
                prune(node);
                patternsChanged(pattern);
            }
        } finally {
            lock.unlock();
        }
    }

    private static <V> Node<V> childOf(Node<V> node, String token) {
        if (token.equals(SubjectPattern.ONE)) {
            Node<V> one = node.one;
            if (one == null) {
                one = new Node<>(node, token);
                node.one = one;
            }
            return one;
        }
        if (token.equals(SubjectPattern.REST)) {
            Node<V> rest = node.rest;
            if (rest == null) {
                rest = new Node<>(node, token);
                node.rest = rest;
            }
            return rest;
        }
        return node.children.computeIfAbsent(token, t -> new Node<>(node, t));
    }

    private @Nullable Node<V> find(SubjectPattern pattern) {
        Node<V> node = root;
        for (int i = 0; i < pattern.tokenCount() && node != null; i++) {
            String token = pattern.token(i);
            node = token.equals(SubjectPattern.ONE)
                    ? node.one
                    : token.equals(SubjectPattern.REST) ? node.rest : node.children.get(token);
        }
        return node;
    }

    private static <V> void prune(Node<V> unused) {
        Node<V> node = unused;
        for (Node<V> parent = node.parent; parent != null && node.isUnused(); parent = node.parent) {
            if (parent.one == node) {
                parent.one = null;
            } else if (parent.rest == node) {
                parent.rest = null;
            } else {
                parent.children.remove(node.token);
            }
            node = parent;
        }
    }

    /** A literal pattern touches one subject; one with wildcards is held against each that is kept. */
    private void patternsChanged(SubjectPattern pattern) {
        changes.incrementAndGet();
        if (pattern.isLiteral()) {
            Subject subject = Subject.of(pattern.value());
            recent.remove(subject);
            former.remove(subject);
        } else {
            recent.keySet().removeIf(pattern::matches);
            former.keySet().removeIf(pattern::matches);
        }
    }

    /** The values that match, the most specific first; the list does not change. */
    List<V> match(Subject subject) {
        List<V> kept = recent.get(subject);
        return kept == null ? findAndKeep(subject) : kept;
    }

    private List<V> findAndKeep(Subject subject) {
        long before = changes.get();
        List<V> found = former.get(subject);
        if (found == null) {
            List<V> matches = new ArrayList<>();
            collect(root, subject, 0, matches);
            found = List.copyOf(matches);
        }
        if (lock.tryLock()) { // no reader waits: who cannot keep its finding does without
            try {
                if (changes.get() == before) {
                    keep(subject, found);
                }
            } finally {
                lock.unlock();
            }
        }
        return found;
    }

    private void keep(Subject subject, List<V> found) {
        if (recent.size() >= CACHED) {
            former = recent;
            recent = new ConcurrentHashMap<>();
        }
        recent.put(subject, found);
    }

    private static <V> void collect(Node<V> node, Subject subject, int depth, List<V> matches) {
        if (depth == subject.tokenCount()) {
            add(node, matches);
            return;
        }
        String token = subject.token(depth);
        Node<V> literal = node.children.get(token);
        if (literal != null) {
            collect(literal, subject, depth + 1, matches);
        }
        if (depth == 0 && SubjectPattern.isReserved(token)) {
            return;
        }
        Node<V> one = node.one;
        if (one != null) {
            collect(one, subject, depth + 1, matches);
        }
        Node<V> rest = node.rest;
        if (rest != null) {
            add(rest, matches);
        }
    }

    private static <V> void add(Node<V> node, List<V> matches) {
        V value = node.value;
        if (value != null) {
            matches.add(value);
        }
    }

    /** How many subjects the cache holds. */
    int cached() {
        return recent.size() + former.size();
    }
}
