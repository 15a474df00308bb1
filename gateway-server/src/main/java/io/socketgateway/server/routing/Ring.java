package io.socketgateway.server.routing;

import org.jspecify.annotations.Nullable;

/**
 * Members taken in turn. Adding and removing cost the same however many there are; they need the caller's lock (or
 * thread). Reading needs none: a reader beside a change may miss one member or meet it twice, never a foreign one.
 */
final class Ring<T> {
    /** A member's place; handed back to remove it. */
    static final class Place<T> {
        private final T member;
        private int index;

        private Place(T member, int index) {
            this.member = member;
            this.index = index;
        }
    }

    private volatile @Nullable Place<T>[] places = newPlaces(2);
    private volatile int size;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of our own that nobody else sees
    private static <T> @Nullable Place<T>[] newPlaces(int length) {
        return new Place[length];
    }

    Place<T> add(T member) {
        @Nullable Place<T>[] current = places;
        int count = size;
        if (count == current.length) {
            @Nullable Place<T>[] larger = newPlaces(2 * count);
            System.arraycopy(current, 0, larger, 0, count);
            current = larger;
        }
        Place<T> place = new Place<>(member, count);
        current[count] = place;
        places = current; // publishes the slot
        size = count + 1;
        return place;
    }

    void remove(Place<T> place) {
        @Nullable Place<T>[] current = places;
        int last = size - 1;
        Place<T> moved = current[last];
        if (moved != null) {
            moved.index = place.index;
            current[place.index] = moved;
        }
        current[last] = null;
        size = last;
        if (last >= 4 && last < current.length / 4) {
            @Nullable Place<T>[] smaller = newPlaces(current.length / 2);
            System.arraycopy(current, 0, smaller, 0, last);
            places = smaller;
        }
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The member at a place that may have moved or gone meanwhile. */
    @Nullable
    T get(int index) {
        @Nullable Place<T>[] current = places;
        Place<T> place = index < current.length ? current[index] : null;
        return place == null ? null : place.member;
    }
}
