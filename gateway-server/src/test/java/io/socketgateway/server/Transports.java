package io.socketgateway.server;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.util.stream.Stream;

/** Netty's transports, for tests of what each of them does in its own way. */
final class Transports {
    private Transports() {}

    /** Those that work here, as {@code server.transport} names them. */
    static Stream<String> available() {
        return Stream.of("nio", "epoll", "io_uring")
                .filter(name -> !name.equals("epoll") || Epoll.isAvailable())
                .filter(name -> !name.equals("io_uring") || IoUring.isAvailable());
    }
}
