package io.socketgateway.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the process tells its caller in the end; scripts depend on it. */
final class ExitCodes {
    /** All went well. */
    static final int OK = 0;

    /** The gateway or a worker answered with an error, or none came in time. */
    static final int FAILED = 1;

    /** The command, the configuration or the start of the gateway was wrong; nothing was done. */
    static final int USAGE = 2;

    /** No gateway could be reached, or none welcomed the client. */
    static final int UNREACHABLE = 3;

    /** Interrupted from the keyboard, as the JVM ends it. */
    static final int INTERRUPTED = 130;

    /** Terminated, as the JVM ends it. */
    static final int TERMINATED = 143;

    /** The reader of the output has gone, as the shell puts it. */
    static final int BROKEN_PIPE = 141;

    private ExitCodes() {}

    /** For the help texts. */
    static Map<String, String> documented() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "all went well");
        codes.put("1", "refused or failed: the ERROR is on standard error");
        codes.put("2", "wrong usage or configuration, or the gateway could not start");
        codes.put("3", "no gateway could be reached, or none welcomed us");
        codes.put("130", "interrupted (Ctrl-C); 143: terminated");
        return codes;
    }
}
