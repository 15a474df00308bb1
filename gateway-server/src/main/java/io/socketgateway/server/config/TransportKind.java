package io.socketgateway.server.config;

/** Which of the operating system's ways to wait for sockets the event loops use. */
public enum TransportKind {
    /** The fastest that works on this machine. */
    AUTO,
    /** Linux io_uring; the start fails where it is missing. */
    IO_URING,
    /** Linux epoll; the start fails where it is missing. */
    EPOLL,
    /** The JDK's own selector, which works everywhere. */
    NIO
}
