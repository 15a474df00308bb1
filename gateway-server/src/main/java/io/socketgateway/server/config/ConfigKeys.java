package io.socketgateway.server.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * The one table of a gateway's keys. Parsing, printing, environment names and the documentation all follow from it.
 */
public final class ConfigKeys {
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    /** The addresses to listen on. */
    public static final ConfigKey<GatewayConfig, List<ListenerConfig>> LISTENERS = key(
            "listeners",
            ValueType.listeners(),
            "tcp://127.0.0.1:7400",
            "the addresses to listen on",
            GatewayConfig::listeners);

    /** Event loops. */
    public static final ConfigKey<GatewayConfig, Integer> WORKERS = server(
            "workers",
            ValueType.processors(1_024),
            "auto",
            "event loops that carry the traffic, one thread each; `auto` is the number of processors",
            ServerConfig::workers);

    /** How the event loops wait for sockets. */
    public static final ConfigKey<GatewayConfig, TransportKind> TRANSPORT = server(
            "transport",
            ValueType.choice(TransportKind.class),
            "auto",
            "how the event loops wait for sockets; `auto` is the fastest that works here",
            ServerConfig::transport);

    /** The name of this gateway. */
    public static final ConfigKey<GatewayConfig, String> NODE = server(
            "node",
            ValueType.nodeName(),
            "auto",
            "this gateway's name, stated to clients; `auto` is the host name",
            ServerConfig::node);

    /** Handlers of in-process services at once. */
    public static final ConfigKey<GatewayConfig, Integer> SERVICE_THREADS = server(
            "service-threads",
            ValueType.count(1, 10_000),
            "256",
            "handlers of in-process services that may run at once",
            ServerConfig::serviceThreads);

    /** Requests that wait for a handler. */
    public static final ConfigKey<GatewayConfig, Integer> SERVICE_QUEUE = server(
            "service-queue",
            ValueType.count(1, 1_000_000),
            "1024",
            "requests to in-process services that may wait for a thread; more are refused with 503",
            ServerConfig::serviceQueue);

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

    /** Keep-alive of sessions. */
    public static final ConfigKey<GatewayConfig, Duration> KEEP_ALIVE = limit(
            "keep-alive",
            ValueType.duration(SECOND, HOUR, SECOND),
            "30s",
            "keep-alive of a session whose client wishes none; silent for 1.5 times that is ERROR 408, close",
            LimitsConfig::keepAlive);

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

    /** Sessions at once. */
    public static final ConfigKey<GatewayConfig, Integer> SESSIONS = limit(
            "sessions",
            ValueType.countOrUnlimited(),
            "10000",
            "sessions at once; one more is ERROR 503, close",
            LimitsConfig::sessions);

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

    /** Every key, in the order in which they are shown. */
    public static final List<ConfigKey<GatewayConfig, ?>> ALL = List.of(
            LISTENERS,
            WORKERS,
            TRANSPORT,
            NODE,
            SERVICE_THREADS,
            SERVICE_QUEUE,
            MAX_FRAME_BYTES,
            MAX_DATAGRAM_BYTES,
            MAX_DATAGRAM_BYTES_SENT,
            FRAME_TIMEOUT,
            MAX_DEADLINE,
            STREAM_IDLE_TIMEOUT,
            ANSWER_CACHE_BYTES_PER_SESSION,
            ANSWER_CACHE_BYTES,
            ANSWER_CACHE_TIME,
            KEEP_ALIVE,
            BACKLOG_BYTES_PER_SESSION,
            BACKLOG_TIMEOUT,
            SESSIONS,
            REQUESTS_PER_SESSION,
            STATELESS_REQUESTS,
            SUBSCRIPTIONS_PER_SESSION);

    private ConfigKeys() {}

    private static <T> ConfigKey<GatewayConfig, T> key(
            String name, ValueType<T> type, String defaultText, String doc, Function<GatewayConfig, T> from) {
        return new ConfigKey<>(name, type, defaultText, doc, from);
    }

    private static <T> ConfigKey<GatewayConfig, T> server(
            String name, ValueType<T> type, String defaultText, String doc, Function<ServerConfig, T> from) {
        return key("server." + name, type, defaultText, doc, config -> from.apply(config.server()));
    }

    private static <T> ConfigKey<GatewayConfig, T> limit(
            String name, ValueType<T> type, String defaultText, String doc, Function<LimitsConfig, T> from) {
        return key("limits." + name, type, defaultText, doc, config -> from.apply(config.limits()));
    }
}
