package io.socketgateway.server.config;

import java.time.Duration;
import java.util.List;

/**
 * What a peer may cost the gateway. Counts may be {@link ValueType#UNLIMITED} where the key allows the word {@code
 * unlimited}; 0 never means that. The ranges stand in {@link LimitKeys}; a value outside is a {@link ConfigException}.
 *
 * @param maxFrameBytes the longest body on a stream, 1,024 to 2^24-1 bytes
 * @param maxDatagramBytes the longest datagram taken, 1,200 to 65,507 bytes
 * @param maxDatagramBytesSent the longest datagram sent, 1,024 to 65,507 bytes
 * @param frameTimeout how long a frame once begun may take, before what the bytes received add to it
 * @param inboundBytes how many bytes of frames begun and not finished all sessions may hold
 * @param maxDeadline the longest deadline of a request; longer ones are shortened to it
 * @param streamIdleTimeout how long nothing may move on a stream of responses
 * @param answerCacheBytesPerSession how many bytes of answers are kept for one datagram session, for repeats
 * @param answerCacheBytes how many bytes of answers are kept for all datagram sessions
 * @param answerCacheTime how long an answer is kept at most
 * @param resumeWindow how long a session is kept whose connection was lost; only 0 in this release
 * @param keepAlive the keep-alive stated in WELCOME where the client has no wish; whole seconds, 1 s to 1 h
 * @param drainTimeout how long a drain waits for what is under way
 * @param backlogBytesPerSession how many bytes may wait for one session
 * @param backlogTimeout how long a session may take nothing while frames wait for it
 * @param backlogBytes how many bytes may wait for all sessions
 * @param sessions how many sessions there may be
 * @param sessionsPerAddress how many sessions one address, or one /64 of IPv6, may have
 * @param trustedSources for whom that does not hold
 * @param newSessionsPerSecond how many sessions may begin in a second
 * @param requestsPerSession how many requests of one session may be under way
 * @param statelessRequests how many requests from outside a session may be under way, on all listeners together
 * @param subscriptionsPerSession how many subscriptions and services one session may have
 */
public record LimitsConfig(
        int maxFrameBytes,
        int maxDatagramBytes,
        int maxDatagramBytesSent,
        Duration frameTimeout,
        long inboundBytes,
        Duration maxDeadline,
        Duration streamIdleTimeout,
        int answerCacheBytesPerSession,
        int answerCacheBytes,
        Duration answerCacheTime,
        Duration resumeWindow,
        Duration keepAlive,
        Duration drainTimeout,
        int backlogBytesPerSession,
        Duration backlogTimeout,
        long backlogBytes,
        int sessions,
        int sessionsPerAddress,
        List<AddressRange> trustedSources,
        int newSessionsPerSecond,
        int requestsPerSession,
        int statelessRequests,
        int subscriptionsPerSession) {

    /** Checks the ranges. */
    public LimitsConfig {
        trustedSources = List.copyOf(trustedSources);
        LimitKeys.MAX_FRAME_BYTES.checked(maxFrameBytes);
        LimitKeys.MAX_DATAGRAM_BYTES.checked(maxDatagramBytes);
        LimitKeys.MAX_DATAGRAM_BYTES_SENT.checked(maxDatagramBytesSent);
        LimitKeys.FRAME_TIMEOUT.checked(frameTimeout);
        LimitKeys.INBOUND_BYTES.checked(inboundBytes);
        LimitKeys.MAX_DEADLINE.checked(maxDeadline);
        LimitKeys.STREAM_IDLE_TIMEOUT.checked(streamIdleTimeout);
        LimitKeys.ANSWER_CACHE_BYTES_PER_SESSION.checked(answerCacheBytesPerSession);
        LimitKeys.ANSWER_CACHE_BYTES.checked(answerCacheBytes);
        LimitKeys.ANSWER_CACHE_TIME.checked(answerCacheTime);
        LimitKeys.RESUME_WINDOW.checked(resumeWindow);
        LimitKeys.KEEP_ALIVE.checked(keepAlive);
        LimitKeys.DRAIN_TIMEOUT.checked(drainTimeout);
        LimitKeys.BACKLOG_BYTES_PER_SESSION.checked(backlogBytesPerSession);
        LimitKeys.BACKLOG_TIMEOUT.checked(backlogTimeout);
        LimitKeys.BACKLOG_BYTES.checked(backlogBytes);
        LimitKeys.SESSIONS.checked(sessions);
        LimitKeys.SESSIONS_PER_ADDRESS.checked(sessionsPerAddress);
        LimitKeys.TRUSTED_SOURCES.checked(trustedSources);
        LimitKeys.NEW_SESSIONS_PER_SECOND.checked(newSessionsPerSecond);
        LimitKeys.REQUESTS_PER_SESSION.checked(requestsPerSession);
        LimitKeys.STATELESS_REQUESTS.checked(statelessRequests);
        LimitKeys.SUBSCRIPTIONS_PER_SESSION.checked(subscriptionsPerSession);
    }

    /** The limits that hold without a configuration. */
    public static LimitsConfig defaults() {
        return of(Settings.defaults(ConfigKeys.ALL));
    }

    static LimitsConfig of(Settings<GatewayConfig> settings) {
        return new LimitsConfig(
                settings.value(LimitKeys.MAX_FRAME_BYTES),
                settings.value(LimitKeys.MAX_DATAGRAM_BYTES),
                settings.value(LimitKeys.MAX_DATAGRAM_BYTES_SENT),
                settings.value(LimitKeys.FRAME_TIMEOUT),
                settings.value(LimitKeys.INBOUND_BYTES),
                settings.value(LimitKeys.MAX_DEADLINE),
                settings.value(LimitKeys.STREAM_IDLE_TIMEOUT),
                settings.value(LimitKeys.ANSWER_CACHE_BYTES_PER_SESSION),
                settings.value(LimitKeys.ANSWER_CACHE_BYTES),
                settings.value(LimitKeys.ANSWER_CACHE_TIME),
                settings.value(LimitKeys.RESUME_WINDOW),
                settings.value(LimitKeys.KEEP_ALIVE),
                settings.value(LimitKeys.DRAIN_TIMEOUT),
                settings.value(LimitKeys.BACKLOG_BYTES_PER_SESSION),
                settings.value(LimitKeys.BACKLOG_TIMEOUT),
                settings.value(LimitKeys.BACKLOG_BYTES),
                settings.value(LimitKeys.SESSIONS),
                settings.value(LimitKeys.SESSIONS_PER_ADDRESS),
                settings.value(LimitKeys.TRUSTED_SOURCES),
                settings.value(LimitKeys.NEW_SESSIONS_PER_SECOND),
                settings.value(LimitKeys.REQUESTS_PER_SESSION),
                settings.value(LimitKeys.STATELESS_REQUESTS),
                settings.value(LimitKeys.SUBSCRIPTIONS_PER_SESSION));
    }
}
