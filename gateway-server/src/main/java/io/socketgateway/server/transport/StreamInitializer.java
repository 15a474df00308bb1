package io.socketgateway.server.transport;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.session.SessionFactory;
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
    private final SessionFactory sessions;

    StreamInitializer(EventLoops eventLoops, SessionFactory sessions) {
        this.eventLoops = eventLoops;
        this.sessions = sessions;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        Loop loop = eventLoops.loopOf(channel.eventLoop());
        loop.readClock(); // it may have slept for hours
        StreamConnection connection = new StreamConnection(
                channel,
                loop,
                eventLoops.sends(loop),
                sessions.limits().maxFrameBytes(),
                sessions.streamMeter(loop),
                link -> sessions.session(loop, link, "tcp", text(channel.remoteAddress())));
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
