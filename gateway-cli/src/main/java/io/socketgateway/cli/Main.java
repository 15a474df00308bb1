package io.socketgateway.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Where the process begins. */
public final class Main {
    private Main() {}

    /** Runs one command; its exit code is the process's. */
    public static void main(String[] args) {
        LoggingChoice.make();
        Console console = Console.ofProcess();
        Optional<? extends Callable<Integer>> plain = plain(console, args);
        System.exit(plain.isPresent() ? run(console, plain.get()) : Parsed.run(console, args));
    }

    /** What is started without picocli: a gateway, and what a container runs every few seconds. */
    private static Optional<? extends Callable<Integer>> plain(Console console, String[] args) {
        return switch (args.length == 0 ? "" : args[0]) {
            case "serve" -> PlainServe.read(console, args, 1);
            case "check" -> args.length == 1 ? Optional.of(new CheckCommand(console)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static int run(Console console, Callable<Integer> command) {
        try {
            return command.call();
        } catch (Exception e) {
            return Parsed.fault(console, e);
        }
    }

    /** All that knows picocli, which is loaded with this class and not before. */
    private static final class Parsed {
        private Parsed() {}

        static int run(Console console, String[] args) {
            boolean checks = args.length > 0 && args[0].equals("check"); // which does without all that the others need
            CommandLine commands = checks ? GatewayCommand.check(console) : GatewayCommand.commandLine(console);
            return commands.execute(args);
        }

        static int fault(Console console, Exception fault) {
            return new Faults(console).handleExecutionException(fault, GatewayCommand.commandLine(console), null);
        }
    }
}
