package io.socketgateway.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.ListenerConfig;
import io.socketgateway.server.datagram.DatagramContext;
import io.socketgateway.server.datagram.DatagramListener;
import io.socketgateway.server.session.SessionFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The sockets that a gateway listens on. */
public final class Listeners {
    /** One for all channels, each of which keeps its own figures in a handle; reads in a turn as Netty has them by default. */
    private static final RecvByteBufAllocator RECEIVE_BUFFERS =
            new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(16);

    private final EventLoops eventLoops;
    private final StreamInitializer streams;
    private final SessionFactory sessions;
    private final NanoClock clock;
    private final Spare spare = new Spare();
    private final DatagramContext datagrams;
    private final List<Channel> acceptors = new ArrayList<>();
    private final List<DatagramListener> datagramListeners = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();

    /** No sockets yet. */
    public Listeners(EventLoops eventLoops, SessionFactory sessions, NanoClock clock) {
        this.eventLoops = eventLoops;
        this.sessions = sessions;
        this.clock = clock;
        this.streams = new StreamInitializer(eventLoops, sessions);
        this.datagrams = new DatagramContext(eventLoops.loops(), sessions, clock);
    }

    /** Binds one listener and begins to accept, or to receive. */
    public void bind(ListenerConfig config) throws StartException {
        InetSocketAddress address = resolve(config);
        try {
            switch (config.scheme()) {
                case TCP -> bindStreams(config, address);
                case UDP -> bindDatagrams(config, address);
            }
        } catch (IOException e) {
            throw BindFault.of("listener " + config.url(), config.host(), config.port(), e);
        }
    }

    private void bindStreams(ListenerConfig config, InetSocketAddress address) throws IOException {
        spare.hold();
        ChannelFuture bound = bootstrap(config).bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw cause instanceof IOException fault ? fault : new IOException(cause.getMessage(), cause);
        }
        acceptors.add(bound.channel());
        addresses.add((InetSocketAddress) bound.channel().localAddress());
    }

    private void bindDatagrams(ListenerConfig config, InetSocketAddress address) throws IOException {
        DatagramListener bound = DatagramListener.bind(
                config,
                address,
                eventLoops.datagramLoops(),
                eventLoops.datagramChannel(),
                eventLoops.reusePort(),
                datagrams);
        datagramListeners.add(bound);
        addresses.add(bound.address());
    }

    private static InetSocketAddress resolve(ListenerConfig config) throws StartException {
        InetSocketAddress address = config.bindAddress();
        if (address.isUnresolved()) {
            throw BindFault.unresolved("listener " + config.url(), config.host());
        }
        return address;
    }

    private ServerBootstrap bootstrap(ListenerConfig config) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops.boss(), eventLoops.workers())
                .channel(eventLoops.serverChannel())
                .handler(new Acceptor(config.url(), sessions.sessions(), spare, clock, sessions.counters()))
                .childHandler(streams)
                .option(ChannelOption.SO_BACKLOG, config.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE_BUFFERS)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, config.tcpNoDelay())
                .childOption(ChannelOption.SO_KEEPALIVE, config.keepAlive());
        config.receiveBufferBytes()
                .ifPresent(bytes -> bootstrap
                        .option(ChannelOption.SO_RCVBUF, bytes) // accepted sockets inherit it before the handshake
                        .childOption(ChannelOption.SO_RCVBUF, bytes));
        config.sendBufferBytes().ifPresent(bytes -> bootstrap.childOption(ChannelOption.SO_SNDBUF, bytes));
        if (config.reusePort()) {
            bootstrap.option(eventLoops.reusePort(), true);
        }
        return bootstrap;
    }

    /** The addresses that are listened on, in the order of binding. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** How many requests outside a session are under way. */
    public int statelessRequests() {
        return datagrams.statelessRequests();
    }

    /** Once no more sessions are admitted: done when no request outside a session is under way. */
    public CompletableFuture<Void> noStatelessRequest() {
        return datagrams.noStatelessRequest();
    }

    /** Accepts no connection any more, and waits until that is so; accepted ones are not touched. */
    public void stopAccepting() {
        for (Channel acceptor : acceptors) {
            acceptor.close().awaitUninterruptibly();
        }
    }

    /** Closes the datagram sockets, too, once no session needs them any more, and waits until they are. */
    public void close() {
        stopAccepting();
        for (DatagramListener listener : datagramListeners) {
            listener.close();
        }
        spare.release();
    }
}
