package io.socketgateway.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command {@code gateway}: all that it does is done by its subcommands. */
@Command(
        name = "gateway",
        description = "One edge for sockets: devices, apps and services reach each other through subjects.",
        versionProvider = Version.class,
        footer = {
            "  gateway demo                                     # all of it, in seconds",
            "  gateway serve                                    # a gateway",
            "  gateway reply text.upper --command 'tr a-z A-Z'  # a worker",
            "  gateway request text.upper hello                 # ask it"
        })
final class GatewayCommand {
    /** The whole tree of commands, writing to that console. */
    static CommandLine commandLine(Console console) {
        CommandLine config = new CommandLine(new ConfigCommand())
                .addSubcommand(new ConfigCommand.Print(console))
                .addSubcommand(new ConfigCommand.Check(console));
        CommandLine bench = new CommandLine(new BenchCommand())
                .addSubcommand(new BenchRequestCommand(console))
                .addSubcommand(new BenchPublishCommand(console));
        CommandLine root = new CommandLine(new GatewayCommand())
                .addSubcommand(new ServeCommand(console))
                .addSubcommand(new DemoCommand(console))
                .addSubcommand(new RequestCommand(console))
                .addSubcommand(new StreamCommand(console))
                .addSubcommand(new PublishCommand(console))
                .addSubcommand(new SubscribeCommand(console))
                .addSubcommand(new ReplyCommand(console))
                .addSubcommand(new PingCommand(console))
                .addSubcommand(bench)
                .addSubcommand(new CheckCommand(console))
                .addSubcommand(config)
                .addSubcommand(new CompletionCommand(console))
                .addSubcommand(new HelpCommand());
        return of(console, root);
    }

    /** The command {@code check} alone, which is ready sooner. */
    static CommandLine check(Console console) {
        return of(console, new CommandLine(new GatewayCommand()).addSubcommand(new CheckCommand(console)));
    }

    private static CommandLine of(Console console, CommandLine root) {
        Faults faults = new Faults(console);
        root.setExpandAtFiles(false) // @file is ours to read
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(console.outWriter())
                .setErr(console.noteWriter())
                .setExecutionExceptionHandler(faults)
                .setParameterExceptionHandler(faults)
                .setUsageHelpAutoWidth(console.isTerminal())
                .setColorScheme(CommandLine.Help.defaultColorScheme(console.isColoured() ? Ansi.ON : Ansi.OFF));
        root.getCommandSpec()
                .addOption(option("Show the version.", "-V", "--version")
                        .versionHelp(true)
                        .build());
        describe(root);
        return root;
    }

    /** Gives each command its help option, the headings, and the exit codes. */
    private static void describe(CommandLine commandLine) {
        CommandSpec command = commandLine.getCommandSpec();
        if (command.findOption("--help") == null) {
            command.addOption(
                    option("Show this help.", "-h", "--help").usageHelp(true).build());
        }
        command.usageMessage()
                .abbreviateSynopsis(true)
                .synopsisSubcommandLabel("COMMAND")
                .descriptionHeading("%n")
                .parameterListHeading("%nArguments:%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n")
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCodes.documented())
                .footerHeading("%nExamples:%n");
        commandLine.getSubcommands().values().forEach(GatewayCommand::describe);
    }

    private static OptionSpec.Builder option(String description, String... names) {
        return OptionSpec.builder(names).type(boolean.class).arity("0").description(description);
    }
}
