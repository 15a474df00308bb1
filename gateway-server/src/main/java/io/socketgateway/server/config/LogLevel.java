package io.socketgateway.server.config;

/** How much is logged: what is of this weight or more. */
public enum LogLevel {
    /** What went wrong and must not. */
    ERROR,
    /** And what deserves a look. */
    WARN,
    /** And what happens to the gateway as a whole. */
    INFO,
    /** And what happens to single sessions. */
    DEBUG,
    /** All that there is. */
    TRACE
}
