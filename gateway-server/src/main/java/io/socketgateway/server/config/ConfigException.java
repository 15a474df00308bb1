package io.socketgateway.server.config;

/**
 * A key or a value that the configuration cannot have. The message is one line for the person who wrote it: where it
 * was written, the key, the value, what was expected, and for an unknown key the nearest right one.
 */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** A fault with its whole line. */
    public ConfigException(String message) {
        super(message);
    }

    /** A fault of one key: {@code source: key = value: problem}, with the value cut short and kept to one line. */
    static ConfigException of(String source, String key, String value, String problem) {
        String prefix = source.isEmpty() ? "" : source + ": ";
        return new ConfigException(prefix + shown(key) + " = " + shown(value) + ": " + problem);
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 100 ? line : line.substring(0, 97) + "...";
    }
}
