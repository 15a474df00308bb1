package io.socketgateway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringIoOps;
import io.socketgateway.protocol.netty.OutboundBuffer;
import io.socketgateway.protocol.netty.SendBatch;
import io.socketgateway.server.loop.Loop;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what a turn of an epoll loop has for several sockets with one call of the system: by an io_uring beside the loop's
 * epoll, which serves for nothing else. A call costs as much as a short send does, and between two calls the system may well
 * let the first receiver run; a publication to hundreds is hundreds of sends.
 *
 * <p>The sends never wait: a socket that takes less, or none, or has a fault, is left to its channel, as it would be without
 * this. So all are done when the call returns, and no memory is the system's after it. Where there is no io_uring (an old
 * kernel, a container that forbids it) each stream writes for itself. Belongs to its loop.
 */
final class SendRing implements SendBatch, Loop.Gathering {
    private static final Logger LOG = LoggerFactory.getLogger(SendRing.class);

    /** As many as go with one call; a turn with more takes several. */
    private static final int PLACES = 256;
    /** A lone stream has its one call anyway. */
    private static final int LEAST_STREAMS = 2;

    // linux/io_uring.h, linux/socket.h
    private static final byte IORING_OP_SEND = 26;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** What a send has come to as long as nothing is known of it. */
    private static final int UNKNOWN = Integer.MIN_VALUE;

    /** Sends of one call; each leaves at its place what the system says of it. */
    interface Calls {
        /** Notes a send for the next call. */
        void add(int place, int descriptor, long address, int bytes);

        /** Sends them all. */
        void enter();

        /** Lets go of all that it has. */
        void end();
    }

    /** Where sends have places. */
    interface Opener {
        /** Null where the system has no such calls. */
        @Nullable
        Calls open(int[] results);
    }

    private final Opener opener;
    private final @Nullable OutboundBuffer[] streams = new @Nullable OutboundBuffer[PLACES];
    private final int[] results = new int[PLACES];
    private int size;
    private boolean gathering;
    private boolean closed;
    private @Nullable Calls calls; // from the first time that they are of use

    /**
     * By io_uring, if there is one.
     *
     * @param told whether that has been told: once for all loops
     */
    SendRing(SingleThreadEventLoop eventLoop, AtomicBoolean told) {
        this(results -> byIoUring(eventLoop, results, told));
    }

    SendRing(Opener opener) {
        this.opener = opener;
    }

    /** Null if there is none here. */
    static @Nullable Calls byIoUring(SingleThreadEventLoop eventLoop, int[] results, AtomicBoolean told) {
        boolean first = told.compareAndSet(false, true);
        if (!IoUring.isAvailable()) {
            if (first) {
                LOG.info("sends: each is a call of its own, as io_uring is not available here ({})", reason());
            }
            return null;
        }
        try {
            Ring ring = new Ring(eventLoop, results);
            if (first) {
                LOG.info("sends: those of one turn go with one call, by io_uring");
            }
            return ring;
        } catch (Exception | Error e) { // out of direct memory too: the sends themselves need none
            LOG.warn("sends: each is a call of its own, as no io_uring could be made ({})", e.toString());
            return null;
        }
    }

    private static String reason() {
        Throwable cause = IoUring.unavailabilityCause();
        return String.valueOf(cause == null ? null : cause.getMessage());
    }

    @Override
    public void begin(int speakers) {
        gathering = speakers >= LEAST_STREAMS && isOpen();
    }

    private boolean isOpen() {
        if (calls == null && !closed) {
            calls = opener.open(results);
            closed = calls == null;
        }
        return !closed;
    }

    @Override
    public boolean add(OutboundBuffer stream) {
        if (!gathering) {
            return false;
        }
        if (size == PLACES) {
            send();
        }
        streams[size++] = stream;
        return true;
    }

    @Override
    public void end() {
        gathering = false; // what a stream writes once it knows what was sent is its own affair
        if (size > 0) {
            send();
        }
    }

    private void send() {
        int count = size;
        size = 0;
        boolean gathers = gathering;
        gathering = false;
        Arrays.fill(results, 0, count, 0);
        if (count >= LEAST_STREAMS && calls != null) {
            submit(calls, count);
        }
        for (int i = 0; i < count; i++) {
            OutboundBuffer stream = streams[i];
            streams[i] = null;
            if (stream != null) {
                tell(stream, results[i]);
            }
        }
        gathering = gathers && !closed;
    }

    /** No code of anybody else runs between the first look at a channel and the call: none of them can be closed meanwhile. */
    private void submit(Calls open, int count) {
        try {
            for (int i = 0; i < count; i++) {
                OutboundBuffer stream = streams[i];
                ByteBuf bytes = stream == null ? null : stream.inFlight();
                if (bytes != null
                        && bytes.hasMemoryAddress()
                        && stream.channel() instanceof EpollSocketChannel channel
                        && channel.isOpen()) {
                    open.add(
                            i,
                            channel.fd().intValue(),
                            bytes.memoryAddress() + bytes.readerIndex(),
                            bytes.readableBytes());
                    results[i] = UNKNOWN;
                }
            }
            open.enter();
        } catch (RuntimeException | Error e) {
            LOG.error("io_uring has failed, and is not used any more", e);
            close();
        }
    }

    /** A fault of ours in one stream must not lose the others. */
    private static void tell(OutboundBuffer stream, int result) {
        try {
            if (result == UNKNOWN) { // some of it may have gone, and nobody knows how much
                stream.channel().close();
                stream.lost();
            } else {
                stream.sent(Math.max(0, result));
            }
        } catch (RuntimeException | Error e) {
            LOG.error("internal error in {}", stream.channel(), e);
            stream.channel().close();
        }
    }

    /** Lets go of the ring. */
    void close() {
        closed = true;
        Calls open = calls;
        calls = null;
        if (open != null) {
            try {
                open.end();
            } catch (RuntimeException | Error e) {
                LOG.error("io_uring could not be closed", e);
            }
        }
    }

    /** Netty's io_uring, which here only sends and never waits. */
    private static final class Ring implements Calls, IoUringIoHandle, IoHandlerContext {
        private final IoHandler handler;
        private final IoRegistration registration;
        private final int[] results;
        private int underWay;
        private boolean waits;

        private Ring(SingleThreadEventLoop eventLoop, int[] results) throws Exception {
            this.results = results;
            IoUringIoHandlerConfig config = new IoUringIoHandlerConfig().setRingSize(PLACES);
            this.handler = IoUringIoHandler.newFactory(config).newHandler(eventLoop);
            handler.initialize();
            this.registration = handler.register(this);
        }

        @Override
        public void add(int place, int descriptor, long address, int bytes) {
            registration.submit(new IoUringIoOps(
                    IORING_OP_SEND,
                    (byte) 0,
                    (short) 0,
                    descriptor,
                    0,
                    address,
                    bytes,
                    MSG_DONTWAIT | MSG_NOSIGNAL,
                    place,
                    (short) 0,
                    (short) 0,
                    0,
                    0));
            underWay++;
        }

        @Override
        public void enter() {
            waits = false;
            while (underWay > 0) {
                handler.run(this);
                waits = true; // which no kernel should make necessary
            }
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            IoUringIoEvent completion = (IoUringIoEvent) event;
            results[(int) completion.userData()] = completion.res();
            underWay--;
        }

        @Override
        public boolean canBlock() {
            return waits;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }

        @Override
        public void end() {
            registration.cancel();
            handler.prepareToDestroy();
            handler.destroy();
        }

        @Override
        public void close() {
            registration.cancel();
        }
    }
}
