package io.socketgateway.server.datagram;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.netty.util.concurrent.Future;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.netty.DatagramBuffer;
import io.socketgateway.protocol.netty.DatagramFrames;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.routing.Counters;
import io.socketgateway.server.routing.Tally;
import io.socketgateway.server.routing.Traffic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop's socket of a datagram listener, and the sessions that were opened there. A datagram of a session that another
 * loop owns is handed over; the token tells which. Belongs to its loop.
 */
final class DatagramEndpoint extends ChannelInboundHandlerAdapter implements Loop.Recipient, Loop.Speaker {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramEndpoint.class);

    /** How an IPv6 address without a scope is written that came from the system with one of 0. */
    private static final String NO_SCOPE = "%0";

    /** A datagram with HELLO is no shorter, so that an answer of three times its length says something. */
    private static final int LEAST_HELLO_BYTES = 64;

    /** What other loops may have handed over that this one has not taken; strangers can send nothing else between loops. */
    private static final int MOST_STRAY_BYTES = 1 << 20;

    /** A datagram that came to another loop's socket. */
    private record Stray(InetSocketAddress from, ByteBuf datagram) {}

    private final DatagramContext context;
    private final Loop loop;
    private final Channel channel;
    private final List<DatagramEndpoint> siblings; // of the same listener, this one too, by the remainder of a token
    private final int index;
    private final int maxDatagramBytes;
    private final Counters counters;
    private final Tally tally;
    private final Cookies cookies;
    private final Greeter greeter;
    private final RandomGenerator jitter = new SplittableRandom();
    private final LongObjectMap<DatagramConnection> connections = new LongObjectHashMap<>();
    private final ArrayList<Path> toFlush = new ArrayList<>();
    private final AtomicInteger strayBytes = new AtomicInteger(); // any loop
    private final Traffic traffic;
    private long framesSent; // in this turn
    private boolean flushAsked;
    private volatile boolean closing;

    DatagramEndpoint(
            DatagramContext context,
            Loop loop,
            Channel channel,
            List<DatagramEndpoint> siblings,
            int index,
            boolean stateless) {
        this.context = context;
        this.loop = loop;
        this.channel = channel;
        this.siblings = siblings;
        this.index = index;
        this.maxDatagramBytes = context.limits().maxDatagramBytes();
        this.counters = context.counters();
        this.tally = counters.tally(loop);
        this.traffic = counters.traffic("udp");
        this.cookies = context.cookies().forAnotherThread();
        this.greeter = new Greeter(this, stateless);
    }

    DatagramContext context() {
        return context;
    }

    Loop loop() {
        return loop;
    }

    Counters counters() {
        return counters;
    }

    Cookies cookies() {
        return cookies;
    }

    RandomGenerator jitter() {
        return jitter;
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** The longest datagram that is taken. */
    int maxDatagramBytes() {
        return maxDatagramBytes;
    }

    /** Host and port, an IPv6 host in brackets. */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        if (host.endsWith(NO_SCOPE)) {
            host = host.substring(0, host.length() - NO_SCOPE.length());
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    // Sessions

    /** A token that nobody guesses, and that leads here. */
    long newToken() {
        long token;
        do {
            long random = context.random().nextLong();
            token = random - Long.remainderUnsigned(random, siblings.size()) + index;
        } while (Long.remainderUnsigned(token, siblings.size()) != index || connections.containsKey(token));
        return token;
    }

    void began(DatagramConnection connection) {
        connections.put(connection.token(), connection);
    }

    void ended(DatagramConnection connection) {
        connections.remove(connection.token());
        greeter.ended(connection);
    }

    // What comes

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        try {
            loop.readClock();
            counters.datagramsReceived.increment();
            traffic.bytesReceived.add(packet.content().readableBytes());
            received(packet.content(), packet.sender());
        } finally {
            packet.release();
        }
    }

    private void received(ByteBuf datagram, InetSocketAddress from) {
        if (datagram.readableBytes() > maxDatagramBytes) {
            counters.datagramsTooLong.increment();
            counters.reached(Limit.MAX_DATAGRAM_BYTES);
            return;
        }
        switch (DatagramFrames.kind(datagram)) {
            case SESSION -> {
                long token = DatagramFrames.token(datagram);
                DatagramEndpoint owner = siblings.get((int) Long.remainderUnsigned(token, siblings.size()));
                if (owner == this) {
                    receivedInSession(datagram, token, from);
                } else {
                    handOver(owner, datagram, from);
                }
            }
            case OUTSIDE -> greeter.received(datagram, from);
            case UNKNOWN -> counters.datagramsMalformed.increment();
        }
    }

    private void handOver(DatagramEndpoint owner, ByteBuf datagram, InetSocketAddress from) {
        if (owner.strayBytes.addAndGet(datagram.readableBytes()) > MOST_STRAY_BYTES) {
            owner.strayBytes.addAndGet(-datagram.readableBytes());
            counters.datagramsDroppedBusy.increment();
            return;
        }
        loop.hand(owner.loop, owner, new Stray(from, Unpooled.copiedBuffer(datagram)));
    }

    /** A stray. */
    @Override
    public void receive(Object message) {
        Stray stray = (Stray) message;
        strayBytes.addAndGet(-stray.datagram().readableBytes());
        receivedInSession(stray.datagram(), DatagramFrames.token(stray.datagram()), stray.from());
    }

    private void receivedInSession(ByteBuf datagram, long token, InetSocketAddress from) {
        DatagramConnection connection = connections.get(token);
        int bytes = datagram.readableBytes();
        DatagramFrames frames;
        try {
            frames = read(datagram);
        } catch (ProtocolException fault) {
            counters.datagramsMalformed.increment();
            if (connection != null) {
                connection.malformed(fault, from, bytes);
            }
            return;
        }
        if (isTooShort(frames)) {
            return;
        }
        if (connection == null) {
            counters.datagramsUnknownToken.increment();
            refuse(frames, from, "token: belongs to no session");
            return;
        }
        try {
            connection.received(frames, from);
        } catch (RuntimeException e) { // a fault of ours ends this session and no other
            LOG.error("internal error in {}", connection.session(), e);
            connection.session().close(ErrorCode.FAILED, "internal error");
        }
    }

    /**
     * The frames of a datagram.
     *
     * @throws ProtocolException if anything in it is malformed
     */
    DatagramFrames read(ByteBuf datagram) {
        DatagramFrames frames = DatagramFrames.read(datagram, Side.CLIENT);
        traffic.framesReceived.add(frames.size());
        return frames;
    }

    /** Whether a datagram with HELLO is below its floor; it is counted then. */
    boolean isTooShort(DatagramFrames frames) {
        boolean tooShort = frames.bytes() < LEAST_HELLO_BYTES && frames.contains(FrameType.HELLO);
        if (tooShort) {
            counters.datagramsTooShort.increment();
        }
        return tooShort;
    }

    // What goes

    /**
     * Says that a datagram named no session where one is needed, unless that would be longer than the datagram. What is an
     * answer itself is not answered: two gateways would never end.
     */
    void refuse(DatagramFrames frames, InetSocketAddress to, String reason) {
        if (!isAsking(frames)) {
            return;
        }
        Frame.Error refusal = Frame.Error.of(0, ErrorCode.UNAUTHENTICATED, reason);
        if (reply(to, refusal, frames.form(), frames.bytes()) == 0) {
            reply(to, refusal.cut(0), frames.form(), frames.bytes());
        }
    }

    private static boolean isAsking(DatagramFrames frames) {
        for (int i = 0; i < frames.size(); i++) {
            switch (frames.type(i)) {
                case RESPONSE, ERROR, PONG, ACK -> {}
                default -> {
                    return true;
                }
            }
        }
        return false;
    }

    /** Sends a frame outside a session; returns how long the datagram is: 0, and nothing is sent, if it were longer than that. */
    int reply(InetSocketAddress to, Frame frame, Form form, int maxBytes) {
        DatagramBuffer buffer = new DatagramBuffer(allocator(), datagram -> write(datagram, to));
        buffer.append(frame, form, maxBytes);
        int bytes = buffer.waitingBytes();
        appended(frame, bytes > 0);
        buffer.flush();
        return bytes;
    }

    /** Writes a datagram; it goes out with all others when the turn ends. */
    void write(ByteBuf datagram, InetSocketAddress to) {
        if (channel.isWritable()) {
            counters.datagramsSent.increment();
            traffic.bytesSent.add(datagram.readableBytes());
            channel.write(new DatagramPacket(datagram, to)).addListener(this::written);
            askFlush();
        } else {
            datagram.release();
            counters.datagramsNotSent.increment();
        }
    }

    private void written(Future<? super Void> write) {
        if (!write.isSuccess()) {
            counters.datagramsNotSent.increment();
        }
    }

    /** A frame was put into a datagram, or was too long. */
    boolean appended(Frame frame, boolean fits) {
        if (fits) {
            framesSent++;
            if (frame instanceof Frame.Error error) {
                counters.errorsSent.increment(error.errorCode());
            }
        }
        return fits;
    }

    /** The same of a message. */
    boolean appended(boolean fits) {
        if (fits) {
            framesSent++;
            tally.increment(Tally.Count.MESSAGE_DELIVERED);
        }
        return fits;
    }

    void flushAtTurnEnd(Path path) {
        toFlush.add(path);
        askFlush();
    }

    private void askFlush() {
        if (!flushAsked) {
            flushAsked = true;
            loop.flushAtTurnEnd(this);
        }
    }

    @Override
    public void flush() {
        flushAsked = false;
        for (int i = 0; i < toFlush.size(); i++) {
            toFlush.get(i).flush();
        }
        toFlush.clear();
        channel.flush();
        if (framesSent > 0) {
            traffic.framesSent.add(framesSent);
            framesSent = 0;
        }
    }

    /** The sockets are about to be closed. Any thread. */
    void closing() {
        closing = true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!closing) {
            LOG.error(
                    "the socket of loop {} was closed under {} sessions; restart the gateway",
                    loop.index(),
                    connections.size());
        }
    }

    /** Neither what the system says of one datagram nor a fault of ours closes the socket of all sessions. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("socket of loop {}", loop.index(), cause);
        } else {
            LOG.error("internal error at the socket of loop {}", loop.index(), cause);
        }
    }
}
