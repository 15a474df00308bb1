package io.socketgateway.cli;

/** What is logged, and where to: a gateway that serves says what it does, a client command only what went wrong. */
final class Logging {
    private Logging() {}

    /** Chooses before anything is logged; properties that the user has set stay. */
    static void configure(boolean serves) {
        set("gateway.log.level", serves ? "INFO" : "WARN");
        set("gateway.log.target", serves ? "System.out" : "System.err");
    }

    private static void set(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
