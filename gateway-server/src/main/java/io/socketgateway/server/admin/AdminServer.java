package io.socketgateway.server.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.socketgateway.protocol.time.LoopAlarm;
import io.socketgateway.protocol.time.TimerWheel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The admin listener: {@code /livez}, {@code /readyz} and {@code /metrics} over HTTP/1.1, on one thread of its own.
 *
 * <p>At most 64 connections; more are closed at once, and counted. A request line has at most 4 KiB, all headers of a
 * request 8 KiB, and no request a body. A request has ten seconds to come, its answer ten to be taken, and so long a
 * connection may be idle.
 */
public final class AdminServer {
    /** How many connections there may be. */
    public static final int MAX_CONNECTIONS = 64;

    private static final int MAX_LINE_BYTES = 4 << 10;
    private static final int MAX_HEADERS_BYTES = 8 << 10;
    private static final int MAX_READ_BYTES = 4 << 10; // so many requests can be in one read

    /** Whoever asks for the metrics first need not wait until they are made, and few pauses of the JVM come before that. */
    private static final long MAKE_METERS_MILLIS = 1_000;

    private final Observed gateway;
    private final MultiThreadIoEventLoopGroup group;
    private final TimerWheel timers;
    private final Pages pages;
    private final InetSocketAddress address;
    private int open; // the loop's

    private AdminServer(
            Observed gateway,
            InetSocketAddress bindTo,
            IoHandlerFactory handlers,
            Class<? extends ServerChannel> serverChannel)
            throws IOException {
        this.gateway = gateway;
        this.group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("gateway-admin"), handlers);
        EventLoop loop = group.next();
        Pulse pulse = new Pulse(gateway.loops(), loop, gateway.clock());
        this.timers = new TimerWheel(gateway.clock(), new LoopAlarm(loop, gateway.clock(), TimerWheel::advance));
        this.pages = new Pages(gateway, pulse);
        ChannelFuture bound = bootstrap(serverChannel).bind(bindTo).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            close();
            throw cause instanceof IOException fault ? fault : new IOException(cause.getMessage(), cause);
        }
        this.address = (InetSocketAddress) bound.channel().localAddress();
        var unused = loop.schedule(() -> gateway.meters().registry(), MAKE_METERS_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Binds it and begins to answer; nothing is left of it if that fails. */
    public static AdminServer bind(
            Observed gateway,
            InetSocketAddress address,
            IoHandlerFactory handlers,
            Class<? extends ServerChannel> serverChannel)
            throws IOException {
        return new AdminServer(gateway, address, handlers, serverChannel);
    }

    private ServerBootstrap bootstrap(Class<? extends ServerChannel> serverChannel) {
        return new ServerBootstrap()
                .group(group)
                .channel(serverChannel)
                .option(ChannelOption.SO_BACKLOG, MAX_CONNECTIONS)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(64, 1 << 10, MAX_READ_BYTES).maxMessagesPerRead(1))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted(channel);
                    }
                });
    }

    private void accepted(Channel channel) {
        if (open == MAX_CONNECTIONS) {
            gateway.counters().adminConnectionsRefused.increment();
            channel.close();
            return;
        }
        open++;
        HttpConnection connection = new HttpConnection(channel, pages, timers, gateway.clock(), () -> open--);
        HttpDecoderConfig limits =
                new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE_BYTES).setMaxHeaderSize(MAX_HEADERS_BYTES);
        channel.pipeline().addLast(connection.listener(), new HttpServerCodec(limits), connection);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Closes it and all its connections, and waits until that is done. */
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
