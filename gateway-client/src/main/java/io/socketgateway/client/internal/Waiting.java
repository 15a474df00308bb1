package io.socketgateway.client.internal;

import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.Subject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for a slow handler, in order, bounded by number and bytes. Not thread-safe: its {@link
 * MessageQueue} guards it.
 */
final class Waiting {
    private static final class Place {
        private Frame.Message message;

        Place(Frame.Message message) {
            this.message = message;
        }
    }

    private final Overflow overflow;
    private final int mostMessages;
    private final long mostBytes;
    private final Deque<Place> places = new ArrayDeque<>();
    private final Map<Subject, Place> bySubject = new HashMap<>(0); // only of those that want the latest of each
    private long bytes;

    Waiting(SubscribeOptions options) {
        this.overflow = options.overflow();
        this.mostMessages = options.queueCapacity();
        this.mostBytes = options.queueBytes();
    }

    /** Takes a message; tells how many were dropped for that, be it this one. */
    int offer(Frame.Message message) {
        Place same = bySubject.get(message.subject());
        if (same != null) {
            bytes += bytesOf(message) - bytesOf(same.message);
            same.message = message;
            return 1 + makeRoomBeside(same);
        }
        int dropped = 0;
        while (!fits(message)) {
            if (overflow == Overflow.DROP_NEWEST || overflow == Overflow.DISCONNECT) {
                return 1;
            }
            poll();
            dropped++;
        }
        Place place = new Place(message);
        places.add(place);
        bytes += bytesOf(message);
        if (overflow == Overflow.LATEST) {
            bySubject.put(message.subject(), place);
        }
        return dropped;
    }

    private boolean fits(Frame.Message message) {
        return places.isEmpty() || places.size() < mostMessages && bytes + bytesOf(message) <= mostBytes;
    }

    /** Drops the oldest but that one, which may have grown; tells how many. */
    private int makeRoomBeside(Place grown) {
        int dropped = 0;
        for (Iterator<Place> oldest = places.iterator(); bytes > mostBytes && oldest.hasNext(); ) {
            Place place = oldest.next();
            if (place != grown) {
                oldest.remove();
                removed(place);
                dropped++;
            }
        }
        return dropped;
    }

    /** The oldest; null if none waits. */
    Frame.@Nullable Message poll() {
        Place place = places.poll();
        if (place == null) {
            return null;
        }
        removed(place);
        return place.message;
    }

    private void removed(Place place) {
        bytes -= bytesOf(place.message);
        if (overflow == Overflow.LATEST) {
            bySubject.remove(place.message.subject());
        }
    }

    void clear() {
        places.clear();
        bySubject.clear();
        bytes = 0;
    }

    private static long bytesOf(Frame.Message message) {
        return Measures.of(message.headers(), message.payload())
                + (long) message.subject().value().length();
    }
}
