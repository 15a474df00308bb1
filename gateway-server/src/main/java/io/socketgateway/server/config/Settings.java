package io.socketgateway.server.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A value for each key of a table, and where it was written; what records are made of. Belongs to the one thread that
 * reads the configuration.
 *
 * @param <C> the record that is made of it
 */
final class Settings<C> {
    private final List<ConfigKey<C, ?>> table;
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, String> sources = new HashMap<>();

    private Settings(List<ConfigKey<C, ?>> table) {
        this.table = table;
    }

    /** Each key with its default. */
    static <C> Settings<C> defaults(List<ConfigKey<C, ?>> table) {
        Settings<C> settings = new Settings<>(table);
        table.forEach(key -> settings.values.put(key.name(), key.defaultValue()));
        return settings;
    }

    /** Each key with its value in a record. */
    static <C> Settings<C> of(List<ConfigKey<C, ?>> table, C config) {
        Settings<C> settings = new Settings<>(table);
        table.forEach(key -> settings.values.put(key.name(), key.from().apply(config)));
        return settings;
    }

    /** Sets a key to what a text means; a {@link ConfigException} if there is no such key or it does not mean one. */
    void set(String source, String name, String text) {
        for (ConfigKey<C, ?> key : table) {
            if (key.name().equals(name)) {
                values.put(name, key.read(source, text));
                sources.put(name, source);
                return;
            }
        }
        String nearest = Nearest.to(name, table.stream().map(ConfigKey::name).toList());
        throw ConfigException.of(source, name, text, "unknown key; the nearest is " + nearest);
    }

    /** Sets a key that was read by other means. */
    <T> void put(String source, ConfigKey<C, T> key, T value) {
        values.put(key.name(), key.checked(value));
        sources.put(key.name(), source);
    }

    @SuppressWarnings("unchecked") // put, set and the factories store what the key's own type reads
    <T> T value(ConfigKey<C, T> key) {
        return (T) Objects.requireNonNull(values.get(key.name()), key.name());
    }

    /** Where each key that is not at its default was last written. */
    Map<String, String> sources() {
        return Map.copyOf(sources);
    }
}
