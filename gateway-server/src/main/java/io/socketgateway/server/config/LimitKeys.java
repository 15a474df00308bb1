package io.socketgateway.server.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The keys of what peers may cost. {@link Limit} says what happens when one is reached. */
public final class LimitKeys {
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    /** The longest body. */
    public static final ConfigKey<GatewayConfig, Integer> MAX_FRAME_BYTES = limit(
            "max-frame-bytes",
            ValueType.bytes(1 << 10, (1 << 24) - 1),
            "1MiB",
            "the longest frame taken from a stream; a longer one is ERROR 413, and the connection closes",
            LimitsConfig::maxFrameBytes);

    /** The longest datagram taken. */
    public static final ConfigKey<GatewayConfig, Integer> MAX_DATAGRAM_BYTES = limit(
            "max-datagram-bytes",
            ValueType.bytes(1_200, 65_507),
            "8KiB",
            "the longest datagram taken; a longer one is dropped and counted",
            LimitsConfig::maxDatagramBytes);

    /** The longest datagram sent. */
    public static final ConfigKey<GatewayConfig, Integer> MAX_DATAGRAM_BYTES_SENT = limit(
            "max-datagram-bytes-sent",
            ValueType.bytes(1 << 10, 65_507),
            "1200",
            "the longest datagram sent; an answer that fits in none becomes ERROR 413",
            LimitsConfig::maxDatagramBytesSent);

    /** Time to finish a frame. */
    public static final ConfigKey<GatewayConfig, Duration> FRAME_TIMEOUT = limit(
            "frame-timeout",
            ValueType.duration(MILLISECOND, HOUR, MILLISECOND),
            "10s",
            "time to finish a frame once begun, and 1 s more for each 16 KiB received; ERROR 408, close",
            LimitsConfig::frameTimeout);

    /** Unfinished frames. */
    public static final ConfigKey<GatewayConfig, Long> INBOUND_BYTES = limit(
            "inbound-bytes",
            ValueType.memory(1 << 10),
            "12.5%",
            "frames begun and not finished, of all sessions together; beyond, reading pauses, and the largest is ERROR 413, close",
            LimitsConfig::inboundBytes);

    /** The longest deadline. */
    public static final ConfigKey<GatewayConfig, Duration> MAX_DEADLINE = limit(
            "max-deadline",
            ValueType.duration(MILLISECOND, DAY, MILLISECOND),
            "10m",
            "the longest deadline of a request; longer ones are shortened to it",
            LimitsConfig::maxDeadline);

    /** Idle streams. */
    public static final ConfigKey<GatewayConfig, Duration> STREAM_IDLE_TIMEOUT = limit(
            "stream-idle-timeout",
            ValueType.duration(MILLISECOND, DAY, MILLISECOND),
            "10m",
            "a stream of responses on which nothing moves for so long is ERROR 408 and CANCEL",
            LimitsConfig::streamIdleTimeout);

    /** Answers kept for a datagram session. */
    public static final ConfigKey<GatewayConfig, Integer> ANSWER_CACHE_BYTES_PER_SESSION = limit(
            "answer-cache-bytes-per-session",
            ValueType.bytes(1 << 10, 1 << 30),
            "256KiB",
            "bytes of answers kept for the repeats of one datagram session; beyond, the oldest are dropped",
            LimitsConfig::answerCacheBytesPerSession);

    /** Answers kept for all of them. */
    public static final ConfigKey<GatewayConfig, Integer> ANSWER_CACHE_BYTES = limit(
            "answer-cache-bytes",
            ValueType.bytes(1 << 10, 1 << 30),
            "64MiB",
            "the same for all datagram sessions together",
            LimitsConfig::answerCacheBytes);

    /** How long they are kept. */
    public static final ConfigKey<GatewayConfig, Duration> ANSWER_CACHE_TIME = limit(
            "answer-cache-time",
            ValueType.duration(MILLISECOND, HOUR, MILLISECOND),
            "1m",
            "how long an answer is kept for repeats; a repeat whose answer is gone is ERROR 408",
            LimitsConfig::answerCacheTime);

    /** Sessions that are away. */
    public static final ConfigKey<GatewayConfig, Duration> RESUME_WINDOW = limit(
            "resume-window",
            ValueType.duration(Duration.ZERO, Duration.ZERO, SECOND),
            "0s",
            "how long a session whose connection was lost is kept; this release keeps none",
            LimitsConfig::resumeWindow);

    /** Keep-alive of sessions. */
    public static final ConfigKey<GatewayConfig, Duration> KEEP_ALIVE = limit(
            "keep-alive",
            ValueType.duration(SECOND, HOUR, SECOND),
            "30s",
            "keep-alive of a session whose client wishes none; silent for 1.5 times that is ERROR 408, close",
            LimitsConfig::keepAlive);

    /** The end of a drain. */
    public static final ConfigKey<GatewayConfig, Duration> DRAIN_TIMEOUT = limit(
            "drain-timeout",
            ValueType.duration(MILLISECOND, HOUR, MILLISECOND),
            "25s",
            "how long a drain waits for what is under way; then it closes",
            LimitsConfig::drainTimeout);

    /** Bytes that wait for a session. */
    public static final ConfigKey<GatewayConfig, Integer> BACKLOG_BYTES_PER_SESSION = limit(
            "backlog-bytes-per-session",
            ValueType.bytes(1 << 10, 1 << 30),
            "8MiB",
            "bytes that may wait for one session; beyond, the overflow policy of each subscription decides",
            LimitsConfig::backlogBytesPerSession);

    /** How long they may wait. */
    public static final ConfigKey<GatewayConfig, Duration> BACKLOG_TIMEOUT = limit(
            "backlog-timeout",
            ValueType.duration(MILLISECOND, HOUR, MILLISECOND),
            "10s",
            "a session that takes nothing for so long while frames wait for it is ERROR 503, close",
            LimitsConfig::backlogTimeout);

    /** Bytes that wait for all sessions. */
    public static final ConfigKey<GatewayConfig, Long> BACKLOG_BYTES = limit(
            "backlog-bytes",
            ValueType.memory(1 << 10),
            "25%",
            "bytes that may wait for all sessions together; beyond, the largest backlog gives way first, and new subscriptions are ERROR 503",
            LimitsConfig::backlogBytes);

    /** Sessions at once. */
    public static final ConfigKey<GatewayConfig, Integer> SESSIONS = limit(
            "sessions",
            ValueType.countOrUnlimited(),
            "10000",
            "sessions at once; one more is ERROR 503, close",
            LimitsConfig::sessions);

    /** Sessions from one place. */
    public static final ConfigKey<GatewayConfig, Integer> SESSIONS_PER_ADDRESS = limit(
            "sessions-per-address",
            ValueType.countOrUnlimited(),
            "256",
            "sessions from one address (IPv6: from one /64); one more is ERROR 429, close",
            LimitsConfig::sessionsPerAddress);

    /** Places from where more may come. */
    public static final ConfigKey<GatewayConfig, List<AddressRange>> TRUSTED_SOURCES = limit(
            "trusted-sources",
            ValueType.addressRanges(),
            "none",
            "addresses that `limits.sessions-per-address` does not hold for: proxies, gateways of large networks",
            LimitsConfig::trustedSources);

    /** How fast they may come. */
    public static final ConfigKey<GatewayConfig, Integer> NEW_SESSIONS_PER_SECOND = limit(
            "new-sessions-per-second",
            ValueType.countOrUnlimited(),
            "500",
            "sessions begun in a second; beyond, accepting pauses (udp: what would open one is dropped and counted)",
            LimitsConfig::newSessionsPerSecond);

    /** Requests under way. */
    public static final ConfigKey<GatewayConfig, Integer> REQUESTS_PER_SESSION = limit(
            "requests-per-session",
            ValueType.countOrUnlimited(),
            "1024",
            "requests of one session under way at once; one more is ERROR 429",
            LimitsConfig::requestsPerSession);

    /** Requests from outside a session. */
    public static final ConfigKey<GatewayConfig, Integer> STATELESS_REQUESTS = limit(
            "stateless-requests",
            ValueType.countOrUnlimited(),
            "1024",
            "requests of `stateless` listeners under way at once, all together; one more is ERROR 429",
            LimitsConfig::statelessRequests);

    /** Subscriptions and services. */
    public static final ConfigKey<GatewayConfig, Integer> SUBSCRIPTIONS_PER_SESSION = limit(
            "subscriptions-per-session",
            ValueType.countOrUnlimited(),
            "1000",
            "subscriptions and services of one session; one more is ERROR 429",
            LimitsConfig::subscriptionsPerSession);

    static final List<ConfigKey<GatewayConfig, ?>> ALL = List.of(
            MAX_FRAME_BYTES,
            MAX_DATAGRAM_BYTES,
            MAX_DATAGRAM_BYTES_SENT,
            FRAME_TIMEOUT,
            INBOUND_BYTES,
            MAX_DEADLINE,
            STREAM_IDLE_TIMEOUT,
            ANSWER_CACHE_BYTES_PER_SESSION,
            ANSWER_CACHE_BYTES,
            ANSWER_CACHE_TIME,
            RESUME_WINDOW,
            KEEP_ALIVE,
            DRAIN_TIMEOUT,
            BACKLOG_BYTES_PER_SESSION,
            BACKLOG_TIMEOUT,
            BACKLOG_BYTES,
            SESSIONS,
            SESSIONS_PER_ADDRESS,
            TRUSTED_SOURCES,
            NEW_SESSIONS_PER_SECOND,
            REQUESTS_PER_SESSION,
            STATELESS_REQUESTS,
            SUBSCRIPTIONS_PER_SESSION);

    private LimitKeys() {}

    private static <T> ConfigKey<GatewayConfig, T> limit(
            String name, ValueType<T> type, String defaultText, String doc, Function<LimitsConfig, T> from) {
        return new ConfigKey<>("limits." + name, type, defaultText, doc, config -> from.apply(config.limits()));
    }
}
