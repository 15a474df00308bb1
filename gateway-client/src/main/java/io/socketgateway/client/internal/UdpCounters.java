package io.socketgateway.client.internal;

import io.socketgateway.protocol.datagram.Exchange;
import java.util.EnumMap;
import java.util.Map;

/** What has happened to datagrams, for tests and debugging. Counted by the event loop; any thread may look. */
final class UdpCounters {
    /** What is counted here, beside what the exchange counts. */
    enum Kind {
        /** A datagram came that bore no token of this client, and was none of the few that need none. */
        STRAY,
        /** A datagram did not parse. */
        MALFORMED,
        /** A datagram was longer than what this client takes. */
        TOO_LONG,
        /** The gateway found a datagram of this client malformed. */
        FOUND_MALFORMED,
        /** The network said that nobody listens there. */
        UNREACHABLE,
        /** Somebody said that the gateway does not know the session. */
        DOUBTED,
        /** A socket was replaced by another. */
        REBOUND
    }

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class); // with events guarded by this
    private final Map<Exchange.Event, Long> events = new EnumMap<>(Exchange.Event.class);

    synchronized void count(Kind kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    synchronized void count(Exchange.Event event) {
        events.merge(event, 1L, Long::sum);
    }

    synchronized long of(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    synchronized long of(Exchange.Event event) {
        return events.getOrDefault(event, 0L);
    }

    @Override
    public synchronized String toString() {
        return counts + " " + events;
    }
}
