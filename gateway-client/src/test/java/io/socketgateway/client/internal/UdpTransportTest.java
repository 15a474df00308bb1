package io.socketgateway.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.ReferenceCountUtil;
import io.socketgateway.client.ScriptedUdpGateway;
import io.socketgateway.client.SettableClock;
import io.socketgateway.client.internal.UdpCounters.Kind;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.datagram.AnswerCache;
import io.socketgateway.protocol.datagram.Exchange;
import io.socketgateway.protocol.netty.FrameReceiver;
import io.socketgateway.protocol.time.TimerWheel;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted, and what becomes of a session whose socket breaks. */
final class UdpTransportTest {
    private static final int HELLO_ID = 7;
    private static final int MOST_BYTES = 8192;

    private final List<NioDatagramChannel> sockets = new CopyOnWriteArrayList<>();
    private final AtomicBoolean networkIsDown = new AtomicBoolean();
    private final ScriptedUdpGateway gateway = new ScriptedUdpGateway();
    private final SettableClock clock = new SettableClock();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final TimerWheel wheel = new TimerWheel(clock);
    private final Lease lease =
            new Lease(loop, NioDatagramChannel.class, this::newSocket, clock, wheel, Runnable::run, () -> {});
    private final UdpCounters counters = new UdpCounters();
    private final Told told = new Told();
    private final UdpTransport transport = new UdpTransport(
            lease,
            new UdpOpener.Terms(
                    MOST_BYTES,
                    Duration.ofSeconds(5).toNanos(),
                    () -> 0L,
                    new AnswerCache(wheel, clock, 1 << 20, 1 << 18, Duration.ofSeconds(60)),
                    counters),
            gateway.address(),
            told,
            told);

    private NioDatagramChannel newSocket() {
        NioDatagramChannel socket = new NioDatagramChannel();
        socket.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                if (networkIsDown.get()) {
                    ReferenceCountUtil.release(message);
                    promise.setFailure(new IOException("Network is down"));
                } else {
                    ctx.write(message, promise);
                }
            }
        });
        sockets.add(socket);
        return socket;
    }

    private NioDatagramChannel latestSocket() {
        return sockets.get(sockets.size() - 1);
    }

    /** What the transport's owner and the receiver of its frames were told. */
    private static final class Told implements Transport.Events, FrameReceiver {
        private final CompletableFuture<Transport> opened = new CompletableFuture<>();
        private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        private final List<Optional<Throwable>> ends = new CopyOnWriteArrayList<>();
        private final List<Integer> givenUp = new CopyOnWriteArrayList<>();
        private final AtomicInteger pingsWanted = new AtomicInteger();

        @Override
        public void opened(Transport transport) {
            opened.complete(transport);
        }

        @Override
        public void heard() {}

        @Override
        public void settled() {}

        @Override
        public void written() {}

        @Override
        public void pingWanted() {
            pingsWanted.incrementAndGet();
        }

        @Override
        public void gaveUp(int id) {
            givenUp.add(id);
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            ends.add(Optional.ofNullable(cause));
        }

        @Override
        public void received(Frame frame) {
            frames.add(frame);
        }

        @Override
        public void rejected(ProtocolException fault) {}

        @Override
        public void failed(ProtocolException fault) {}

        Frame next() throws InterruptedException {
            Frame frame = frames.poll(10, TimeUnit.SECONDS);
            assertThat(frame).isNotNull();
            return frame;
        }
    }

    @BeforeEach
    void welcome() throws Exception {
        onLoop(() -> {
            transport.open();
            return null;
        });
        told.opened.get(10, TimeUnit.SECONDS);
        append(Frame.Hello.of(HELLO_ID));
        gateway.welcome();
        assertThat(told.next()).isInstanceOf(Frame.Welcome.class);
    }

    @AfterEach
    void close() throws Exception {
        onLoop(() -> {
            transport.close();
            return null;
        });
        gateway.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    private <T> T onLoop(Callable<T> call) throws Exception {
        return loop.submit(call).get(10, TimeUnit.SECONDS);
    }

    private void append(Frame frame) throws Exception {
        assertThat(onLoop(() -> transport.append(frame, MOST_BYTES))).isTrue();
    }

    private void pass(Duration time) throws Exception {
        clock.advance(time);
        onLoop(() -> {
            wheel.advance();
            return null;
        });
    }

    /** Comes back when all that was sent before has come. */
    private void expectPing(int number) throws Exception {
        gateway.send(new Frame.Ping(number, Payload.EMPTY));
        assertThat(told.next()).isEqualTo(new Frame.Ping(number, Payload.EMPTY));
    }

    private static Frame.Request request(int id) {
        return new Frame.Request(id, Subject.of("a"), 1_000, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY);
    }

    private static Frame.Publish publish(String text) {
        return new Frame.Publish(0, Subject.of("a"), false, Headers.EMPTY, Payload.text(text));
    }

    @Test
    void whatIsDroppedIsCounted() throws Exception {
        gateway.sendWith(gateway.token() + 1, new Frame.Ping(1, Payload.EMPTY));
        gateway.sendOutside(new Frame.Ping(2, Payload.EMPTY));
        gateway.sendOutside(Frame.Error.of(HELLO_ID, ErrorCode.UNAVAILABLE, "late"));
        gateway.sendBytes();
        gateway.sendBytes((byte) 2, (byte) 0);
        gateway.sendBytes((byte) 1, (byte) 0);
        byte[] whole = ScriptedUdpGateway.datagram(gateway.token(), new Frame.Ping(3, Payload.text("x")));
        gateway.sendBytes(Arrays.copyOf(whole, whole.length - 1));
        gateway.sendBytes(Arrays.copyOf(whole, MOST_BYTES));
        gateway.sendBytes(Arrays.copyOf(whole, MOST_BYTES + 1));
        gateway.sendBytes(Arrays.copyOf(whole, 3 * MOST_BYTES));
        gateway.send(Frame.Error.of(0, ErrorCode.MALFORMED, "length: cut off"));
        expectPing(4);
        assertThat(counters.of(Kind.STRAY)).isEqualTo(3);
        assertThat(counters.of(Kind.MALFORMED)).isEqualTo(5);
        assertThat(counters.of(Kind.TOO_LONG)).isEqualTo(2);
        assertThat(counters.of(Kind.FOUND_MALFORMED)).isEqualTo(1);
        assertThat(told.ends).isEmpty();
    }

    @Test
    void aDatagramAsLongAsTheLongestIsTaken() throws Exception {
        Payload payload = Payload.owning(io.socketgateway.protocol.Content.BYTES, new byte[MOST_BYTES - 13 - 6]);
        gateway.send(new Frame.Ping(1, payload));
        assertThat(told.next()).isEqualTo(new Frame.Ping(1, payload));
        assertThat(counters.of(Kind.TOO_LONG)).isZero();
    }

    @Test
    void repeatsAreCounted() throws Exception {
        append(request(8));
        gateway.expect(Frame.Request.class);
        pass(Duration.ofMillis(300));
        gateway.expect(Frame.Request.class);
        assertThat(counters.of(Exchange.Event.REPEAT_SENT)).isEqualTo(1);
        assertThat(counters.toString()).contains("REPEAT_SENT=1");
    }

    @Test
    void aSocketThatFailsIsReplacedAtOnce() throws Exception {
        NioDatagramChannel former = latestSocket();
        int port = gateway.clientPort();
        networkIsDown.set(true);
        append(publish("lost"));
        await().until(() -> onLoop(wheel::size) > 0);
        networkIsDown.set(false);
        pass(Duration.ofMillis(20));
        await().until(() -> counters.of(Kind.REBOUND) == 1);
        await().until(() -> !former.isOpen());
        append(publish("found"));
        assertThat(gateway.expect(Frame.Publish.class).payload().text()).isEqualTo("found");
        assertThat(gateway.clientPort()).isNotEqualTo(port);
        assertThat(told.pingsWanted).hasValue(1);
        expectPing(1);
        assertThat(told.ends).isEmpty();
    }

    @Test
    void aSocketThatClosesIsReplaced() throws Exception {
        latestSocket().close().sync();
        await().until(() -> onLoop(wheel::size) > 0);
        append(publish("lost"));
        pass(Duration.ofMillis(20));
        await().until(() -> counters.of(Kind.REBOUND) == 1);
        append(publish("found"));
        assertThat(gateway.expect(Frame.Publish.class).payload().text()).isEqualTo("found");
    }

    @Test
    void aNetworkThatIsDownIsTriedLessAndLessOften() throws Exception {
        networkIsDown.set(true);
        for (int i = 0; i < 1_000; i++) { // ten seconds
            append(publish("lost"));
            pass(Duration.ofMillis(10));
        }
        assertThat(sockets).hasSizeBetween(4, 7);
    }

    @Test
    void onlyWhatHasNoTimerOfItsOwnIsGivenUpAloud() throws Exception {
        append(request(8));
        append(new Frame.Subscribe(9, SubjectPattern.of("a"), "", true, Headers.EMPTY));
        for (int i = 0; i < 31; i++) {
            pass(Duration.ofSeconds(1));
        }
        assertThat(told.givenUp).containsExactly(9);
        assertThat(counters.of(Exchange.Event.GIVEN_UP)).isEqualTo(2);
    }

    @Test
    void aSessionThatStaysSilentAfterADoubtEnds() throws Exception {
        gateway.sendUnknown();
        await().until(() -> told.pingsWanted.get() == 1);
        gateway.sendUnknown();
        gateway.sendOutside(new Frame.Ping(1, Payload.EMPTY));
        await().until(() -> counters.of(Kind.STRAY) == 1);
        assertThat(counters.of(Kind.DOUBTED)).isEqualTo(1);
        pass(Duration.ofMillis(1_900));
        assertThat(told.ends).isEmpty();
        pass(Duration.ofMillis(120));
        await().untilAsserted(() -> assertThat(told.ends).hasSize(1));
        assertThat(told.ends.get(0).orElseThrow()).hasMessageContaining("does not know the session");
    }

    @Test
    void theEndIsToldOnceAndTheGatewayHearsOfIt() throws Exception {
        onLoop(() -> {
            transport.close();
            transport.close();
            assertThat(transport.append(publish("late"), MOST_BYTES)).isTrue();
            return null;
        });
        assertThat(gateway.expect(Frame.GoAway.class).id()).isZero();
        await().untilAsserted(() -> assertThat(told.ends).containsExactly(Optional.empty()));
    }
}
