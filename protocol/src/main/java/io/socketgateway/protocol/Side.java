package io.socketgateway.protocol;

/** The two ends of a connection. Some frame types may be sent by one of them only. */
public enum Side {
    /** Whoever opened the connection: an application, a worker, a device. */
    CLIENT,
    /** Whoever accepted it. */
    GATEWAY
}
