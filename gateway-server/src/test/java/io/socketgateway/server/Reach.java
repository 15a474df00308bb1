package io.socketgateway.server;

/** How far a test goes toward a limit. */
public enum Reach {
    /** A little less: nothing happens. */
    UNDER,
    /** The limit itself, which is still allowed, or the time itself, at which it happens. */
    AT,
    /** A little more: it happens, and is counted. */
    OVER
}
