package io.socketgateway.protocol.id;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Values by the ids of frames, without an object for each id. Ids mostly come one after another, and in an open table each
 * that stands beside the other makes one long row, which every removal has to walk to its end; so they are scattered. One
 * that was never used is hardly anything: most sessions have most of their maps empty. For one thread.
 *
 * @param <V> the values
 */
public final class IdMap<V> {
    private static final int FACTOR = 0x9E3779B1; // 2^32 divided by the golden ratio, and odd: no two ids become one
    private static final int INVERSE = 0x0E8B2F51; // of the factor, modulo 2^32
    private static final int HALF = 16; // a table looks at the low bits, a product is mixed best in the high ones

    private final int capacity;
    private @Nullable IntObjectMap<V> map; // once there was a value

    /**
     * An empty one.
     *
     * @param capacity how many values it has room for from the first one on; it grows
     */
    public IdMap(int capacity) {
        this.capacity = capacity;
    }

    private static int scattered(int id) {
        return Integer.rotateLeft(id * FACTOR, HALF);
    }

    private static int gathered(int key) {
        return Integer.rotateRight(key, HALF) * INVERSE;
    }

    /** The value of that id; null if there is none. */
    public @Nullable V get(int id) {
        return map == null ? null : map.get(scattered(id));
    }

    /** Keeps a value under that id, in the place of the one that was there. */
    public void put(int id, V value) {
        IntObjectMap<V> known = map;
        if (known == null) {
            known = new IntObjectHashMap<>(capacity);
            map = known;
        }
        known.put(scattered(id), value);
    }

    /** Removes that id; returns its value, or null if there was none. */
    public @Nullable V remove(int id) {
        return map == null ? null : map.remove(scattered(id));
    }

    /** Removes the ids of which that is true. */
    public void removeIf(IntPredicate condition) {
        if (map == null) {
            return;
        }
        Iterator<IntObjectMap.PrimitiveEntry<V>> entries = map.entries().iterator();
        while (entries.hasNext()) {
            if (condition.test(gathered(entries.next().key()))) {
                entries.remove();
            }
        }
    }

    /** Whether there is a value of that id. */
    public boolean contains(int id) {
        return map != null && map.containsKey(scattered(id));
    }

    /** How many there are. */
    public int size() {
        return map == null ? 0 : map.size();
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return map == null || map.isEmpty();
    }

    /** All values as of now, in no order; what is removed there is removed here. */
    public Collection<V> values() {
        return map == null ? List.of() : map.values();
    }

    /** Removes all. */
    public void clear() {
        map = null;
    }
}
