package io.socketgateway.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what makes the shell complete commands and options. */
@Command(
        name = "completion",
        description = "Print a script that makes bash and zsh complete commands and options.",
        footer = {"  source <(gateway completion)"})
final class CompletionCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CommandSpec root = command.root();
        console.line(AutoComplete.bash(root.name(), root.commandLine()));
        return ExitCodes.OK;
    }
}
