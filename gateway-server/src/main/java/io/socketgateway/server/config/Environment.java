package io.socketgateway.server.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which environment variables are settings. {@code GATEWAY_LISTENERS} and all that begin with {@code GATEWAY_SERVER_}
 * or {@code GATEWAY_LIMITS_} are, so a misspelt one is an error; other names are none of the configuration's business,
 * and neither are those that Kubernetes and Docker make up for a service that is called gateway-server. An empty value
 * is no value.
 */
final class Environment {
    private static final Pattern OURS = Pattern.compile("GATEWAY_(LISTENERS?|SERVER_.*|LIMITS_.*)");
    private static final Pattern MADE_UP =
            Pattern.compile("GATEWAY_(SERVER|LIMITS)_(SERVICE_(HOST|PORT(_.*)?)|PORT(_[0-9]+_(TCP|UDP).*)?)");

    private Environment() {}

    /** Sets each key that a variable names. */
    static void apply(Map<String, String> variables, Settings<GatewayConfig> settings) {
        new TreeMap<>(variables).forEach((variable, value) -> {
            if (!value.isEmpty()
                    && OURS.matcher(variable).matches()
                    && !MADE_UP.matcher(variable).matches()) {
                settings.set("environment " + variable, key(variable, value), value);
            }
        });
    }

    private static String key(String variable, String value) {
        List<String> names =
                ConfigKeys.ALL.stream().map(ConfigKey::environmentName).toList();
        return ConfigKeys.ALL.stream()
                .filter(key -> key.environmentName().equals(variable))
                .map(ConfigKey::name)
                .findFirst()
                .orElseThrow(() -> ConfigException.of(
                        "environment", variable, value, "unknown; the nearest is " + Nearest.to(variable, names)));
    }
}
