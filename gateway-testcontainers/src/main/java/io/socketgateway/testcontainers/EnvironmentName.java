package io.socketgateway.testcontainers;

import java.util.Locale;
import java.util.regex.Pattern;

/** What the gateway calls the keys of its configuration in its environment. */
final class EnvironmentName {
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");

    private EnvironmentName() {}

    /** {@code GATEWAY_LIMITS_SESSIONS} for {@code limits.sessions}. */
    static String of(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    key + " is not spelt like a key of the configuration, which is for example limits.sessions");
        }
        return "GATEWAY_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
