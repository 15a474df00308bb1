package io.socketgateway.client.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.netty.FrameDecoder;
import io.socketgateway.protocol.netty.FrameReceiver;
import java.net.InetSocketAddress;

/** Opens TCP connections on the client's event loop. */
final class TcpOpener implements Transport.Opener {
    private final Lease lease;
    private final int maxFrameBytes;
    private final int connectTimeoutMillis;

    TcpOpener(Lease lease, ClientSettings settings) {
        this.lease = lease;
        this.maxFrameBytes = settings.maxFrameBytes();
        this.connectTimeoutMillis =
                (int) Math.min(Integer.MAX_VALUE, settings.connectTimeout().toMillis() + 1);
    }

    @Override
    public Frame.Hello hello(Frame.Hello hello) {
        return hello;
    }

    @Override
    public Runnable open(InetSocketAddress address, Transport.Events events, FrameReceiver frames) {
        ChannelFuture connecting = new Bootstrap()
                .group(lease.loop())
                .channel(lease.streamType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis)
                .handler(new Pipeline(maxFrameBytes, events, frames))
                .connect(address);
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                events.opened(connecting.channel().pipeline().get(TcpTransport.class));
            } else {
                events.closed(connected.cause());
            }
        });
        return connecting.channel()::close;
    }

    /** What a TCP connection consists of. */
    private static final class Pipeline extends ChannelInitializer<Channel> {
        private final int maxFrameBytes;
        private final Transport.Events events;
        private final FrameReceiver frames;

        Pipeline(int maxFrameBytes, Transport.Events events, FrameReceiver frames) {
            this.maxFrameBytes = maxFrameBytes;
            this.events = events;
            this.frames = frames;
        }

        @Override
        protected void initChannel(Channel channel) {
            TcpTransport transport = new TcpTransport(channel, events);
            channel.pipeline()
                    .addLast("transport", transport)
                    .addLast("frames", new FrameDecoder(Side.GATEWAY, maxFrameBytes, frames))
                    .addLast("faults", transport.last());
        }
    }
}
