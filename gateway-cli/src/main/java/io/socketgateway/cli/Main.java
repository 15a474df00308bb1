package io.socketgateway.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Where the process begins. */
public final class Main {
    private Main() {}

    /** Runs one command; its exit code is the process's. */
    public static void main(String[] args) {
        Console console = Console.ofProcess();
        Callable<Integer> command = args.length == 1 ? plain(console, args[0]) : null;
        System.exit(command == null ? commands(console, args).execute(args) : run(console, command));
    }

    /**
     * What a container starts, and every few seconds: when nothing is to be read of the command line, what reads it is not
     * loaded. That takes as long as all the rest, and no archive of classes holds it (picocli is Java 5).
     */
    private static @Nullable Callable<Integer> plain(Console console, String name) {
        return switch (name) {
            case "serve" -> new ServeCommand(console);
            case "check" -> new CheckCommand(console);
            default -> null;
        };
    }

    private static int run(Console console, Callable<Integer> command) {
        try {
            return command.call();
        } catch (Exception e) {
            return new Faults(console).handleExecutionException(e, GatewayCommand.commandLine(console), null);
        }
    }

    private static CommandLine commands(Console console, String[] args) {
        boolean checks = args.length > 0 && args[0].equals("check"); // which does without all that the others need
        return checks ? GatewayCommand.check(console) : GatewayCommand.commandLine(console);
    }
}
