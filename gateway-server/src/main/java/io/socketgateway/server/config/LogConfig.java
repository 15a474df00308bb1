package io.socketgateway.server.config;

/**
 * What {@code gateway serve} writes of what it does. An embedding application has a logging of its own, which these say
 * nothing about.
 *
 * @param format how a line looks
 * @param level the least that is written
 */
public record LogConfig(LogFormat format, LogLevel level) {

    /** What holds without a configuration: text, from {@code info} on. */
    public static LogConfig defaults() {
        return of(Settings.defaults(ConfigKeys.ALL));
    }

    static LogConfig of(Settings<GatewayConfig> settings) {
        return new LogConfig(settings.value(ConfigKeys.LOG_FORMAT), settings.value(ConfigKeys.LOG_LEVEL));
    }
}
