package io.socketgateway.server.config;

import java.time.Duration;

/**
 * What a peer may cost the gateway. Counts may be {@link ValueType#UNLIMITED} where the key allows the word {@code
 * unlimited}; 0 never means that. The ranges stand in {@link ConfigKeys}; a value outside is a {@link ConfigException}.
 *
 * @param maxFrameBytes the longest body on a stream, 1,024 to 2^24-1 bytes
 * @param maxDatagramBytes the longest datagram taken, 1,200 to 65,507 bytes
 * @param maxDatagramBytesSent the longest datagram sent, 1,024 to 65,507 bytes
 * @param frameTimeout how long a frame once begun may take, before what the bytes received add to it
 * @param maxDeadline the longest deadline of a request; longer ones are shortened to it
 * @param streamIdleTimeout how long nothing may move on a stream of responses
 * @param answerCacheBytesPerSession how many bytes of answers are kept for one datagram session, for repeats
 * @param answerCacheBytes how many bytes of answers are kept for all datagram sessions
 * @param answerCacheTime how long an answer is kept at most
 * @param keepAlive the keep-alive stated in WELCOME where the client has no wish; whole seconds, 1 s to 1 h
 * @param backlogBytesPerSession how many bytes may wait for one session
 * @param backlogTimeout how long a session may take nothing while frames wait for it
 * @param sessions how many sessions there may be
 * @param requestsPerSession how many requests of one session may be under way
 * @param statelessRequests how many requests from outside a session may be under way, on all listeners together
 * @param subscriptionsPerSession how many subscriptions and services one session may have
 */
public record LimitsConfig(
        int maxFrameBytes,
        int maxDatagramBytes,
        int maxDatagramBytesSent,
        Duration frameTimeout,
        Duration maxDeadline,
        Duration streamIdleTimeout,
        int answerCacheBytesPerSession,
        int answerCacheBytes,
        Duration answerCacheTime,
        Duration keepAlive,
        int backlogBytesPerSession,
        Duration backlogTimeout,
        int sessions,
        int requestsPerSession,
        int statelessRequests,
        int subscriptionsPerSession) {

    /** Checks the ranges. */
    public LimitsConfig {
        ConfigKeys.MAX_FRAME_BYTES.checked(maxFrameBytes);
        ConfigKeys.MAX_DATAGRAM_BYTES.checked(maxDatagramBytes);
        ConfigKeys.MAX_DATAGRAM_BYTES_SENT.checked(maxDatagramBytesSent);
        ConfigKeys.FRAME_TIMEOUT.checked(frameTimeout);
        ConfigKeys.MAX_DEADLINE.checked(maxDeadline);
        ConfigKeys.STREAM_IDLE_TIMEOUT.checked(streamIdleTimeout);
        ConfigKeys.ANSWER_CACHE_BYTES_PER_SESSION.checked(answerCacheBytesPerSession);
        ConfigKeys.ANSWER_CACHE_BYTES.checked(answerCacheBytes);
        ConfigKeys.ANSWER_CACHE_TIME.checked(answerCacheTime);
        ConfigKeys.KEEP_ALIVE.checked(keepAlive);
        ConfigKeys.BACKLOG_BYTES_PER_SESSION.checked(backlogBytesPerSession);
        ConfigKeys.BACKLOG_TIMEOUT.checked(backlogTimeout);
        ConfigKeys.SESSIONS.checked(sessions);
        ConfigKeys.REQUESTS_PER_SESSION.checked(requestsPerSession);
        ConfigKeys.STATELESS_REQUESTS.checked(statelessRequests);
        ConfigKeys.SUBSCRIPTIONS_PER_SESSION.checked(subscriptionsPerSession);
    }

    /** The limits that hold without a configuration. */
    public static LimitsConfig defaults() {
        return of(Settings.defaults(ConfigKeys.ALL));
    }

    static LimitsConfig of(Settings<GatewayConfig> settings) {
        return new LimitsConfig(
                settings.value(ConfigKeys.MAX_FRAME_BYTES),
                settings.value(ConfigKeys.MAX_DATAGRAM_BYTES),
                settings.value(ConfigKeys.MAX_DATAGRAM_BYTES_SENT),
                settings.value(ConfigKeys.FRAME_TIMEOUT),
                settings.value(ConfigKeys.MAX_DEADLINE),
                settings.value(ConfigKeys.STREAM_IDLE_TIMEOUT),
                settings.value(ConfigKeys.ANSWER_CACHE_BYTES_PER_SESSION),
                settings.value(ConfigKeys.ANSWER_CACHE_BYTES),
                settings.value(ConfigKeys.ANSWER_CACHE_TIME),
                settings.value(ConfigKeys.KEEP_ALIVE),
                settings.value(ConfigKeys.BACKLOG_BYTES_PER_SESSION),
                settings.value(ConfigKeys.BACKLOG_TIMEOUT),
                settings.value(ConfigKeys.SESSIONS),
                settings.value(ConfigKeys.REQUESTS_PER_SESSION),
                settings.value(ConfigKeys.STATELESS_REQUESTS),
                settings.value(ConfigKeys.SUBSCRIPTIONS_PER_SESSION));
    }
}
