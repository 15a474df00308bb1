package io.socketgateway.cli;

import io.socketgateway.server.config.ConfigKey;
import io.socketgateway.server.config.ConfigKeys;
import io.socketgateway.server.config.ConfigLoader;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.ListenerConfig;

/** Writes a configuration so that it can be read back, as YAML for people and as JSON for programs. */
final class ConfigText {
    private ConfigText() {}

    /**
     * A YAML file that says the same.
     *
     * @param docs whether each key is preceded by what it is for and what it may be
     */
    static String yaml(ConfigLoader.Loaded loaded, boolean docs) {
        StringBuilder yaml = new StringBuilder();
        String section = "";
        for (ConfigKey<GatewayConfig, ?> key : ConfigKeys.ALL) {
            int dot = key.name().indexOf('.');
            String itsSection = dot < 0 ? "" : key.name().substring(0, dot);
            if (!itsSection.equals(section)) {
                section = itsSection;
                yaml.append(section).append(":\n");
            }
            String indent = dot < 0 ? "" : "  ";
            if (docs) {
                yaml.append(indent).append("# ").append(key.doc()).append('\n');
                yaml.append(indent).append("# ").append(key.type().expected());
                yaml.append("; default: ").append(key.defaultText()).append('\n');
            }
            String source = loaded.sources().get(key.name());
            String value = key.text(loaded.config());
            boolean isDefault = source == null;
            String comment = isDefault ? (value.equals(key.defaultText()) ? "" : "  # here " + value) : "  # " + source;
            yaml.append(indent).append(key.name().substring(dot + 1)).append(':');
            if (key.equals(ConfigKeys.LISTENERS)) {
                yaml.append(comment).append('\n');
                for (ListenerConfig listener : loaded.config().listeners()) {
                    yaml.append("  - ").append(listener).append('\n');
                }
            } else {
                yaml.append(' ')
                        .append(isDefault ? key.defaultText() : value)
                        .append(comment)
                        .append('\n');
            }
        }
        return yaml.toString();
    }

    /** One flat object: every key with its value as it would be written. */
    static String json(GatewayConfig config) {
        JsonLine line = new JsonLine();
        ConfigKeys.ALL.forEach(key -> line.text(key.name(), key.text(config)));
        return line.end();
    }
}
