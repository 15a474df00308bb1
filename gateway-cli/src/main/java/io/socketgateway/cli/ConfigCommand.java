package io.socketgateway.cli;

import io.socketgateway.server.config.ConfigLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows and checks configurations without starting anything. */
@Command(
        name = "config",
        description = "Show or check a configuration, without starting anything.",
        footer = {
            "  gateway config print",
            "  gateway config print --docs > gateway.yaml",
            "  gateway config check --config gateway.yaml"
        })
final class ConfigCommand {
    /** Prints the configuration in effect. */
    @Command(
            name = "print",
            description = {
                "Print the configuration that serve would use, as a YAML file.",
                "What is not at its default says where it was set."
            },
            footer = {
                "  gateway config print --docs > gateway.yaml",
                "  gateway config print --config gateway.yaml --set limits.sessions=20000"
            })
    static final class Print implements Callable<Integer> {
        private final Console console;

        @Mixin
        private ConfigOptions options = new ConfigOptions();

        @Option(names = "--docs", description = "Put before each key what it is for and what it may be.")
        private boolean docs;

        @Option(names = "--json", description = "Print one JSON object on a line instead.")
        private boolean json;

        Print(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            ConfigLoader.Loaded loaded = options.load(console);
            console.line(
                    json
                            ? ConfigText.json(loaded.config())
                            : ConfigText.yaml(loaded, docs).stripTrailing());
            return ExitCodes.OK;
        }
    }

    /** Says whether a configuration is right. */
    @Command(
            name = "check",
            description = "Check a configuration: exit code 0 if serve would take it, else 2 and what is wrong.",
            footer = {"  gateway config check --config gateway.yaml && ./gateway serve --config gateway.yaml"})
    static final class Check implements Callable<Integer> {
        private final Console console;

        @Mixin
        private ConfigOptions options = new ConfigOptions();

        Check(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            ConfigLoader.Loaded loaded = options.load(console);
            loaded.config().warnings().forEach(warning -> console.note("warning: " + warning));
            console.line("configuration ok");
            return ExitCodes.OK;
        }
    }
}
