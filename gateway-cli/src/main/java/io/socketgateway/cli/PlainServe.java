package io.socketgateway.cli;

import java.util.Optional;

/**
 * Reads the usual command lines of {@code serve} as picocli does, without it: it takes as long to load as all the rest, and
 * no archive of classes holds it (picocli is Java 5).
 */
final class PlainServe {
    private PlainServe() {}

    /**
     * The command that these arguments mean; empty where there is more to read than options and their values, be it help
     * or a mistake: that is for picocli.
     */
    static Optional<ServeCommand> read(Console console, String[] arguments, int from) {
        ConfigOptions options = new ConfigOptions();
        boolean warmUp = false;
        for (int i = from; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals(ServeCommand.WARM_UP) && !warmUp) {
                warmUp = true;
                continue;
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            String value = argument.substring(equals + 1);
            if (equals < 0) {
                i++;
                value = i < arguments.length ? arguments[i] : "";
            }
            if (value.isEmpty() || value.startsWith("-") || !options.take(name, value)) {
                return Optional.empty();
            }
        }
        return Optional.of(new ServeCommand(console, options, warmUp));
    }
}
