package io.socketgateway.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.session.Sessions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a listening socket accepts. It leaves off while sessions begin too fast, and when accepting fails, as it does
 * when no file descriptor is left: who waits then waits in the system's queue, and costs nothing. Belongs to the boss loop.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /** After accepting has failed, so much time passes before it is looked whether it may succeed. */
    static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** How often a socket that leaves off looks whether it may go on. */
    private static final long TICK_MILLIS = 10;
    /** At most one line in so much time says that sessions begin too fast. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String url;
    private final Sessions sessions;
    private final Spare spare;
    private final NanoClock clock;
    private final Counters counters;
    private final ArrayDeque<Channel> waiting =
            new ArrayDeque<>(); // accepted in one go with the one who had the last turn
    private boolean paused;
    private boolean failing; // and nothing was accepted after the pause that this is reason for
    private long retryNanos;
    private long speakNanos;

    /** For a listener of that URL. */
    Acceptor(String url, Sessions sessions, Spare spare, NanoClock clock, Counters counters) {
        this.url = url;
        this.sessions = sessions;
        this.spare = spare;
        this.clock = clock;
        this.counters = counters;
        this.retryNanos = clock.nanos();
        this.speakNanos = retryNanos;
    }

    /** A connection was accepted: it begins when it is its turn. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        if (failing && !paused) { // else it was under way already
            failing = false;
            LOG.info("listener {}: connections are accepted again", url);
        }
        waiting.add((Channel) accepted);
        passOn(ctx);
    }

    /** Those whose turn it is begin; whoever takes the last turn closes the door first. */
    private void passOn(ChannelHandlerContext ctx) {
        while (!waiting.isEmpty()) {
            if (sessions.isFull(addressOf(waiting.element()))) {
                refuse(ctx, waiting.remove());
            } else if (sessions.arrivals().take()) {
                closeDoorIfLast(ctx);
                ctx.fireChannelRead(waiting.remove());
            } else {
                break;
            }
        }
        closeDoorIfLast(ctx); // another listener has taken it
        if (!spare.isHeld()) { // and there is none for another connection
            leaveOff(ctx);
        }
    }

    private static @Nullable InetAddress addressOf(Channel accepted) {
        return accepted.remoteAddress() instanceof InetSocketAddress address ? address.getAddress() : null;
    }

    /**
     * Who would be refused takes nobody's turn. He is told why, unless such come faster than sessions may begin: then he is
     * closed on without a word.
     */
    private void refuse(ChannelHandlerContext ctx, Channel accepted) {
        if (sessions.refusals().take()) {
            ctx.fireChannelRead(accepted);
        } else {
            counters.connectionsTurnedAway.increment();
            accepted.unsafe().closeForcibly();
        }
    }

    private void closeDoorIfLast(ChannelHandlerContext ctx) {
        if (!paused && !sessions.arrivals().isOpen()) {
            counters.reached(Limit.NEW_SESSIONS_PER_SECOND);
            counters.acceptingPaused.increment();
            warnOfRate();
            leaveOff(ctx);
        }
    }

    private void warnOfRate() {
        long now = clock.nanos();
        if (now - speakNanos >= 0) {
            speakNanos = now + SILENCE_NANOS;
            LOG.warn(
                    "listener {}: accepting is paused, sessions begin faster than limits.new-sessions-per-second", url);
        }
    }

    /** Accepting has failed. Whatever is done at once would fail at once, so it is not done. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("internal error at listener {}", url, cause);
            return;
        }
        counters.acceptsFailed.increment();
        retryNanos = clock.nanos() + RETRY_NANOS;
        if (!failing) {
            failing = true;
            LOG.warn(
                    "listener {}: accepting is paused, no connection can be accepted ({}). Is the limit of open files"
                            + " (ulimit -n) below limits.sessions?",
                    url,
                    cause.getMessage());
            if (!paused) {
                counters.acceptingPaused.increment();
            }
        }
        leaveOff(ctx);
    }

    private void leaveOff(ChannelHandlerContext ctx) {
        if (!paused) {
            paused = true;
            ctx.channel().config().setAutoRead(false);
            lookLater(ctx);
        }
    }

    private void lookLater(ChannelHandlerContext ctx) {
        var unused = ctx.executor().schedule(() -> look(ctx), TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look(ChannelHandlerContext ctx) {
        if (!ctx.channel().isOpen()) {
            return;
        }
        if (failing && clock.nanos() - retryNanos < 0) {
            spare.release(); // only now: what was already under way when accepting failed would have taken them
        }
        passOn(ctx);
        if (waiting.isEmpty() && sessions.arrivals().isOpen() && isRoomAgain()) {
            paused = false;
            ctx.channel().config().setAutoRead(true);
        } else {
            lookLater(ctx);
        }
    }

    /** Whether there are descriptors again; asked for now and then, not at each look. */
    private boolean isRoomAgain() {
        long now = clock.nanos();
        if (now - retryNanos < 0) {
            return false;
        }
        if (!spare.hold()) {
            retryNanos = now + RETRY_NANOS;
        }
        return spare.isHeld();
    }

    /** The listening socket is closed: who was still waiting is turned away. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        for (Channel channel : waiting) {
            channel.unsafe().closeForcibly();
        }
        waiting.clear();
        ctx.fireChannelInactive();
    }
}
