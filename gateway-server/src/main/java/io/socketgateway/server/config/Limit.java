package io.socketgateway.server.config;

import io.socketgateway.protocol.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one table of the limits: the key (with its default), what is counted when one is reached, and what the peer is told.
 *
 * <p>How often a limit was reached is the metric {@value #METRIC} with the tag {@code limit} = {@link #metricTag()}.
 */
public enum Limit {
    /** A frame on a stream was longer. */
    MAX_FRAME_BYTES(LimitKeys.MAX_FRAME_BYTES, ErrorCode.TOO_LARGE),
    /** A datagram was longer: it is dropped, nobody is told. */
    MAX_DATAGRAM_BYTES(LimitKeys.MAX_DATAGRAM_BYTES, null),
    /** An answer or a message would have been longer. */
    MAX_DATAGRAM_BYTES_SENT(LimitKeys.MAX_DATAGRAM_BYTES_SENT, ErrorCode.TOO_LARGE),
    /** A frame was begun and not finished in time. */
    FRAME_TIMEOUT(LimitKeys.FRAME_TIMEOUT, ErrorCode.DEADLINE),
    /** Unfinished frames held more: the largest is given up. */
    INBOUND_BYTES(LimitKeys.INBOUND_BYTES, ErrorCode.TOO_LARGE),
    /** A deadline was shortened. */
    MAX_DEADLINE(LimitKeys.MAX_DEADLINE, ErrorCode.DEADLINE),
    /** Nothing moved on a stream for so long. */
    STREAM_IDLE_TIMEOUT(LimitKeys.STREAM_IDLE_TIMEOUT, ErrorCode.DEADLINE),
    /** An answer had to go; its repeats are told that nobody knows. */
    ANSWER_CACHE_BYTES_PER_SESSION(LimitKeys.ANSWER_CACHE_BYTES_PER_SESSION, ErrorCode.DEADLINE),
    /** The same, for all datagram sessions. */
    ANSWER_CACHE_BYTES(LimitKeys.ANSWER_CACHE_BYTES, ErrorCode.DEADLINE),
    /** The same, because it was old. */
    ANSWER_CACHE_TIME(LimitKeys.ANSWER_CACHE_TIME, ErrorCode.DEADLINE),
    /** A session was away for longer: it is gone. */
    RESUME_WINDOW(LimitKeys.RESUME_WINDOW, null),
    /** Nothing was heard for one and a half times as long. */
    KEEP_ALIVE(LimitKeys.KEEP_ALIVE, ErrorCode.DEADLINE),
    /** A drain took longer: what is left is closed. */
    DRAIN_TIMEOUT(LimitKeys.DRAIN_TIMEOUT, ErrorCode.UNAVAILABLE),
    /** More waited for a session: overflow options decide, and an answer becomes this error. */
    BACKLOG_BYTES_PER_SESSION(LimitKeys.BACKLOG_BYTES_PER_SESSION, ErrorCode.UNAVAILABLE),
    /** A session took nothing for so long. */
    BACKLOG_TIMEOUT(LimitKeys.BACKLOG_TIMEOUT, ErrorCode.UNAVAILABLE),
    /** More waited for all sessions. */
    BACKLOG_BYTES(LimitKeys.BACKLOG_BYTES, ErrorCode.UNAVAILABLE),
    /** One more would have been too many. */
    SESSIONS(LimitKeys.SESSIONS, ErrorCode.UNAVAILABLE),
    /** One more from there would have been too many. */
    SESSIONS_PER_ADDRESS(LimitKeys.SESSIONS_PER_ADDRESS, ErrorCode.LIMITED),
    /** They came faster: accepting paused, or a datagram was dropped. */
    NEW_SESSIONS_PER_SECOND(LimitKeys.NEW_SESSIONS_PER_SECOND, null),
    /** One more under way would have been too many. */
    REQUESTS_PER_SESSION(LimitKeys.REQUESTS_PER_SESSION, ErrorCode.LIMITED),
    /** The same, outside sessions. */
    STATELESS_REQUESTS(LimitKeys.STATELESS_REQUESTS, ErrorCode.LIMITED),
    /** One more subscription or service would have been too many. */
    SUBSCRIPTIONS_PER_SESSION(LimitKeys.SUBSCRIPTIONS_PER_SESSION, ErrorCode.LIMITED);

    /** The counter that all limits share. */
    public static final String METRIC = "gateway.limits.reached";

    private static final String PREFIX = "limits.";

    @SuppressWarnings("ImmutableEnumChecker") // a record whose functions keep no state
    private final ConfigKey<GatewayConfig, ?> key;

    private final @Nullable ErrorCode code;

    Limit(ConfigKey<GatewayConfig, ?> key, @Nullable ErrorCode code) {
        this.key = key;
        this.code = code;
    }

    /** The key that sets it, and its default. */
    public ConfigKey<GatewayConfig, ?> key() {
        return key;
    }

    /** What tells this limit from the others in the metric: the key without {@code limits.}. */
    public String metricTag() {
        return key.name().substring(PREFIX.length());
    }

    /** The code of the ERROR that tells the peer; empty where it is not told. */
    public Optional<ErrorCode> code() {
        return Optional.ofNullable(code);
    }
}
