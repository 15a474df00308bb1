package io.socketgateway.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The positions over real sockets that take only a part of what they are given. */
class OutboundBufferSocketTest {
    private static final int MAX = 1 << 24;
    private static final int FRAME_BYTES = 4 << 20; // far more than two small socket buffers

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private ServerSocket listener;
    private Socket peer;
    private Channel channel;
    private OutboundBuffer out;
    private final CompletableFuture<Void> firstWriteEnded = new CompletableFuture<>();

    @BeforeEach
    void connect() throws Exception {
        listener = new ServerSocket();
        listener.setReceiveBufferSize(8 * 1024);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.SO_SNDBUF, 8 * 1024)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(listener.getLocalSocketAddress())
                .sync()
                .channel();
        peer = listener.accept();
        out = new OutboundBuffer(channel, SendBatch.NONE, () -> firstWriteEnded.complete(null));
    }

    @AfterEach
    void close() throws Exception {
        inLoop(() -> {
            out.release();
            return null;
        });
        channel.close().sync();
        peer.close();
        listener.close();
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }

    private <T> T inLoop(Callable<T> action) throws Exception {
        return channel.eventLoop().submit(action).get(10, TimeUnit.SECONDS);
    }

    private long flushed() throws Exception {
        return inLoop(out::flushedBytes);
    }

    private void writeMoreThanTheSocketTakes() throws Exception {
        inLoop(() -> {
            out.append(new Frame.Ping(1, Payload.bytes(new byte[FRAME_BYTES])), Form.BINARY, MAX);
            out.flush();
            return null;
        });
        assertThat(flushed()).isPositive().isLessThan(FRAME_BYTES);
    }

    @Test
    void the_position_moves_while_a_single_write_is_under_way() throws Exception {
        writeMoreThanTheSocketTakes();
        long before = flushed();
        byte[] read = peer.getInputStream().readNBytes(1 << 20);
        assertThat(read).hasSize(1 << 20);
        Awaitility.await().until(() -> flushed() > before && flushed() >= read.length);
        assertThat(firstWriteEnded).isNotDone();
        peer.getInputStream().readNBytes(FRAME_BYTES + 10 - read.length);
        firstWriteEnded.get(10, TimeUnit.SECONDS);
        assertThat(flushed()).isEqualTo(FRAME_BYTES + 10);
        assertThat(inLoop(out::committedBytes)).isZero();
    }

    /** What the socket took before the close still arrives, so the peer can count it. */
    @Test
    void after_a_close_within_a_write_the_position_is_exactly_what_arrives() throws Exception {
        writeMoreThanTheSocketTakes();
        long atTheClose = inLoop(() -> {
            long position = out.flushedBytes();
            channel.close();
            return position;
        });
        long arrived = 0;
        byte[] chunk = new byte[64 * 1024];
        for (int n = peer.getInputStream().read(chunk);
                n >= 0;
                n = peer.getInputStream().read(chunk)) {
            arrived += n;
        }
        firstWriteEnded.get(10, TimeUnit.SECONDS);
        assertThat(arrived).isEqualTo(atTheClose);
        assertThat(flushed()).isEqualTo(arrived);
    }

    @Test
    void after_a_reset_within_a_write_the_position_stays_where_the_socket_was() throws Exception {
        writeMoreThanTheSocketTakes();
        peer.setSoLinger(true, 0);
        peer.close();
        firstWriteEnded.get(10, TimeUnit.SECONDS);
        assertThat(flushed()).isPositive().isLessThan(FRAME_BYTES);
        assertThat(inLoop(out::committedBytes)).isPositive();
        assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(IOException.class);
    }
}
