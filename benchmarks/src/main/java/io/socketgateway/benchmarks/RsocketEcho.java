package io.socketgateway.benchmarks;

import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/**
 * The reference of the same kind: rsocket-java over TCP, with two loops on epoll, answers each request with its own
 * payload, which is not copied.
 */
public final class RsocketEcho {
    private static final int LOOPS = 2;

    private RsocketEcho() {}

    /** Answers on the port of the loopback address that the argument names, until the process is ended. */
    public static void main(String[] args) throws InterruptedException {
        start(Integer.parseInt(args[0]));
        System.out.println("ready");
        Thread.currentThread().join();
    }

    static CloseableChannel start(int port) {
        TcpServer server =
                TcpServer.create().host("127.0.0.1").port(port).runOn(LoopResources.create("echo", 1, LOOPS, true));
        return RSocketServer.create(SocketAcceptor.forRequestResponse(Mono::just))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .bindNow(TcpServerTransport.create(server));
    }
}
