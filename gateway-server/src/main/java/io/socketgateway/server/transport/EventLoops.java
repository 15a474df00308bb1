package io.socketgateway.server.transport;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.PlatformDependent;
import io.socketgateway.protocol.netty.SendBatch;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.SendBatching;
import io.socketgateway.server.config.ServerConfig;
import io.socketgateway.server.config.TransportKind;
import io.socketgateway.server.loop.Loop;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The boss loop, which accepts, and the worker loops, which own the connections, on one of Netty's transports. */
public final class EventLoops {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    /** A multishot accept that fails is repeated at once and for ever, also while reading is off (Netty 4.2.18). */
    private static final String MULTISHOT_ACCEPT = "io.netty.iouring.acceptMultiShotEnabled";

    private static final String EPOLL = "epoll";

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup boss;
    private final MultiThreadIoEventLoopGroup workers;
    private final List<Loop> loops;
    private final List<SendRing> sendRings; // by the loop's index; none for other transports than epoll

    private record Transport(
            String name,
            IoHandlerFactory handlers,
            Class<? extends ServerChannel> serverChannel,
            Class<? extends DatagramChannel> datagramChannel,
            ChannelOption<Boolean> reusePort) {}

    private EventLoops(Transport transport, int workerCount, SendBatching sendBatching, NanoClock clock) {
        this.transport = transport;
        this.boss = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("gateway-boss"), transport.handlers());
        this.workers = new MultiThreadIoEventLoopGroup(
                workerCount, new DefaultThreadFactory("gateway-worker"), transport.handlers());
        List<Loop> made = new ArrayList<>();
        List<SendRing> rings = new ArrayList<>();
        AtomicBoolean told = new AtomicBoolean();
        for (EventExecutor executor : workers) {
            SingleThreadEventLoop eventLoop = (SingleThreadEventLoop) executor;
            Loop.Gathering gathering = Loop.Gathering.NONE;
            if (transport.name().equals(EPOLL) && sendBatching == SendBatching.AUTO) {
                SendRing ring = new SendRing(eventLoop, told);
                rings.add(ring);
                gathering = ring;
            }
            made.add(new Loop(made.size(), workerCount, eventLoop, clock, gathering));
        }
        this.loops = List.copyOf(made);
        this.sendRings = List.copyOf(rings);
    }

    /** Starts as many loops as configured, on the transport that is configured. */
    public static EventLoops start(ServerConfig config, NanoClock clock) throws StartException {
        return new EventLoops(transport(config.transport()), workerCount(config), config.sendBatching(), clock);
    }

    private static int workerCount(ServerConfig config) {
        return config.workers() > 0 ? config.workers() : Runtime.getRuntime().availableProcessors();
    }

    private static Transport transport(TransportKind kind) throws StartException {
        return switch (kind) {
            case AUTO -> {
                if (!Epoll.isAvailable() && isLinux()) {
                    LOG.warn(
                            "transport nio: epoll would be faster, but is not available ({}); Netty's native library must"
                                    + " lie on java.library.path, or be allowed to run from the temporary folder",
                            reason(Epoll.unavailabilityCause()));
                } else {
                    LOG.info("transport {}: chosen for this system", Epoll.isAvailable() ? "epoll" : "nio");
                }
                yield Epoll.isAvailable() ? epoll() : nio();
            }
            case EPOLL -> configured(Epoll.unavailabilityCause(), "epoll", EventLoops::epoll);
            case IO_URING -> {
                if (System.getProperty(MULTISHOT_ACCEPT) == null) {
                    System.setProperty(MULTISHOT_ACCEPT, "false"); // before Netty's class looks at it
                }
                yield configured(IoUring.unavailabilityCause(), "io_uring", EventLoops::ioUring);
            }
            case NIO -> configured(null, "nio", EventLoops::nio);
        };
    }

    private static Transport configured(@Nullable Throwable unavailable, String name, Supplier<Transport> transport)
            throws StartException {
        if (unavailable != null) {
            throw new StartException(
                    "server.transport: " + name + " is not available here (" + reason(unavailable)
                            + "); use auto or nio",
                    unavailable);
        }
        LOG.info("transport {}: chosen by configuration", name);
        return transport.get();
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause == null) {
            return "no reason known";
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return firstLine(cause) + (root == cause ? "" : ": " + firstLine(root));
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private static Transport epoll() {
        return new Transport(
                EPOLL,
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel.class,
                EpollDatagramChannel.class,
                UnixChannelOption.SO_REUSEPORT);
    }

    private static Transport ioUring() {
        return new Transport(
                "io_uring",
                IoUringIoHandler.newFactory(),
                IoUringServerSocketChannel.class,
                IoUringDatagramChannel.class,
                UnixChannelOption.SO_REUSEPORT);
    }

    private static Transport nio() {
        return new Transport(
                "nio",
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioDatagramChannel.class,
                NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT));
    }

    /** The transport's name: {@code epoll}, {@code io_uring} or {@code nio}. */
    public String name() {
        return transport.name();
    }

    /** The worker loops. */
    public List<Loop> loops() {
        return loops;
    }

    Loop loopOf(EventLoop eventLoop) {
        for (Loop loop : loops) {
            if (loop.eventLoop() == eventLoop) {
                return loop;
            }
        }
        throw new IllegalArgumentException("not a worker loop: " + eventLoop);
    }

    /** What takes the writes of that loop's streams. */
    SendBatch sends(Loop loop) {
        return sendRings.isEmpty() ? SendBatch.NONE : sendRings.get(loop.index());
    }

    MultiThreadIoEventLoopGroup boss() {
        return boss;
    }

    MultiThreadIoEventLoopGroup workers() {
        return workers;
    }

    /** How a loop of this transport waits for its sockets. */
    public IoHandlerFactory handlers() {
        return transport.handlers();
    }

    /** A listening stream socket of this transport. */
    public Class<? extends ServerChannel> serverChannel() {
        return transport.serverChannel();
    }

    Class<? extends DatagramChannel> datagramChannel() {
        return transport.datagramChannel();
    }

    /** {@code SO_REUSEPORT} as this transport calls it. */
    ChannelOption<Boolean> reusePort() {
        return transport.reusePort();
    }

    /** The loops that can share one port for datagrams: all of them on Linux, which spreads the clients over the sockets. */
    List<Loop> datagramLoops() {
        return isLinux() ? loops : loops.subList(0, 1);
    }

    private static boolean isLinux() {
        return PlatformDependent.normalizedOs().equals("linux");
    }

    /** Ends all loops and waits for them. */
    public void close() {
        for (int i = 0; i < sendRings.size(); i++) {
            loops.get(i).eventLoop().submit(sendRings.get(i)::close).awaitUninterruptibly();
        }
        Future<?> bossEnded = boss.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        Future<?> workersEnded = workers.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        bossEnded.awaitUninterruptibly();
        workersEnded.awaitUninterruptibly();
    }
}
