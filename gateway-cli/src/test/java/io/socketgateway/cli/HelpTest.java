package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
    static final List<String> COMMANDS = List.of(
            "serve",
            "demo",
            "request",
            "stream",
            "publish",
            "subscribe",
            "reply",
            "ping",
            "bench",
            "check",
            "config",
            "completion");

    @Test
    void theCommandsAreThose() {
        CommandRun help = CommandRun.run("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains(COMMANDS).contains("Exit codes:", "Examples:");
        assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "demo",
                "request",
                "stream",
                "publish",
                "subscribe",
                "reply",
                "ping",
                "bench",
                "bench request",
                "bench publish",
                "check",
                "config",
                "config print",
                "config check",
                "completion"
            })
    void everyCommandHasHelpWithExamplesAndExitCodes(String command) {
        String help = CommandRun.run((command + " --help").split(" ")).out();
        assertThat(help).startsWith("Usage: gateway " + command + " ").contains("Exit codes:", "\nExamples:\n  ");
        String examples = help.substring(help.indexOf("\nExamples:\n"));
        assertThat(examples.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(examples).contains("gateway ");
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(CommandRun.run("--version").out()).matches("gateway \\S+ \\(protocol 1, Java [0-9]+\\)\n");
    }

    @Test
    void completionIsAScriptThatKnowsTheCommands() {
        assertThat(CommandRun.run("completion").out()).contains("complete -F").contains(COMMANDS);
    }

    @Test
    void aFaultOfTheProgramItselfIsOneLineToo() {
        Console console = new Console(
                java.io.InputStream.nullInputStream(),
                java.io.OutputStream.nullOutputStream(),
                java.io.OutputStream.nullOutputStream(),
                false,
                Map.of());
        int code = new Faults(console)
                .handleExecutionException(new IllegalStateException("bug"), GatewayCommand.commandLine(console), null);
        assertThat(code).isEqualTo(1);
    }
}
