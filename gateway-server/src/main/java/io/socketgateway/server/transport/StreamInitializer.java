package io.socketgateway.server.transport;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.routing.Counters;
import io.socketgateway.server.routing.Loop;
import io.socketgateway.server.routing.Router;
import io.socketgateway.server.session.Session;
import io.socketgateway.server.session.Sessions;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline of a native stream.
 *
 * <pre>
 * bytes → frames (FrameDecoder) → Session → Router → Session → OutboundBuffer → bytes
 *         session (StreamConnection): connected, half-closed, written, gone
 * </pre>
 */
final class StreamInitializer extends ChannelInitializer<SocketChannel> {
    private final EventLoops eventLoops;
    private final GatewayConfig config;
    private final Sessions sessions;
    private final Router router;
    private final Counters counters;

    StreamInitializer(
            EventLoops eventLoops, GatewayConfig config, Sessions sessions, Router router, Counters counters) {
        this.eventLoops = eventLoops;
        this.config = config;
        this.sessions = sessions;
        this.router = router;
        this.counters = counters;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        Loop loop = eventLoops.loopOf(channel.eventLoop());
        StreamConnection connection = new StreamConnection(
                channel,
                loop,
                config.limits().maxFrameBytes(),
                link -> new Session(
                        loop, link, config, sessions, router, counters, "tcp", text(channel.remoteAddress())));
        channel.pipeline().addLast("frames", connection.decoder()).addLast("session", connection);
    }

    /** Host and port, an IPv6 host in brackets; a peer that is gone already has none. */
    private static String text(@Nullable InetSocketAddress address) {
        if (address == null) {
            return "unknown";
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
