package io.socketgateway.server.routing;

import io.socketgateway.server.config.Limit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What is not answered or is dropped is counted here, so that nothing is lost silently. Any thread. */
public final class Counters {
    private final Map<Limit, LongAdder> limits = new EnumMap<>(Limit.class); // never changed once it is full

    /** All at 0. */
    public Counters() {
        for (Limit limit : Limit.values()) {
            limits.put(limit, new LongAdder());
        }
    }

    /** Messages that subscribers were sent. */
    public final LongAdder messagesDelivered = new LongAdder();
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
    /** Connections refused because there were too many sessions. */
    public final LongAdder sessionsRefused = new LongAdder();
    /** Connections accepted. */
    public final LongAdder connectionsAccepted = new LongAdder();
    /** Sessions that the gateway closed with an error. */
    public final LongAdder sessionsClosedWithError = new LongAdder();

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
        adder(limit).increment();
    }

    /** How often a limit was reached. */
    public long timesReached(Limit limit) {
        return adder(limit).sum();
    }

    private LongAdder adder(Limit limit) {
        return Objects.requireNonNull(limits.get(limit), limit.name());
    }
}
