package io.socketgateway.server.routing;

import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values by subject pattern, and the values that match a subject, the most specific pattern first: token by token from
 * the left a literal goes before {@code *}, and that before {@code >}.
 *
 * <p>Reading takes no lock. A change takes the lock for a time that depends on the pattern alone. What recent subjects
 * matched is kept ({@link RecentMatches}); what happens to the value of a pattern that is there already changes none of it.
 */
final class SubjectTree<V> {
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
    private final RecentMatches<V> recent = new RecentMatches<>();

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
                recent.changed(pattern);
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
                recent.changed(pattern);
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

    /** The values that match, the most specific first; the list does not change. */
    List<V> match(Subject subject) {
        List<V> kept = recent.find(subject);
        return kept == null ? findAndKeep(subject) : kept;
    }

    private List<V> findAndKeep(Subject subject) {
        long changes = recent.changes();
        List<V> matches = new ArrayList<>();
        collect(root, subject, 0, matches);
        List<V> found = List.copyOf(matches);
        recent.keep(subject, found, changes);
        return found;
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
        return recent.size();
    }
}
