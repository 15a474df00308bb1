package io.socketgateway.server.config;

import java.util.Locale;
import java.util.function.Function;

/**
 * One row of a table of keys: everything that there is to know about a setting.
 *
 * @param <C> the record that holds the value in the end
 * @param <T> the Java type of the value
 * @param name the key, as a file and the command line write it
 * @param type how values are written and checked
 * @param defaultText the default, as a person would write it
 * @param doc what it is for, one sentence
 * @param from where the value stands in the record
 */
public record ConfigKey<C, T>(String name, ValueType<T> type, String defaultText, String doc, Function<C, T> from) {

    /** The name of the environment variable that sets this key: {@code GATEWAY_LIMITS_SESSIONS}. */
    public String environmentName() {
        return "GATEWAY_" + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The value that holds in a configuration, as a person would write it. */
    public String text(C config) {
        return type.write(from.apply(config));
    }

    /** The default value. */
    public T defaultValue() {
        return read("", defaultText);
    }

    /** The value that a text means, else a {@link ConfigException} that names the source. */
    T read(String source, String text) {
        try {
            return type.read(text).orElseThrow(() -> ConfigException.of("", name, text, "expected " + type.expected()));
        } catch (ConfigException e) {
            throw source.isEmpty() ? e : new ConfigException(source + ": " + e.getMessage());
        }
    }

    /** The value itself, if it is in range; else a {@link ConfigException}. */
    T checked(T value) {
        if (!type.allows(value)) {
            throw ConfigException.of("", name, String.valueOf(value), "expected " + type.expected());
        }
        return value;
    }
}
