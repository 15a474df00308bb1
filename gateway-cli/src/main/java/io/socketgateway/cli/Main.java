package io.socketgateway.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Where the process begins. */
public final class Main {
    private Main() {}

    /** Runs one command; its exit code is the process's. */
    public static void main(String[] args) {
        Console console = Console.ofProcess();
        Callable<Integer> plain = withoutOptions(console, args);
        System.exit(plain == null ? GatewayCommand.commandLine(console).execute(args) : run(console, plain));
    }

    /**
     * What containers run. Without options there is nothing to parse, and the parser takes longer to load than all the
     * rest: no archive of classes holds it, as it was compiled for Java 5.
     */
    private static @Nullable Callable<Integer> withoutOptions(Console console, String[] args) {
        return switch (args.length == 1 ? args[0] : "") {
            case "serve" -> new ServeCommand(console);
            case "check" -> new CheckCommand(console);
            default -> null;
        };
    }

    @SuppressWarnings("CatchingUnchecked") // as the parser's own way of running a command does
    private static int run(Console console, Callable<Integer> command) {
        try {
            return command.call();
        } catch (Exception e) {
            return new Faults(console).exitCode(e, false);
        }
    }
}
