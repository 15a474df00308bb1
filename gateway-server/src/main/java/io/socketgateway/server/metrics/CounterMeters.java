package io.socketgateway.server.metrics;

import io.micrometer.core.instrument.Tags;
import io.netty.util.internal.PlatformDependent;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Tally.Count;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The one table of what the counters are called. {@code docs/metrics.md} has a line for each. */
public final class CounterMeters {
    private static final String BYTES = "bytes";
    private static final String DIRECTION = "direction";
    private static final String REASON = "reason";
    private static final String CODE = "code";

    private final GatewayMeters meters;
    private final Counters counters;

    private CounterMeters(GatewayMeters meters, Counters counters) {
        this.meters = meters;
        this.counters = counters;
    }

    /** Shows them all. */
    public static void bind(GatewayMeters meters, Counters counters, List<Loop> loops, Levels levels) {
        CounterMeters table = new CounterMeters(meters, counters);
        table.limits();
        table.sessions();
        table.counters.transports().forEach(table::traffic);
        table.requests();
        table.messages();
        table.datagrams();
        table.promises();
        table.loops(loops);
        table.memory();
        table.levels(levels);
    }

    private void limits() {
        breakdown(Limit.METRIC, "how often a limit was reached", "limit", counters.limitsReached, Limit::metricTag);
    }

    private void sessions() {
        counter(
                "gateway.connections.accepted",
                "connections accepted, and datagram sessions opened",
                counters.connectionsAccepted);
        counter(
                "gateway.connections.dropped",
                "connections closed without a word: more than could be told that they are refused",
                counters.connectionsTurnedAway);
        counter(
                "gateway.accepting.failed",
                "attempts to accept a connection that failed: for want of file descriptors or of memory",
                counters.acceptsFailed);
        counter(
                "gateway.accepting.paused",
                "how often accepting was paused: it had failed, or sessions began too fast",
                counters.acceptingPaused);
        counter(
                "gateway.admin.connections.refused",
                "connections to the admin listener closed at once: 64 were open",
                counters.adminConnectionsRefused);
        counter("gateway.sessions.refused", "sessions refused at their beginning", counters.sessionsRefused);
        counter(
                "gateway.sessions.failed",
                "sessions closed with an ERROR, those refused included",
                counters.sessionsClosedWithError);
        String closed = "gateway.sessions.closed";
        String meaning = "sessions that have ended, by how and, if it was an ERROR, by its code";
        for (Ending ending : Ending.values()) {
            if (ending != Ending.ERROR) {
                Tags tags = Tags.of(REASON, text(ending), CODE, "none");
                meters.counter(closed, null, meaning, tags, () -> counters.sessionsEnded.sum(ending));
            }
        }
        counters.sessionsFailed.forEach((code, count) -> meters.counter(
                closed, null, meaning, Tags.of(REASON, text(Ending.ERROR), CODE, text(code)), count::sum));
        breakdown("gateway.errors.sent", "ERROR frames sent", CODE, counters.errorsSent, CounterMeters::text);
    }

    private void traffic(String transport) {
        Traffic traffic = counters.traffic(transport);
        Tags tags = Tags.of("transport", transport);
        meters.gauge("gateway.sessions.open", null, "sessions that are open", tags, traffic::sessionsOpen);
        meters.counter(
                "gateway.sessions.opened",
                null,
                "sessions begun, without those refused",
                tags,
                traffic.sessionsOpened::sum);
        String frames = "gateway.traffic.frames";
        String framesMeaning = "frames received whole, and frames committed to a socket";
        meters.counter(frames, null, framesMeaning, tags.and(DIRECTION, "in"), traffic.framesReceived::sum);
        meters.counter(frames, null, framesMeaning, tags.and(DIRECTION, "out"), traffic.framesSent::sum);
        String bytes = "gateway.traffic.bytes";
        String bytesMeaning = "bytes received, and bytes that the system took, lengths and envelopes included";
        meters.counter(bytes, BYTES, bytesMeaning, tags.and(DIRECTION, "in"), traffic.bytesReceived::sum);
        meters.counter(bytes, BYTES, bytesMeaning, tags.and(DIRECTION, "out"), traffic.bytesSent::sum);
    }

    private void requests() {
        gauge("gateway.requests.active", "requests under way", counters::requestsUnderWay);
        counter(
                "gateway.requests.begun",
                "requests taken; those refused before that are errors sent",
                () -> counters.sum(Count.REQUEST_BEGUN));
        String ended = "gateway.requests.ended";
        String meaning = "requests that have ended: ok, with an ERROR of that code, or without a requester (gone)";
        meters.counter(ended, null, meaning, Tags.of(CODE, "ok"), () -> counters.sum(Count.REQUEST_ANSWERED));
        meters.counter(ended, null, meaning, Tags.of(CODE, "gone"), counters.requestsAbandoned::sum);
        breakdown(ended, meaning, CODE, counters.requestsFailed, CounterMeters::text);
        gauge("gateway.services", "services offered, those of the gateway itself included", counters.services::sum);
        counter(
                "gateway.stateless.refused",
                "requests outside a session that were refused: too many were under way",
                counters.statelessRequestsRefused);
        counter(
                "gateway.frames.refused.unanswered",
                "frames with id 0 that were refused: nobody can be told",
                counters.refusedWithoutId);
    }

    private void messages() {
        gauge("gateway.subscriptions", "subscriptions in force", counters.subscriptions::sum);
        counter(
                "gateway.messages.published",
                "messages taken from publishers",
                () -> counters.sum(Count.MESSAGE_PUBLISHED));
        counter(
                "gateway.messages.delivered",
                "messages committed to the sockets of subscribers, each for itself",
                () -> counters.sum(Count.MESSAGE_DELIVERED));
        String dropped = "gateway.messages.dropped";
        String meaning = "messages dropped, each subscriber for itself, by why";
        dropped(dropped, meaning, "drop-oldest", counters.messagesDroppedOldest);
        dropped(dropped, meaning, "drop-newest", counters.messagesDroppedNewest);
        dropped(dropped, meaning, "latest", counters.messagesConflated);
        dropped(dropped, meaning, "ended", counters.messagesDroppedEnded);
        dropped(dropped, meaning, "too-large", counters.messagesDroppedTooLarge);
    }

    private void datagrams() {
        counter("gateway.datagrams.received", "datagrams that came", counters.datagramsReceived);
        counter("gateway.datagrams.sent", "datagrams given to the system", counters.datagramsSent);
        counter(
                "gateway.datagrams.unsent",
                "datagrams that the system did not take: its buffer was full, or there was no way",
                counters.datagramsNotSent);
        String dropped = "gateway.datagrams.dropped";
        String meaning = "datagrams dropped or refused as they came, by why";
        dropped(dropped, meaning, "malformed", counters.datagramsMalformed);
        dropped(dropped, meaning, "too-long", counters.datagramsTooLong);
        dropped(dropped, meaning, "too-short", counters.datagramsTooShort);
        dropped(dropped, meaning, "unknown-token", counters.datagramsUnknownToken);
        dropped(dropped, meaning, "outside-session", counters.datagramsOutsideSession);
        dropped(dropped, meaning, "busy", counters.datagramsDroppedBusy);
        counter(
                "gateway.answers.withheld",
                "datagrams not sent to an address that is not validated: more than three times what it sent",
                counters.answersDroppedUnvalidated);
        counter("gateway.challenges.sent", "cookies given out", counters.challengesSent);
        counter(
                "gateway.cookies.rejected",
                "cookies that came back forged, expired, or from another address",
                counters.cookiesRejected);
        counter("gateway.addresses.validated", "sessions that moved to another address", counters.addressesValidated);
    }

    private void dropped(String name, String meaning, String reason, LongAdder count) {
        meters.counter(name, null, meaning, Tags.of(REASON, reason), count::sum);
    }

    /** What at-most-once costs on datagrams. */
    private void promises() {
        counter("gateway.frames.repeated", "frames that clients sent again", counters.framesRepeated);
        counter(
                "gateway.frames.acknowledged",
                "of those, told that the answer is under way",
                counters.framesAcknowledged);
        counter(
                "gateway.frames.outdated",
                "of those, refused: the answer is kept no more, or the id is too old to know",
                counters.framesOutdated);
        counter("gateway.answers.repeated", "of those, told their answer again", counters.answersRepeated);
        counter("gateway.repeats.sent", "frames that the gateway sent again", counters.repeatsSent);
        counter(
                "gateway.repeats.abandoned",
                "frames of the gateway that were never answered, however often they were sent",
                counters.framesGivenUp);
    }

    private void loops(List<Loop> loops) {
        gauge("gateway.loops", "worker loops, a thread each", loops::size);
        meters.gauge(
                "gateway.handover.bytes",
                BYTES,
                "what loops have handed to others that have not taken it yet, in bytes read",
                Tags.empty(),
                () -> loops.stream().mapToLong(Loop::handedBytes).sum());
    }

    /** What Netty has outside the heap, which on newer JDKs the JVM's own figures do not show. */
    private void memory() {
        meters.gauge(
                "gateway.direct.memory.bytes",
                BYTES,
                "memory outside the heap that buffers have taken from the system",
                Tags.empty(),
                () -> Math.max(0, PlatformDependent.usedDirectMemory()));
        meters.gauge(
                "gateway.direct.memory.limit.bytes",
                BYTES,
                "the most that they may take",
                Tags.empty(),
                PlatformDependent::maxDirectMemory);
    }

    private void levels(Levels levels) {
        gauge(
                "gateway.ready",
                "1 while new clients are welcome, 0 from the beginning of a drain",
                () -> levels.ready().getAsBoolean() ? 1 : 0);
        meters.gauge(
                "gateway.backlog.bytes",
                BYTES,
                "what waits for all sessions together",
                Tags.empty(),
                levels.backlogBytes());
        meters.gauge(
                "gateway.inbound.bytes",
                BYTES,
                "frames begun and not finished, of all sessions together",
                Tags.empty(),
                levels.inboundBytes());
        gauge("gateway.stateless.active", "requests without a session under way", levels.statelessRequests());
    }

    private void counter(String name, String meaning, LongAdder count) {
        counter(name, meaning, count::sum);
    }

    private void counter(String name, String meaning, LongSupplier count) {
        meters.counter(name, null, meaning, Tags.empty(), count);
    }

    private void gauge(String name, String meaning, LongSupplier value) {
        meters.gauge(name, null, meaning, Tags.empty(), value);
    }

    private <K extends Enum<K>> void breakdown(
            String name, String meaning, String tag, Breakdown<K> counts, Function<K, String> text) {
        counts.forEach(
                (cause, count) -> meters.counter(name, null, meaning, Tags.of(tag, text.apply(cause)), count::sum));
    }

    private static String text(ErrorCode code) {
        return Integer.toString(code.code());
    }

    private static String text(Ending ending) {
        return ending.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
