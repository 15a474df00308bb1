package io.socketgateway.cli;

import picocli.CommandLine;

/** Where the process begins. */
public final class Main {
    private Main() {}

    /** Runs one command; its exit code is the process's. */
    public static void main(String[] args) {
        Console console = Console.ofProcess();
        boolean checks = args.length > 0 && args[0].equals("check"); // which does without all that the others need
        CommandLine commands = checks ? GatewayCommand.check(console) : GatewayCommand.commandLine(console);
        System.exit(commands.execute(args));
    }
}
