package io.socketgateway.server.metrics;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.config.Scheme;
import io.socketgateway.server.loop.Loop;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happens, and above all what is not answered or is dropped, so that nothing is lost silently. Any thread. */
public final class Counters {
    private final Map<String, Traffic> traffic =
            Stream.of(Scheme.values()).collect(Collectors.toUnmodifiableMap(Scheme::text, scheme -> new Traffic()));
    private final Map<Integer, Tally> tallies = new ConcurrentHashMap<>(); // by the loop's index

    /** All at 0. */
    public Counters() {}

    /** Limits that were reached. */
    public final Breakdown<Limit> limitsReached = new Breakdown<>(Limit.class);
    /** ERROR frames sent, by their code. */
    public final Breakdown<ErrorCode> errorsSent = new Breakdown<>(ErrorCode.class);
    /** Requests that ended with an error, by its code. */
    public final Breakdown<ErrorCode> requestsFailed = new Breakdown<>(ErrorCode.class);
    /** Requests whose requester was gone before the answer. */
    public final LongAdder requestsAbandoned = new LongAdder();
    /** Subscriptions in force; it also goes down. */
    public final LongAdder subscriptions = new LongAdder();
    /** Services offered, those of the gateway and of this process included; it also goes down. */
    public final LongAdder services = new LongAdder();

    /** Messages dropped because newer ones took their place: too many waited. */
    public final LongAdder messagesDroppedOldest = new LongAdder();
    /** Messages dropped because older ones had all the places. */
    public final LongAdder messagesDroppedNewest = new LongAdder();
    /** Messages replaced by a later one of the same subject while they waited. */
    public final LongAdder messagesConflated = new LongAdder();
    /** Messages dropped because the subscription or the session ended while they waited. */
    public final LongAdder messagesDroppedEnded = new LongAdder();
    /** Messages dropped because they were longer than the subscriber takes. */
    public final LongAdder messagesDroppedTooLarge = new LongAdder();
    /** Frames with id 0 that were refused: nobody can be told. */
    public final LongAdder refusedWithoutId = new LongAdder();
    /** Connections and datagram sessions refused: there were too many, in all or from their address. */
    public final LongAdder sessionsRefused = new LongAdder();
    /** Connections accepted. */
    public final LongAdder connectionsAccepted = new LongAdder();
    /** Attempts to accept a connection that failed: for want of file descriptors or of memory. */
    public final LongAdder acceptsFailed = new LongAdder();
    /** Connections closed without a word: more than could be told that they are refused. */
    public final LongAdder connectionsTurnedAway = new LongAdder();
    /** Connections to the admin listener closed at once: too many were open. */
    public final LongAdder adminConnectionsRefused = new LongAdder();
    /** How often accepting was paused: because it had failed, or because sessions began too fast. */
    public final LongAdder acceptingPaused = new LongAdder();
    /** Sessions that the gateway closed with an error, those refused included. */
    public final LongAdder sessionsClosedWithError = new LongAdder();
    /** Sessions that have ended, by how; those refused are not among them. */
    public final Breakdown<Ending> sessionsEnded = new Breakdown<>(Ending.class);
    /** Sessions of those that ended with an ERROR, by its code. */
    public final Breakdown<ErrorCode> sessionsFailed = new Breakdown<>(ErrorCode.class);

    /** Datagrams that came. */
    public final LongAdder datagramsReceived = new LongAdder();
    /** Datagrams that were given to the system. */
    public final LongAdder datagramsSent = new LongAdder();
    /** Datagrams that the system did not take: its buffer was full, or there was no way. */
    public final LongAdder datagramsNotSent = new LongAdder();
    /** Datagrams dropped because something in them did not parse. */
    public final LongAdder datagramsMalformed = new LongAdder();
    /** Datagrams dropped because they were longer than the largest that is taken. */
    public final LongAdder datagramsTooLong = new LongAdder();
    /** Datagrams dropped because they bore a HELLO and were shorter than its floor. */
    public final LongAdder datagramsTooShort = new LongAdder();
    /** Datagrams refused because their token belongs to no session. */
    public final LongAdder datagramsUnknownToken = new LongAdder();
    /** Datagrams refused because their frames need a session and named none. */
    public final LongAdder datagramsOutsideSession = new LongAdder();
    /** Datagrams dropped because another loop had to catch up. */
    public final LongAdder datagramsDroppedBusy = new LongAdder();
    /** Datagrams not sent because that would have been more than three times what an address that is not validated sent. */
    public final LongAdder answersDroppedUnvalidated = new LongAdder();
    /** Cookies given out. */
    public final LongAdder challengesSent = new LongAdder();
    /** Cookies that came back forged, expired, or from another address. */
    public final LongAdder cookiesRejected = new LongAdder();
    /** Sessions that moved to another address. */
    public final LongAdder addressesValidated = new LongAdder();
    /** Frames that came again. */
    public final LongAdder framesRepeated = new LongAdder();
    /** Repeats that were told their answer again. */
    public final LongAdder answersRepeated = new LongAdder();
    /** Repeats that were told that their answer is under way. */
    public final LongAdder framesAcknowledged = new LongAdder();
    /** Frames refused because nobody knows any more whether they were carried out, or what the answer was. */
    public final LongAdder framesOutdated = new LongAdder();
    /** Frames that the gateway sent again. */
    public final LongAdder repeatsSent = new LongAdder();
    /** Frames of the gateway that were never answered, however often they were sent. */
    public final LongAdder framesGivenUp = new LongAdder();
    /** Requests outside a session that were refused because too many were under way. */
    public final LongAdder statelessRequestsRefused = new LongAdder();

    /** A limit was reached once more. */
    public void reached(Limit limit) {
        limitsReached.increment(limit);
    }

    /** How often a limit was reached. */
    public long timesReached(Limit limit) {
        return limitsReached.sum(limit);
    }

    /** What a transport carries, by its name: {@code tcp} and so on. */
    public Traffic traffic(String transport) {
        return Objects.requireNonNull(traffic.get(transport), transport);
    }

    /** The names of all transports. */
    public Set<String> transports() {
        return traffic.keySet();
    }

    /** What that loop counts for itself. */
    public Tally tally(Loop loop) {
        return tallies.computeIfAbsent(loop.index(), index -> new Tally());
    }

    /** How often it happened on all loops. */
    public long sum(Tally.Count count) {
        return tallies.values().stream().mapToLong(tally -> tally.sum(count)).sum();
    }

    /** Requests that have been taken and have not ended: as of now, while others come and go. */
    public long requestsUnderWay() {
        long ended = sum(Tally.Count.REQUEST_ANSWERED) + requestsFailed.sum() + requestsAbandoned.sum();
        return Math.max(0, sum(Tally.Count.REQUEST_BEGUN) - ended);
    }
}
