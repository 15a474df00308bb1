package io.socketgateway.cli;

/** Who logs; knows nothing of logging itself, which not every command loads. */
final class LoggingChoice {
    private static final String PROVIDER = "slf4j.provider";
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private LoggingChoice() {}

    /**
     * Names {@link LoggingProvider} to SLF4J, unless the user has SLF4J or Logback look elsewhere; to be called before
     * anything is logged.
     */
    static void make() {
        if (System.getProperty(PROVIDER) == null
                && System.getProperty("logback.configurationFile") == null
                && System.getProperty("logback.statusListenerClass") == null) {
            System.setProperty(PROVIDER, LoggingChoice.class.getPackageName() + ".LoggingProvider");
            if (System.getProperty(VERBOSITY) == null) {
                System.setProperty(VERBOSITY, "WARN"); // or it would tell on standard error that it was told
            }
        }
    }
}
