package io.socketgateway.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that can be set about a gateway, validated and complete.
 *
 * <pre>{@code
 * GatewayConfig config = GatewayConfig.defaults()
 *         .withListeners("tcp://127.0.0.1:0")
 *         .with("limits.max-frame-bytes", "64KiB");
 * }</pre>
 *
 * @param listeners the addresses to listen on, at least one
 * @param server how the gateway uses its machine
 * @param admin where those who run it can ask how it is
 * @param log what {@code gateway serve} writes of what it does
 * @param limits what a peer may cost
 */
public record GatewayConfig(
        List<ListenerConfig> listeners, ServerConfig server, AdminConfig admin, LogConfig log, LimitsConfig limits) {

    /** Copies the list; a {@link ConfigException} if it is empty. */
    public GatewayConfig {
        listeners = ConfigKeys.LISTENERS.checked(List.copyOf(listeners));
    }

    /** What holds without any configuration: port 7400 of the loopback address. */
    public static GatewayConfig defaults() {
        return of(Settings.defaults(ConfigKeys.ALL));
    }

    static GatewayConfig of(Settings<GatewayConfig> settings) {
        return new GatewayConfig(
                settings.value(ConfigKeys.LISTENERS),
                ServerConfig.of(settings),
                AdminConfig.of(settings),
                LogConfig.of(settings),
                LimitsConfig.of(settings));
    }

    /** The same with one key changed, written as in a file; a {@link ConfigException} names what is wrong. */
    public GatewayConfig with(String key, String value) {
        Settings<GatewayConfig> settings = Settings.of(ConfigKeys.ALL, this);
        settings.set("", key, value);
        return of(settings);
    }

    /** The same with other listeners, at least one, written as URLs. */
    public GatewayConfig withListeners(String... urls) {
        List<ListenerConfig> parsed = new ArrayList<>();
        for (String url : urls) {
            parsed.add(ListenerConfig.parse(url));
        }
        return new GatewayConfig(parsed, server, admin, log, limits);
    }

    /** What deserves a warning at start, one line each: every limit that is {@code unlimited}. */
    public List<String> warnings() {
        return ConfigKeys.ALL.stream()
                .filter(key -> key.text(this).equals("unlimited"))
                .map(key -> key.name() + " is unlimited: peers can use up the memory of this process")
                .toList();
    }
}
