package io.socketgateway.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lays what was written over the defaults, each source outweighing the one before: what the program itself presets, the
 * file that {@code GATEWAY_DEFAULTS} names, the file (else the one that {@code GATEWAY_CONFIG} names), the other variables
 * of the environment, {@code --set}, {@code --listen}. The order in which they are named here does not matter. For one
 * thread.
 *
 * <pre>{@code
 * GatewayConfig config = new ConfigLoader().file(path).environment(System.getenv()).set("limits.sessions=20000").load();
 * }</pre>
 */
public final class ConfigLoader {
    private @Nullable Path file;
    private Map<String, String> environment = Map.of();
    private final List<Preset> presets = new ArrayList<>();
    private final List<String> assignments = new ArrayList<>();
    private final List<String> urls = new ArrayList<>();

    private record Preset(String source, String key, String text) {}

    /** A loader that knows the defaults alone. */
    public ConfigLoader() {}

    /** Has a key begin at another default, which all other sources outweigh. */
    public ConfigLoader preset(String source, String key, String text) {
        presets.add(new Preset(source, key, text));
        return this;
    }

    /** Reads this YAML file, and not the one that the environment names. */
    public ConfigLoader file(Path path) {
        this.file = path;
        return this;
    }

    /**
     * Reads these environment variables: {@code GATEWAY_LIMITS_SESSIONS}, {@code GATEWAY_LISTENERS} and so on; with
     * {@code _FILE} behind it a name says in which file the value is.
     */
    public ConfigLoader environment(Map<String, String> variables) {
        this.environment = Map.copyOf(variables);
        return this;
    }

    /** Sets one key: {@code limits.sessions=20000}. Of two for one key the later counts. */
    public ConfigLoader set(String assignment) {
        assignments.add(assignment);
        return this;
    }

    /** Adds a listener's URL; these replace all listeners that other sources name. */
    public ConfigLoader listen(String url) {
        urls.add(url);
        return this;
    }

    /** The configuration; a {@link ConfigException} for the first fault found. */
    public GatewayConfig load() {
        return loadWithSources().config();
    }

    /** The configuration, and where each value was written. */
    public Loaded loadWithSources() {
        Settings<GatewayConfig> settings = Settings.defaults(ConfigKeys.ALL);
        presets.forEach(preset -> settings.set(preset.source, preset.key, preset.text));
        Environment variables = new Environment(environment);
        variables.applyDefaults(settings);
        if (file != null) {
            new ConfigFile(file, settings).apply();
        } else {
            variables.applyConfig(settings);
        }
        variables.apply(settings);
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("--set " + assignment + ": expected key=value");
            }
            settings.set(
                    "--set",
                    assignment.substring(0, equals).strip(),
                    assignment.substring(equals + 1).strip());
        }
        if (!urls.isEmpty()) {
            List<ListenerConfig> listeners = new ArrayList<>();
            for (String url : urls) {
                listeners.addAll(ConfigKeys.LISTENERS.read("--listen", url));
            }
            settings.put("--listen", ConfigKeys.LISTENERS, listeners);
        }
        return new Loaded(GatewayConfig.of(settings), settings.sources());
    }

    /**
     * A configuration and where it comes from.
     *
     * @param config complete and valid
     * @param sources by key, where its value was written; a key at its default is absent
     */
    public record Loaded(GatewayConfig config, Map<String, String> sources) {
        /** Copies the map. */
        public Loaded {
            sources = Map.copyOf(sources);
        }
    }
}
