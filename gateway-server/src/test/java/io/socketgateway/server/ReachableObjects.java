package io.socketgateway.server;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a gateway remembers: the objects of ours that can be reached from it, and how much is in their collections. */
final class ReachableObjects {
    private static final String OURS = "io.socketgateway.";

    /** Something that is to be looked into, and where it was found. */
    private record Found(Object object, String where) {}

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Found> toVisit = new ArrayDeque<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Set<String> leftOut;

    private ReachableObjects(Set<String> leftOut) {
        this.leftOut = leftOut;
    }

    /**
     * How many there are, by their classes and by the fields that hold collections. What belongs to event loops should be
     * at rest meanwhile.
     *
     * @param leftOut simple names of classes that are not looked into
     */
    static Map<String, Integer> from(Object root, String... leftOut) {
        ReachableObjects objects = new ReachableObjects(Set.of(leftOut));
        objects.add(root, "");
        while (!objects.toVisit.isEmpty()) {
            objects.visit(objects.toVisit.remove());
        }
        return objects.counts;
    }

    private void add(Object object, String where) {
        if (object == null || !seen.add(object)) {
            return;
        }
        Class<?> type = object.getClass();
        if (type.getName().startsWith(OURS)) {
            if (!leftOut.contains(type.getSimpleName())) {
                counts.merge(type.getSimpleName(), 1, Integer::sum);
                toVisit.add(new Found(object, type.getSimpleName()));
            }
        } else if (object instanceof Map || object instanceof Collection || object instanceof Object[]) {
            toVisit.add(new Found(object, where));
        }
    }

    private void visit(Found found) {
        if (found.object() instanceof Map<?, ?> map) {
            counts.merge(found.where(), map.size(), Integer::sum);
            map.keySet().forEach(key -> add(key, found.where()));
            map.values().forEach(value -> add(value, found.where()));
        } else if (found.object() instanceof Collection<?> collection) {
            counts.merge(found.where(), collection.size(), Integer::sum);
            collection.forEach(element -> add(element, found.where()));
        } else if (found.object() instanceof Object[] array) {
            for (Object element : array) {
                add(element, found.where());
            }
        } else {
            visitFields(found.object());
        }
    }

    private void visitFields(Object object) {
        for (Field field : object.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                try {
                    field.setAccessible(true);
                    add(field.get(object), object.getClass().getSimpleName() + "." + field.getName());
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
