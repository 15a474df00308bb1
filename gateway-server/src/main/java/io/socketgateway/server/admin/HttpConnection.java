package io.socketgateway.server.admin;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of HTTP/1: answers its requests in their order, each once it is whole, and reads no more of them before
 * those are answered that it has. Nobody may take his time: a request has ten seconds from its first byte to its last, its
 * answer as many to be taken, and so long a connection may be idle. Belongs to the admin loop.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long what still comes is read after the last answer: to close at once would have the system take it back. */
    private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(2);

    /**
     * A request that waits for its turn.
     *
     * @param refusal what to say instead of what was asked for; the connection ends with it
     */
    private record Asked(@Nullable HttpRequest request, Optional<Answer> refusal) {}

    private final Channel channel;
    private final Pages pages;
    private final TimerWheel timers;
    private final NanoClock clock;
    private final Runnable gone;
    private final TimerWheel.Timer patience = new TimerWheel.Timer(this::runOut);
    private final ArrayDeque<Asked> waiting = new ArrayDeque<>(); // at most what one read from the socket holds
    private @Nullable HttpRequest unfinished;
    private boolean begun; // bytes of the next request have come
    private boolean answering;
    private boolean refusing; // nothing that comes is looked at any more
    private boolean ending;
    private boolean inputEnded;
    private boolean closed;

    /**
     * A connection that was just accepted.
     *
     * @param gone is called once it is closed and no answer to it is on its way: until then it counts as one, so those who
     *     ask and leave cannot have more answers made than there may be connections
     */
    HttpConnection(Channel channel, Pages pages, TimerWheel timers, NanoClock clock, Runnable gone) {
        this.channel = channel;
        this.pages = pages;
        this.timers = timers;
        this.clock = clock;
        this.gone = gone;
        channel.closeFuture().addListener(close -> {
            closed = true;
            if (!answering) {
                gone.run();
            }
        });
        grant(PATIENCE_NANOS);
    }

    private void grant(long nanos) {
        timers.start(patience, nanos);
    }

    /** Stands before the codec, which does not tell of what it has not whole. */
    ChannelInboundHandlerAdapter listener() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                if (!begun && !answering && !ending) {
                    begun = true;
                    grant(PATIENCE_NANOS);
                }
                context.fireChannelRead(bytes);
            }
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (refusing) {
                return;
            }
            if (message instanceof HttpRequest request) {
                unfinished = request;
                Optional<Answer> refusal = Reading.refusal(request).or(() -> unasked(request));
                if (refusal.isPresent()) {
                    refusing = true;
                    add(new Asked(request, refusal));
                    return;
                }
            }
            if (message instanceof LastHttpContent) {
                add(new Asked(unfinished, Optional.empty()));
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** A body is not read, not even to get at what comes behind it. */
    private Optional<Answer> unasked(HttpRequest request) {
        return Reading.hasBody(request) && Reading.asks(request)
                ? Optional.of(Answer.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "no bodies are taken here"))
                : Reading.hasBody(request) ? Optional.of(notAllowed(request)) : Optional.empty();
    }

    private void add(Asked asked) {
        begun = false;
        unfinished = null;
        waiting.add(asked);
        channel.config().setAutoRead(false);
        next();
    }

    private void next() {
        if (answering || ending || closed) {
            return;
        }
        Asked asked = waiting.poll();
        if (asked != null) {
            answering = true;
            grant(PATIENCE_NANOS);
            answer(asked);
        } else if (inputEnded) {
            channel.close();
        } else {
            channel.config().setAutoRead(true);
        }
    }

    private void answer(Asked asked) {
        HttpRequest request = asked.request;
        if (request == null || asked.refusal.isPresent()) {
            asked.refusal.ifPresent(refusal -> reply(request, refusal, false));
            return;
        }
        Optional<Pages.Page> page = pages.at(Reading.path(request));
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        if (page.isPresent() && Reading.asks(request)) {
            page.get().ask(answer -> reply(request, answer, keepAlive));
        } else {
            reply(request, notAllowed(request), keepAlive);
        }
    }

    private Answer notAllowed(HttpRequest request) {
        return pages.at(Reading.path(request)).isPresent()
                ? Answer.of(HttpResponseStatus.METHOD_NOT_ALLOWED, "expected GET or HEAD")
                : Answer.of(HttpResponseStatus.NOT_FOUND, "not found; there are " + pages.paths());
    }

    private void reply(@Nullable HttpRequest request, Answer answer, boolean keepAlive) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                answer.status(),
                ByteBufUtil.encodeString(channel.alloc(), CharBuffer.wrap(answer.text()), StandardCharsets.UTF_8));
        HttpHeaders headers = response.headers()
                .set(HttpHeaderNames.DATE, DATE.format(Instant.ofEpochMilli(clock.epochMillis())))
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request != null && !request.protocolVersion().isKeepAliveDefault()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        channel.writeAndFlush(response).addListener(written -> {
            answering = false;
            if (closed) {
                gone.run();
            } else if (!written.isSuccess()) {
                channel.close();
            } else if (keepAlive) {
                grant(PATIENCE_NANOS);
                channel.eventLoop().execute(this::next); // not from within, or many at once would pile up
            } else {
                end();
            }
        });
    }

    private void end() {
        ending = true;
        refusing = true;
        waiting.clear();
        if (inputEnded) {
            channel.close();
            return;
        }
        grant(FAREWELL_NANOS);
        ((DuplexChannel) channel).shutdownOutput();
        channel.config().setAutoRead(true);
    }

    private void runOut() {
        if (begun && !answering && !ending) {
            refusing = true;
            add(new Asked(
                    null, Optional.of(Answer.of(HttpResponseStatus.REQUEST_TIMEOUT, "the request took too long"))));
        } else {
            channel.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (ending) {
                channel.close();
            } else {
                next();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        patience.cancel();
        waiting.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("admin connection of {}", channel.remoteAddress(), cause);
        channel.close();
    }
}
