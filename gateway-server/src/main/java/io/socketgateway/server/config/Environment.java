package io.socketgateway.server.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which environment variables are settings, and what they say.
 *
 * <p>{@code GATEWAY_LISTENERS} and all that begin with the name of a section are, so a misspelt one is an error; other
 * names are none of the configuration's business, and neither are those that Kubernetes and Docker make up for a service
 * that is called gateway-server or gateway-admin. With {@code _FILE} behind it a name says in which file the value is. An
 * empty value is no value.
 */
final class Environment {
    private static final String CONFIG = "GATEWAY_CONFIG";
    private static final String DEFAULTS = "GATEWAY_DEFAULTS";
    private static final String FILE = "_FILE";

    private static final Pattern OURS =
            Pattern.compile("GATEWAY_(LISTENERS?(_FILE)?|(SERVER|ADMIN|LOG|LIMITS)_.*|(CONFIG|DEFAULTS)_FILE)");
    private static final Pattern MADE_UP =
            Pattern.compile("GATEWAY_(SERVER|ADMIN|LOG|LIMITS)_(SERVICE_(HOST|PORT(_.*)?)|PORT(_[0-9]+_(TCP|UDP).*)?)");

    private final Map<String, String> variables = new TreeMap<>();

    Environment(Map<String, String> all) {
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                variables.put(name, value);
            }
        });
    }

    /** Lays the file under all other sources that those who package a gateway have named. */
    void applyDefaults(Settings<GatewayConfig> settings) {
        applyFile(DEFAULTS, settings);
    }

    /** Lays the file of settings over them that is named here. */
    void applyConfig(Settings<GatewayConfig> settings) {
        applyFile(CONFIG, settings);
    }

    private void applyFile(String variable, Settings<GatewayConfig> settings) {
        String file = variables.get(variable);
        if (file != null) {
            try {
                new ConfigFile(Path.of(file), settings).apply();
            } catch (ConfigException e) {
                throw new ConfigException(source(variable) + ": " + e.getMessage());
            }
        }
    }

    /** Sets each key that a variable names. */
    void apply(Settings<GatewayConfig> settings) {
        variables.forEach((variable, value) -> {
            if (OURS.matcher(variable).matches() && !MADE_UP.matcher(variable).matches()) {
                Optional<ConfigKey<GatewayConfig, ?>> direct = key(variable);
                if (direct.isPresent()) {
                    settings.set(source(variable), direct.get().name(), value);
                } else {
                    setFromFile(variable, value, settings);
                }
            }
        });
    }

    private void setFromFile(String variable, String file, Settings<GatewayConfig> settings) {
        String direct = variable.endsWith(FILE) ? variable.substring(0, variable.length() - FILE.length()) : "";
        ConfigKey<GatewayConfig, ?> key = key(direct).orElseThrow(() -> unknown(variable, file));
        if (variables.containsKey(direct)) {
            throw new ConfigException("environment: " + direct + " and " + variable + " are both set; expected one");
        }
        String text;
        try {
            text = TextFile.read(Path.of(file)).replaceFirst("\\r?\\n\\z", "");
        } catch (ConfigException e) {
            throw new ConfigException(source(variable) + ": " + e.getMessage());
        }
        if (!isRight(key, text)) { // what is in the file may be a secret that was meant for something else
            throw new ConfigException(source(variable) + ": " + file + ": " + key.name() + ": expected "
                    + key.type().expected());
        }
        settings.set(source(variable), key.name(), text);
    }

    private static boolean isRight(ConfigKey<GatewayConfig, ?> key, String text) {
        try {
            return key.type().read(text).isPresent();
        } catch (ConfigException e) {
            return false;
        }
    }

    private static ConfigException unknown(String variable, String value) {
        Stream<String> names =
                Stream.concat(ConfigKeys.ALL.stream().map(ConfigKey::environmentName), Stream.of(CONFIG, DEFAULTS));
        return ConfigException.of(
                "environment", variable, value, "unknown; the nearest is " + Nearest.to(variable, names.toList()));
    }

    private static Optional<ConfigKey<GatewayConfig, ?>> key(String variable) {
        for (ConfigKey<GatewayConfig, ?> key : ConfigKeys.ALL) {
            if (key.environmentName().equals(variable)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private static String source(String variable) {
        return "environment " + variable;
    }
}
