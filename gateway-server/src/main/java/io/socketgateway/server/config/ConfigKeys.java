package io.socketgateway.server.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The one table of a gateway's keys. Parsing, printing, environment names and the documentation all follow from it.
 */
public final class ConfigKeys {

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

    /** Whether sends go together. */
    public static final ConfigKey<GatewayConfig, SendBatching> SEND_BATCHING = server(
            "send-batching",
            ValueType.choice(SendBatching.class),
            "auto",
            "whether what a turn sends to several sockets goes with one call of the system; `auto`: on epoll, where io_uring works",
            ServerConfig::sendBatching);

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

    /** Whose frames are logged. */
    public static final ConfigKey<GatewayConfig, Optional<String>> FRAME_LOG = server(
            "frame-log",
            ValueType.clientIdOrOff(),
            "off",
            "the client whose frames are logged, a line each without what they carry (logger `io.socketgateway.frames`)",
            ServerConfig::frameLog);

    /** Where HTTP is answered. */
    public static final ConfigKey<GatewayConfig, Optional<HttpAddress>> ADMIN_LISTEN = key(
            "admin.listen",
            ValueType.httpAddressOrOff(),
            "off",
            "where /livez, /readyz and /metrics are answered; `gateway serve` takes http://127.0.0.1:7480 unless told otherwise",
            config -> config.admin().listen());

    /** How the log looks. */
    public static final ConfigKey<GatewayConfig, LogFormat> LOG_FORMAT = key(
            "log.format",
            ValueType.choice(LogFormat.class),
            "text",
            "how the log of `gateway serve` looks: lines for people, or an object on each line",
            config -> config.log().format());

    /** How much is logged. */
    public static final ConfigKey<GatewayConfig, LogLevel> LOG_LEVEL = key(
            "log.level",
            ValueType.choice(LogLevel.class),
            "info",
            "the least that `gateway serve` logs",
            config -> config.log().level());

    /** Every key, in the order in which they are shown. */
    public static final List<ConfigKey<GatewayConfig, ?>> ALL = Stream.<List<ConfigKey<GatewayConfig, ?>>>of(
                    List.of(
                            LISTENERS,
                            WORKERS,
                            TRANSPORT,
                            SEND_BATCHING,
                            NODE,
                            SERVICE_THREADS,
                            SERVICE_QUEUE,
                            FRAME_LOG),
                    List.of(ADMIN_LISTEN, LOG_FORMAT, LOG_LEVEL),
                    LimitKeys.ALL)
            .flatMap(List::stream)
            .toList();

    private ConfigKeys() {}

    private static <T> ConfigKey<GatewayConfig, T> key(
            String name, ValueType<T> type, String defaultText, String doc, Function<GatewayConfig, T> from) {
        return new ConfigKey<>(name, type, defaultText, doc, from);
    }

    private static <T> ConfigKey<GatewayConfig, T> server(
            String name, ValueType<T> type, String defaultText, String doc, Function<ServerConfig, T> from) {
        return key("server." + name, type, defaultText, doc, config -> from.apply(config.server()));
    }
}
