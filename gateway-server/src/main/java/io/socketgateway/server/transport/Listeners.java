package io.socketgateway.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.socketgateway.server.config.ListenerConfig;
import io.socketgateway.server.config.Scheme;
import io.socketgateway.server.session.SessionFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;

/** The listening sockets of a gateway. */
public final class Listeners {
    private final EventLoops eventLoops;
    private final StreamInitializer streams;
    private final List<Channel> channels = new ArrayList<>();

    /** No sockets yet. */
    public Listeners(EventLoops eventLoops, SessionFactory sessions) {
        this.eventLoops = eventLoops;
        this.streams = new StreamInitializer(eventLoops, sessions);
    }

    /** Binds one listener and begins to accept. */
    public void bind(ListenerConfig config) throws StartException {
        if (config.scheme() == Scheme.UDP) {
            throw new StartException("listener " + config.url() + ": udp: not yet");
        }
        ChannelFuture bound = bootstrap(config).bind(resolve(config)).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new StartException("listener " + config.url() + ": " + remedy(config, cause), cause);
        }
        channels.add(bound.channel());
    }

    private static InetSocketAddress resolve(ListenerConfig config) throws StartException {
        InetSocketAddress address = config.bindAddress();
        if (address.isUnresolved()) {
            throw new StartException("listener " + config.url() + ": host '" + config.host()
                    + "' does not resolve; use a name or an address of this machine");
        }
        return address;
    }

    private ServerBootstrap bootstrap(ListenerConfig config) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops.boss(), eventLoops.workers())
                .channel(eventLoops.serverChannel())
                .childHandler(streams)
                .option(ChannelOption.SO_BACKLOG, config.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, config.tcpNoDelay())
                .childOption(ChannelOption.SO_KEEPALIVE, config.keepAlive());
        config.receiveBufferBytes()
                .ifPresent(bytes -> bootstrap
                        .option(ChannelOption.SO_RCVBUF, bytes) // accepted sockets inherit it before the handshake
                        .childOption(ChannelOption.SO_RCVBUF, bytes));
        config.sendBufferBytes().ifPresent(bytes -> bootstrap.childOption(ChannelOption.SO_SNDBUF, bytes));
        if (config.reusePort()) {
            bootstrap.option(
                    eventLoops.name().equals("nio")
                            ? NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT)
                            : UnixChannelOption.SO_REUSEPORT,
                    true);
        }
        return bootstrap;
    }

    private static String remedy(ListenerConfig config, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("in use")) {
            return "port " + config.port() + " is in use; stop what listens there or choose another port";
        }
        if (message.contains("ermission denied")) {
            return "no right to bind port " + config.port() + "; choose a port of 1024 or more, or grant the right";
        }
        if (message.contains("assign requested address")) {
            return "'" + config.host() + "' is not an address of this machine; use one that is, or 0.0.0.0 for all";
        }
        return "cannot bind (" + message + ")";
    }

    /** The addresses that are listened on, in the order of binding. */
    public List<InetSocketAddress> addresses() {
        return channels.stream()
                .map(channel -> (InetSocketAddress) channel.localAddress())
                .toList();
    }

    /** Closes the listening sockets and waits until they are; accepted ones are not touched. */
    public void close() {
        for (Channel channel : channels) {
            channel.close().awaitUninterruptibly();
        }
    }
}
