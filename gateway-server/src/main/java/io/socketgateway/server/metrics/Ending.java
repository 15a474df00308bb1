package io.socketgateway.server.metrics;

/** How a session came to its end. */
public enum Ending {
    /** The client said GOAWAY. */
    GOAWAY,
    /** The client shut down its sending side, and got what it was owed. */
    HALF_CLOSED,
    /** The connection was lost: a reset, a failed write, a vanished peer. */
    LOST,
    /** A drain was done with it. */
    DRAINED,
    /** The gateway closed it with an ERROR. */
    ERROR
}
