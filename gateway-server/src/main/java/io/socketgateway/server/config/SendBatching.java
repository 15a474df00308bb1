package io.socketgateway.server.config;

/** Whether what one turn of a loop sends to several sockets goes to the operating system with one call. */
public enum SendBatching {
    /** Where it works: on epoll, with Linux io_uring. */
    AUTO,
    /** Each send is a call of its own. */
    OFF
}
