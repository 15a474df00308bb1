package io.socketgateway.client.internal;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.datagram.AnswerCache;
import io.socketgateway.protocol.netty.FrameReceiver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Opens datagram sessions on the client's event loop. */
final class UdpOpener implements Transport.Opener {
    /** The longest datagram that this client takes. */
    static final int MOST_DATAGRAM_BYTES = 8_192;

    private static final int CACHE_BYTES = 1 << 20;
    private static final int CACHE_BYTES_PER_SESSION = 256 << 10;
    private static final Duration CACHE_TIME = Duration.ofSeconds(60);

    private final Lease lease;
    private final Terms terms;

    /**
     * What all sessions of one client have in common.
     *
     * @param maxDatagramBytes the longest datagram taken
     * @param connectTimeoutNanos how long HELLO is repeated
     * @param answers what this client has answered
     */
    record Terms(
            int maxDatagramBytes,
            long connectTimeoutNanos,
            RandomGenerator random,
            AnswerCache answers,
            UdpCounters counters) {}

    UdpOpener(Lease lease, ClientSettings settings) {
        this.lease = lease;
        this.terms = new Terms(
                Math.min(MOST_DATAGRAM_BYTES, settings.maxFrameBytes()),
                Measures.nanos(settings.connectTimeout()),
                settings.backoff().random(),
                new AnswerCache(lease.wheel(), lease.clock(), CACHE_BYTES, CACHE_BYTES_PER_SESSION, CACHE_TIME),
                new UdpCounters());
    }

    /** What has happened on all of them. */
    UdpCounters counters() {
        return terms.counters();
    }

    /** Ids begin anywhere, so that what a stranger or a former session of the same address sends is not taken for an answer. */
    @Override
    public Frame.Hello hello(Frame.Hello hello) {
        return new Frame.Hello(
                terms.random().nextInt() | 1, // not 0
                hello.version(),
                hello.token(),
                hello.clientId(),
                hello.keepAliveSeconds(),
                terms.maxDatagramBytes(),
                hello.resume(),
                null,
                hello.agent());
    }

    @Override
    public Runnable open(InetSocketAddress address, Transport.Events events, FrameReceiver frames) {
        UdpTransport transport = new UdpTransport(lease, terms, address, events, frames);
        transport.open();
        return transport::close;
    }
}
