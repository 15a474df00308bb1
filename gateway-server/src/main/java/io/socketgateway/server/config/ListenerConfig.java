package io.socketgateway.server.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * One address that the gateway listens on, with its socket options.
 *
 * <p>Written as a URL, options after a question mark: {@code tcp://127.0.0.1:7400}, {@code tcp://[::1]:0} (any free
 * port), {@code tcp://*:7400} or {@code tcp://:7400} (all addresses of the machine), {@code
 * tcp://0.0.0.0:7400?backlog=512}, {@code udp://127.0.0.1:7400}. Without a port it is 7400.
 *
 * @param scheme the carrier
 * @param host an address or a name that is resolved at start; {@code *} for all addresses
 * @param port 0 to 65,535; 0 takes a free one
 * @param backlog connections that the system may hold ready to be accepted; the system may set a lower bound; tcp only
 * @param receiveBufferBytes the size of each connected or datagram socket's receive buffer; empty: as the system has it
 * @param sendBufferBytes the size of each connected or datagram socket's send buffer; empty: as the system has it
 * @param tcpNoDelay whether small segments are sent at once ({@code TCP_NODELAY}); tcp only
 * @param reusePort whether several processes may share the port ({@code SO_REUSEPORT})
 * @param keepAlive whether the system probes silent connections ({@code SO_KEEPALIVE}); tcp only
 * @param stateless whether requests to services are taken without a session and without its promises; udp only
 */
public record ListenerConfig(
        Scheme scheme,
        String host,
        int port,
        int backlog,
        OptionalInt receiveBufferBytes,
        OptionalInt sendBufferBytes,
        boolean tcpNoDelay,
        boolean reusePort,
        boolean keepAlive,
        boolean stateless) {
    /** The port that a URL without one means. */
    public static final int DEFAULT_PORT = 7400;

    /** The host that means all addresses of the machine. */
    public static final String ALL_ADDRESSES = "*";

    static final ConfigKey<ListenerConfig, Integer> BACKLOG = option(
            "backlog",
            ValueType.count(1, 65_535),
            "1024",
            "tcp only: connections that the system may hold ready to be accepted",
            ListenerConfig::backlog);
    static final ConfigKey<ListenerConfig, OptionalInt> RECEIVE_BUFFER_BYTES = option(
            "receive-buffer-bytes",
            ValueType.bytesOrSystem(1 << 10, 1 << 30),
            "system",
            "receive buffer of each connection or datagram socket",
            ListenerConfig::receiveBufferBytes);
    static final ConfigKey<ListenerConfig, OptionalInt> SEND_BUFFER_BYTES = option(
            "send-buffer-bytes",
            ValueType.bytesOrSystem(1 << 10, 1 << 30),
            "system",
            "send buffer of each connection or datagram socket",
            ListenerConfig::sendBufferBytes);
    static final ConfigKey<ListenerConfig, Boolean> TCP_NO_DELAY = option(
            "tcp-no-delay",
            ValueType.flag(),
            "true",
            "tcp only: send small segments at once (`TCP_NODELAY`)",
            ListenerConfig::tcpNoDelay);
    static final ConfigKey<ListenerConfig, Boolean> REUSE_PORT = option(
            "reuse-port",
            ValueType.flag(),
            "false",
            "let several processes share the port (`SO_REUSEPORT`)",
            ListenerConfig::reusePort);
    static final ConfigKey<ListenerConfig, Boolean> KEEP_ALIVE = option(
            "keep-alive",
            ValueType.flag(),
            "true",
            "tcp only: let the system probe silent connections (`SO_KEEPALIVE`)",
            ListenerConfig::keepAlive);
    static final ConfigKey<ListenerConfig, Boolean> STATELESS = option(
            "stateless",
            ValueType.flag(),
            "false",
            "udp only: take requests to services without a session; none of them is promised to be carried out once",
            ListenerConfig::stateless);

    /** The options of a listener, in the order in which they are shown. */
    public static final List<ConfigKey<ListenerConfig, ?>> OPTIONS =
            List.of(BACKLOG, RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES, TCP_NO_DELAY, REUSE_PORT, KEEP_ALIVE, STATELESS);

    private static final Map<String, Scheme> OF_ONE_SCHEME = Map.of(
            BACKLOG.name(), Scheme.TCP,
            TCP_NO_DELAY.name(), Scheme.TCP,
            KEEP_ALIVE.name(), Scheme.TCP,
            STATELESS.name(), Scheme.UDP);

    /**
     * Checks the ranges, and that options of another scheme are at their defaults; a {@link ConfigException} names what
     * is wrong.
     */
    public ListenerConfig {
        if (port < 0 || port > 65_535) {
            throw ConfigException.of("", "port", Integer.toString(port), "expected a whole number from 0 to 65,535");
        }
        BACKLOG.checked(backlog);
        RECEIVE_BUFFER_BYTES.checked(receiveBufferBytes);
        SEND_BUFFER_BYTES.checked(sendBufferBytes);
        offered(scheme, BACKLOG, backlog);
        offered(scheme, TCP_NO_DELAY, tcpNoDelay);
        offered(scheme, KEEP_ALIVE, keepAlive);
        offered(scheme, STATELESS, stateless);
    }

    private static <T> void offered(Scheme scheme, ConfigKey<ListenerConfig, T> option, T value) {
        if (!value.equals(option.defaultValue())) {
            checkScheme("", scheme, option.name(), option.type().write(value));
        }
    }

    /** Whether listeners of this scheme have this option; a {@link ConfigException} names both if not. */
    static void checkScheme(String source, Scheme scheme, String option, String text) {
        Scheme only = OF_ONE_SCHEME.getOrDefault(option, scheme);
        if (only != scheme) {
            throw ConfigException.of(
                    source, option, text, "an option of " + only.text() + " listeners, not of " + scheme.text());
        }
    }

    /** A listener as its URL says; a {@link ConfigException} shows the URL and what is wrong with it. */
    public static ListenerConfig parse(String url) {
        return ListenerUrl.parse(url);
    }

    static ListenerConfig of(Scheme scheme, String host, int port, Settings<ListenerConfig> options) {
        return new ListenerConfig(
                scheme,
                host,
                port,
                options.value(BACKLOG),
                options.value(RECEIVE_BUFFER_BYTES),
                options.value(SEND_BUFFER_BYTES),
                options.value(TCP_NO_DELAY),
                options.value(REUSE_PORT),
                options.value(KEEP_ALIVE),
                options.value(STATELESS));
    }

    /** The same listener with another option, written as in a file. */
    ListenerConfig with(String source, String option, String text) {
        Settings<ListenerConfig> options = Settings.of(OPTIONS, this);
        checkScheme(source, scheme, option, text);
        options.set(source, option, text);
        return of(scheme, host, port, options);
    }

    /** Scheme, host and port alone: {@code tcp://127.0.0.1:7400}, {@code tcp://[::1]:7400}. */
    public String url() {
        return scheme.text() + "://" + Authority.text(host, port);
    }

    /** The address to bind to. A host name is looked up here; the result is unresolved if that fails. */
    public InetSocketAddress bindAddress() {
        return host.equals(ALL_ADDRESSES) ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    /** The URL with those options that differ from their defaults; {@link #parse} reads it back. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(url());
        char separator = '?';
        for (ConfigKey<ListenerConfig, ?> option : OPTIONS) {
            if (!option.text(this).equals(option.defaultText())) {
                text.append(separator).append(option.name()).append('=').append(option.text(this));
                separator = '&';
            }
        }
        return text.toString();
    }

    private static <T> ConfigKey<ListenerConfig, T> option(
            String name, ValueType<T> type, String defaultText, String doc, Function<ListenerConfig, T> from) {
        return new ConfigKey<>(name, type, defaultText, doc, from);
    }
}
