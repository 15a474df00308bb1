package io.socketgateway.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one YAML file says, laid over the settings. */
record ConfigFile(Path path, Settings<GatewayConfig> settings) {
    private static final String LIST = ConfigKeys.LISTENERS.name() + "[";

    void apply() {
        Map<String, List<YamlFile.Entry>> listeners = new LinkedHashMap<>();
        String listenersSource = "";
        for (YamlFile.Entry entry : YamlFile.read(path)) {
            if (entry.path().startsWith(LIST)) {
                String element = entry.path().substring(0, entry.path().indexOf(']') + 1);
                listeners.computeIfAbsent(element, name -> new ArrayList<>()).add(entry);
                listenersSource = listenersSource.isEmpty() ? source(entry) : listenersSource;
            } else if (!isSection(entry.path())) {
                settings.set(source(entry), entry.path(), entry.text() == null ? "" : entry.text());
            } else if (entry.text() != null) {
                throw ConfigException.of(
                        source(entry), entry.path(), entry.text(), "expected keys beneath it, not a value");
            }
        }
        if (!listeners.isEmpty()) {
            List<ListenerConfig> all = new ArrayList<>();
            listeners.forEach((element, entries) -> all.add(listener(element, entries)));
            settings.put(listenersSource, ConfigKeys.LISTENERS, all);
        }
    }

    /** A listener that is written as its URL, or as a map of its URL and its options. */
    private ListenerConfig listener(String element, List<YamlFile.Entry> entries) {
        YamlFile.Entry url = entries.stream()
                .filter(entry -> entry.path().equals(element) || entry.path().equals(element + ".url"))
                .findFirst()
                .orElseThrow(() -> new ConfigException(source(entries.get(0)) + ": " + element
                        + ".url: missing; expected a URL such as tcp://127.0.0.1:7400"));
        ListenerConfig listener;
        try {
            listener = ListenerConfig.parse(url.text() == null ? "" : url.text());
        } catch (ConfigException e) {
            throw new ConfigException(source(url) + ": " + e.getMessage());
        }
        for (YamlFile.Entry entry : entries) {
            if (!entry.path().equals(url.path())) {
                String option = entry.path().substring(element.length() + 1);
                listener =
                        listener.with(source(entry) + ": " + element, option, entry.text() == null ? "" : entry.text());
            }
        }
        return listener;
    }

    private String source(YamlFile.Entry entry) {
        return path + ":" + entry.line();
    }

    private static boolean isSection(String path) {
        return ConfigKeys.ALL.stream().anyMatch(key -> key.name().startsWith(path + "."));
    }
}
