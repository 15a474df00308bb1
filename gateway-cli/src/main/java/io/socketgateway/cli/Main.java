package io.socketgateway.cli;

/** Where the process begins. */
public final class Main {
    private Main() {}

    /** Runs one command; its exit code is the process's. */
    public static void main(String[] args) {
        Logging.configure(args.length > 0 && args[0].equals("serve"));
        System.exit(GatewayCommand.commandLine(Console.ofProcess()).execute(args));
    }
}
