package io.socketgateway.server.config;

/** How a line of the log looks. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** For programs: every line is one JSON object. */
    JSON
}
