package io.socketgateway.protocol;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Named strings beside a payload, in order: at most {@value #MAX_COUNT} pairs and {@value #MAX_BYTES} bytes of UTF-8 in
 * all. Names are unique, case-sensitive, of one or more printable ASCII characters.
 */
public final class Headers {
    /** The most pairs. */
    public static final int MAX_COUNT = 64;
    /** The most bytes of UTF-8, names and values together. */
    public static final int MAX_BYTES = 8192;
    /** No headers. */
    public static final Headers EMPTY = new Headers(new String[0]);

    private final String[] pairs; // name, value, name, value …

    private Headers(String[] pairs) {
        this.pairs = pairs;
    }

    /**
     * Headers of these pairs: name, value, name, value and so on.
     *
     * @throws ProtocolException MALFORMED, naming what is wrong
     * @throws IllegalArgumentException if a value is missing
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a value is missing");
        }
        if (namesAndValues.length == 0) {
            return EMPTY;
        }
        String[] pairs = namesAndValues.clone();
        check(pairs);
        return new Headers(pairs);
    }

    /**
     * Headers of the map's entries, in its order.
     *
     * @throws ProtocolException MALFORMED, naming what is wrong
     */
    public static Headers of(Map<String, String> map) {
        String[] pairs = new String[map.size() * 2];
        int i = 0;
        for (Map.Entry<String, String> entry : map.entrySet()) {
            pairs[i++] = entry.getKey();
            pairs[i++] = entry.getValue();
        }
        return of(pairs);
    }

    private static void check(String[] pairs) {
        if (pairs.length / 2 > MAX_COUNT) {
            throw bad("over " + MAX_COUNT + " pairs");
        }
        int bytes = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            checkName(pairs[i]);
            for (int j = 0; j < i; j += 2) {
                if (pairs[j].equals(pairs[i])) {
                    throw bad("'" + pairs[i] + "' twice");
                }
            }
            bytes += pairs[i].length() + Text.utf8Length("headers", pairs[i + 1]);
            if (bytes > MAX_BYTES) {
                throw bad("over " + MAX_BYTES + " bytes");
            }
        }
    }

    private static void checkName(String name) {
        if (name.isEmpty()) {
            throw bad("empty name");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < 0x20 || c > 0x7E) {
                throw bad("name is not printable ASCII");
            }
        }
    }

    private static ProtocolException bad(String what) {
        return new ProtocolException(ErrorCode.MALFORMED, "headers: " + what);
    }

    /** The value of that name; null if there is none. */
    public @Nullable String get(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** The number of pairs. */
    public int size() {
        return pairs.length / 2;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return pairs.length == 0;
    }

    /** The name at that place, from 0. */
    public String name(int index) {
        return pairs[2 * index];
    }

    /** The value at that place, from 0. */
    public String value(int index) {
        return pairs[2 * index + 1];
    }

    /** Hands each pair over, in order. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < pairs.length; i += 2) {
            action.accept(pairs[i], pairs[i + 1]);
        }
    }

    /** The pairs as a new map, in order. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        forEach(map::put);
        return map;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Headers that && Arrays.equals(pairs, that.pairs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pairs);
    }

    @Override
    public String toString() {
        return toMap().toString();
    }
}
