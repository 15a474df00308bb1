package io.socketgateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.uring.IoUring;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.netty.OutboundBuffer;
import io.socketgateway.protocol.netty.SendBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends of one turn over real sockets. */
class SendRingTest {
    private static final int MAX = 1 << 24;
    private static final int OVERHEAD_BYTES = 10; // of a PING on a stream

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final SingleThreadEventLoop loop = (SingleThreadEventLoop) group.next();
    private final SendRing ring = new SendRing(loop, new AtomicBoolean());
    private final List<Stream> streams = new ArrayList<>();
    private ServerSocket listener;

    /** One connection: the sending end is a channel, the receiving one a plain socket. */
    private final class Stream {
        private final Channel channel;
        private final Socket peer;
        private final OutboundBuffer out;
        private int written;
        private boolean gathered;

        Stream(SendRing ring, boolean smallBuffers) throws Exception {
            Bootstrap bootstrap = new Bootstrap()
                    .group(group)
                    .channel(EpollSocketChannel.class)
                    .handler(new ChannelInboundHandlerAdapter());
            if (smallBuffers) {
                bootstrap.option(ChannelOption.SO_SNDBUF, 8 * 1024);
            }
            channel = bootstrap.connect(listener.getLocalSocketAddress()).sync().channel();
            peer = listener.accept();
            peer.setSoTimeout(10_000);
            SendBatch noted = stream -> gathered = ring.add(stream);
            out = new OutboundBuffer(channel, noted, () -> written++);
        }

        void ping(int bytes) {
            out.append(new Frame.Ping(1, Payload.bytes(new byte[bytes])), Form.BINARY, MAX);
            out.flush();
        }

        byte[] read(int payloadBytes) throws IOException {
            return peer.getInputStream().readNBytes(payloadBytes + OVERHEAD_BYTES);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        assumeTrue(Epoll.isAvailable() && IoUring.isAvailable(), "there is no io_uring here");
        listener = new ServerSocket();
        listener.setReceiveBufferSize(8 * 1024);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    }

    @AfterEach
    void close() throws Exception {
        onLoop(() -> {
            ring.close();
            streams.forEach(stream -> stream.out.release());
            return 0;
        });
        for (Stream stream : streams) {
            stream.channel.close().sync();
            stream.peer.close();
        }
        if (listener != null) {
            listener.close();
        }
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return loop.submit(action).get(10, TimeUnit.SECONDS);
    }

    private List<Stream> connect(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            streams.add(new Stream(ring, false));
        }
        return streams;
    }

    /** A turn in which all of them send that much. */
    private void turn(List<Stream> speakers, int bytes) throws Exception {
        onLoop(() -> {
            ring.begin(speakers.size());
            speakers.forEach(stream -> stream.ping(bytes));
            ring.end();
            return 0;
        });
    }

    @Test
    void whatATurnSendsIsSentWhenItEnds() throws Exception {
        turn(connect(3), 100);
        for (Stream stream : streams) {
            assertThat(stream.gathered).isTrue();
            assertThat(stream.written).isEqualTo(1);
            assertThat(onLoop(stream.out::committedBytes)).isZero();
            assertThat(stream.read(100)).hasSize(100 + OVERHEAD_BYTES);
        }
        turn(streams, 5);
        for (Stream stream : streams) {
            assertThat(stream.read(5)).hasSize(5 + OVERHEAD_BYTES);
        }
    }

    @Test
    void moreThanTheRingHoldsGoWithSeveralCalls() throws Exception {
        turn(connect(600), 64);
        for (Stream stream : streams) {
            assertThat(stream.gathered).isTrue();
            assertThat(stream.read(64)).hasSize(64 + OVERHEAD_BYTES);
        }
    }

    @Test
    void aLoneStreamWritesForItself() throws Exception {
        turn(connect(1), 10);
        assertThat(streams.get(0).gathered).isFalse();
        assertThat(streams.get(0).read(10)).hasSize(10 + OVERHEAD_BYTES);
    }

    @Test
    void outsideATurnEachStreamWritesForItself() throws Exception {
        connect(2);
        onLoop(() -> {
            streams.forEach(stream -> stream.ping(10));
            return 0;
        });
        assertThat(streams).noneMatch(stream -> stream.gathered);
    }

    @Test
    void whatASocketDoesNotTakeFollowsInOrder() throws Exception {
        int bytes = 4 << 20; // far more than two small socket buffers
        streams.add(new Stream(ring, true));
        streams.add(new Stream(ring, false));
        Stream slow = streams.get(0);
        onLoop(() -> {
            byte[] counted = new byte[bytes];
            for (int i = 0; i < bytes; i++) {
                counted[i] = (byte) (i % 251);
            }
            slow.out.append(new Frame.Ping(1, Payload.bytes(counted)), Form.BINARY, MAX);
            ring.begin(2);
            slow.out.flush();
            streams.get(1).ping(10);
            ring.end();
            slow.ping(20); // behind it
            return 0;
        });
        assertThat(slow.gathered).isTrue();
        assertThat(onLoop(slow.out::flushedBytes)).isPositive().isLessThan(bytes);
        assertThat(streams.get(1).read(10)).hasSize(10 + OVERHEAD_BYTES);
        byte[] read = slow.read(bytes);
        for (int i = 0; i < bytes; i++) {
            assertThat(read[i + OVERHEAD_BYTES]).isEqualTo((byte) (i % 251));
        }
        assertThat(slow.read(20)).hasSize(20 + OVERHEAD_BYTES);
        Awaitility.await().until(() -> onLoop(slow.out::committedBytes) == 0);
        assertThat(slow.written).isEqualTo(2);
    }

    @Test
    void aConnectionThatWasResetIsLostAndTheOthersAreNot() throws Exception {
        connect(3);
        Stream reset = streams.get(1);
        onLoop(() -> {
            reset.channel.config().setAutoRead(false); // the send is to notice
            return 0;
        });
        reset.peer.setSoLinger(true, 0);
        reset.peer.close();
        turn(streams, 50);
        Awaitility.await().until(() -> !reset.channel.isOpen());
        assertThat(onLoop(() -> reset.written)).isEqualTo(1);
        assertThat(streams.get(0).read(50)).hasSize(50 + OVERHEAD_BYTES);
        assertThat(streams.get(2).read(50)).hasSize(50 + OVERHEAD_BYTES);
    }

    /** Its descriptor may be somebody else's by then. */
    @Test
    void nothingIsSentForAChannelThatWasClosedWithinTheTurn() throws Exception {
        connect(3);
        Stream closed = streams.get(1);
        onLoop(() -> {
            ring.begin(3);
            streams.forEach(stream -> stream.ping(50));
            closed.channel.close();
            ring.end();
            return 0;
        });
        assertThat(closed.peer.getInputStream().read()).isEqualTo(-1);
        assertThat(closed.written).isEqualTo(1);
        assertThat(onLoop(closed.out::committedBytes)).isPositive();
        assertThat(streams.get(0).read(50)).hasSize(50 + OVERHEAD_BYTES);
        assertThat(streams.get(2).read(50)).hasSize(50 + OVERHEAD_BYTES);
    }

    @Test
    void whatAStreamSaysOnceItHasWrittenIsItsOwnAffair() throws Exception {
        connect(2);
        Stream speaksOn = streams.get(0);
        OutboundBuffer[] again = new OutboundBuffer[1];
        int[] left = {3};
        again[0] = new OutboundBuffer(speaksOn.channel, ring, () -> {
            if (left[0]-- > 0) {
                again[0].append(new Frame.Ping(2, Payload.EMPTY), Form.BINARY, MAX);
                again[0].flush();
            }
        });
        onLoop(() -> {
            ring.begin(2);
            again[0].append(new Frame.Ping(1, Payload.EMPTY), Form.BINARY, MAX);
            again[0].flush();
            streams.get(1).ping(7);
            ring.end();
            return 0;
        });
        assertThat(speaksOn.peer.getInputStream().readNBytes(4 * OVERHEAD_BYTES))
                .hasSize(4 * OVERHEAD_BYTES);
        assertThat(streams.get(1).read(7)).hasSize(7 + OVERHEAD_BYTES);
    }

    /** What a turn's sends have come to when the call for them fails. */
    private enum Failure {
        /** When one is noted, and the others are not. */
        ON_ADD,
        /** One has gone, and of the others nobody knows. */
        ON_ENTER
    }

    /** Sends what has the first place, by the real thing, and then fails. */
    private SendRing failing(Failure failure) {
        AtomicBoolean told = new AtomicBoolean();
        return new SendRing(results -> {
            SendRing.Calls real = SendRing.byIoUring(loop, results, told);
            assertThat(real).isNotNull();
            return new SendRing.Calls() {
                @Override
                public void add(int place, int descriptor, long address, int bytes) {
                    if (place == 0) {
                        real.add(place, descriptor, address, bytes);
                    } else if (failure == Failure.ON_ADD) {
                        throw new IllegalStateException("no place");
                    }
                }

                @Override
                public void enter() {
                    real.enter();
                    throw new IllegalStateException("the kernel has had enough");
                }

                @Override
                public void end() {
                    real.end();
                }
            };
        });
    }

    private void failingTurn(SendRing failing) throws Exception {
        for (int i = 0; i < 3; i++) {
            streams.add(new Stream(failing, false));
        }
        onLoop(() -> {
            failing.begin(3);
            streams.forEach(stream -> stream.ping(50));
            failing.end();
            return 0;
        });
    }

    @Test
    void whatNobodyKnowsOfAfterAFailedCallEndsItsConnectionAndCountsAsSent() throws Exception {
        SendRing failing = failing(Failure.ON_ENTER);
        failingTurn(failing);
        assertThat(streams.get(0).read(50)).hasSize(50 + OVERHEAD_BYTES);
        assertThat(streams.get(0).channel.isOpen()).isTrue();
        for (Stream unknown : streams.subList(1, 3)) {
            assertThat(unknown.peer.getInputStream().read()).isEqualTo(-1);
            assertThat(onLoop(unknown.out::committedBytes)).isZero();
        }
        assertThat(streams).allMatch(stream -> stream.written == 1);
    }

    /** What was noted goes when the ring is let go of. */
    @Test
    void beforeTheCallNothingIsLostByAFailure() throws Exception {
        failingTurn(failing(Failure.ON_ADD));
        for (Stream stream : streams) {
            assertThat(stream.read(50)).hasSize(50 + OVERHEAD_BYTES);
            assertThat(stream.channel.isOpen()).isTrue();
        }
        assertThat(streams).allMatch(stream -> stream.written == 1);
    }

    @Test
    void afterAFailureEachStreamWritesForItself() throws Exception {
        SendRing failing = failing(Failure.ON_ADD);
        failingTurn(failing);
        List<Stream> left = streams.subList(1, 3);
        onLoop(() -> {
            failing.begin(2);
            left.forEach(stream -> stream.ping(20));
            failing.end();
            return 0;
        });
        for (Stream stream : left) {
            assertThat(stream.gathered).isFalse();
            assertThat(stream.peer.getInputStream().readNBytes(50 + 20 + 2 * OVERHEAD_BYTES))
                    .hasSize(50 + 20 + 2 * OVERHEAD_BYTES);
        }
    }

    @Test
    void afterTheRingIsClosedEachStreamWritesForItself() throws Exception {
        connect(2);
        turn(streams, 10);
        onLoop(() -> {
            ring.close();
            return 0;
        });
        turn(streams, 20);
        for (Stream stream : streams) {
            assertThat(stream.gathered).isFalse();
            byte[] read = stream.peer.getInputStream().readNBytes(10 + 20 + 2 * OVERHEAD_BYTES);
            assertThat(Arrays.copyOf(read, 4)).isEqualTo(new byte[] {0, 0, 0, 10 + OVERHEAD_BYTES - 4});
        }
    }
}
