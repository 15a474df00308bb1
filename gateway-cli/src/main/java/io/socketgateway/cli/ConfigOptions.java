package io.socketgateway.cli;

import io.socketgateway.server.config.ConfigLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a gateway's configuration comes from. */
final class ConfigOptions {
    /** Where a gateway that serves can be asked how it is, unless it is told otherwise. */
    static final String ADMIN_URL = "http://127.0.0.1:7480";

    private static final String CONFIG = "--config";
    private static final String SET = "--set";
    private static final String LISTEN = "--listen";

    @Option(
            names = CONFIG,
            paramLabel = "FILE",
            description = "A YAML file; see gateway config print. Default: $GATEWAY_CONFIG.")
    private @Nullable Path file;

    @Option(
            names = SET,
            paramLabel = "KEY=VALUE",
            description = "Set one key, such as limits.sessions=20000; any number. Outweighs file and environment.")
    private List<String> assignments = new ArrayList<>();

    @Option(
            names = LISTEN,
            paramLabel = "URL",
            description =
                    "Listen on this address, such as tcp://0.0.0.0:7400 or udp://0.0.0.0:7400; any number. They replace all others."
                            + " Default: tcp://127.0.0.1:7400.")
    private List<String> listeners = new ArrayList<>();

    /** Takes one option as it was written; false if it is none of these, or may not be given again. */
    boolean take(String name, String value) {
        switch (name) {
            case SET -> assignments.add(value);
            case LISTEN -> listeners.add(value);
            case CONFIG -> {
                if (file != null) {
                    return false;
                }
                file = Path.of(value);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The configuration as file, environment and command line have it. */
    ConfigLoader.Loaded load(Console console) {
        ConfigLoader loader = loader(console);
        if (file != null) {
            loader.file(file);
        }
        assignments.forEach(loader::set);
        listeners.forEach(loader::listen);
        return loader.loadWithSources();
    }

    /** What a gateway that serves begins with, and the environment. */
    static ConfigLoader loader(Console console) {
        return new ConfigLoader()
                .preset("gateway serve", "admin.listen", ADMIN_URL)
                .environment(console.environment());
    }
}
