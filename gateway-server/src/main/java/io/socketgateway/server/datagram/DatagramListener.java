package io.socketgateway.server.datagram;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.socketgateway.server.config.ListenerConfig;
import io.socketgateway.server.loop.Loop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A datagram listener: one socket for each loop, all on the same port; the system sends what comes from one address to one
 * of them. Any thread.
 */
public final class DatagramListener {
    /** What may wait on one socket for the system to take it, before more is dropped. */
    private static final WriteBufferWaterMark WAITING_BYTES = new WriteBufferWaterMark(1 << 20, 4 << 20);

    /** How many datagrams are received, at least, before other sockets of the loop have their turn. */
    private static final int RECEIVED_IN_A_TURN = 64;

    /** What may be received with one call where the system can receive several datagrams so. */
    private static final int RECEIVED_AT_ONCE_BYTES = 256 * 1024;

    private final List<Channel> channels = new ArrayList<>();
    private final List<DatagramEndpoint> endpoints = new ArrayList<>();

    private DatagramListener() {}

    /**
     * Binds one socket on each of those loops, and begins to receive.
     *
     * <p>The first one is bound without {@code SO_REUSEPORT}, so that it fails if anybody else has the port, and gets the
     * option then, so that the others can join it; at no time could another gateway slip in.
     *
     * @param loops one alone where the system does not spread datagrams over sockets
     * @param channelType of the same transport as the loops
     * @param reusePort {@code SO_REUSEPORT} as that transport calls it
     * @throws IOException as the system says it
     */
    public static DatagramListener bind(
            ListenerConfig config,
            InetSocketAddress address,
            List<Loop> loops,
            Class<? extends DatagramChannel> channelType,
            ChannelOption<Boolean> reusePort,
            DatagramContext context)
            throws IOException {
        DatagramListener listener = new DatagramListener();
        try {
            InetSocketAddress next = address;
            for (Loop loop : loops) {
                boolean first = listener.channels.isEmpty();
                Bootstrap bootstrap = listener.bootstrap(config, loop, channelType, context);
                if (!first || config.reusePort()) {
                    bootstrap.option(reusePort, true);
                }
                Channel channel = bind(bootstrap, next);
                listener.channels.add(channel);
                if (first && loops.size() > 1) {
                    channel.config().setOption(reusePort, true);
                    next = new InetSocketAddress(
                            address.getAddress(), listener.address().getPort());
                }
            }
            listener.receive(config, loops, context);
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private Bootstrap bootstrap(
            ListenerConfig config, Loop loop, Class<? extends DatagramChannel> channelType, DatagramContext context) {
        int longest = context.limits().maxDatagramBytes() + 1; // tells what is too long from what is just long enough
        int batch = 1;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channel(channelType)
                .option(ChannelOption.AUTO_READ, false) // until all sockets are there
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING_BYTES)
                .handler(new ChannelInboundHandlerAdapter());
        if (channelType == EpollDatagramChannel.class) { // which receives many with one call
            batch = Math.max(1, RECEIVED_AT_ONCE_BYTES / longest);
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, longest);
        }
        bootstrap.option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(batch * longest).maxMessagesPerRead(RECEIVED_IN_A_TURN));
        config.receiveBufferBytes().ifPresent(bytes -> bootstrap.option(ChannelOption.SO_RCVBUF, bytes));
        config.sendBufferBytes().ifPresent(bytes -> bootstrap.option(ChannelOption.SO_SNDBUF, bytes));
        return bootstrap;
    }

    private static Channel bind(Bootstrap bootstrap, InetSocketAddress address) throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause == null) {
            return bound.channel();
        }
        throw cause instanceof IOException fault ? fault : new IOException(cause.getMessage(), cause);
    }

    private void receive(ListenerConfig config, List<Loop> loops, DatagramContext context) {
        for (int i = 0; i < loops.size(); i++) {
            endpoints.add(
                    new DatagramEndpoint(context, loops.get(i), channels.get(i), endpoints, i, config.stateless()));
        }
        for (int i = 0; i < loops.size(); i++) {
            channels.get(i).pipeline().addLast("sessions", endpoints.get(i));
            channels.get(i).config().setAutoRead(true);
        }
    }

    /** The address that it listens on. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channels.get(0).localAddress();
    }

    /** Sends what was written, closes the sockets and waits until they are. */
    public void close() {
        endpoints.forEach(DatagramEndpoint::closing);
        for (Channel channel : channels) {
            channel.flush();
            channel.close().awaitUninterruptibly();
        }
    }
}
