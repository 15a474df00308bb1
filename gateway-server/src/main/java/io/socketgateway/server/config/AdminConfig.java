package io.socketgateway.server.config;

import java.util.Optional;

/**
 * Where those who run the gateway can ask it how it is.
 *
 * @param listen where HTTP is answered; empty: nowhere
 */
public record AdminConfig(Optional<HttpAddress> listen) {

    /** What holds without a configuration: nowhere. */
    public static AdminConfig defaults() {
        return of(Settings.defaults(ConfigKeys.ALL));
    }

    static AdminConfig of(Settings<GatewayConfig> settings) {
        return new AdminConfig(settings.value(ConfigKeys.ADMIN_LISTEN));
    }
}
