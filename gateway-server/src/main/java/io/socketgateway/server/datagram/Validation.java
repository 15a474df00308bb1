package io.socketgateway.server.datagram;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.datagram.Repeat;
import io.socketgateway.protocol.datagram.RoundTrip;
import io.socketgateway.protocol.time.NanoClock;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a client is really where its datagrams seem to come from: a PING with 8 random bytes goes there, three
 * times at most, and the PONG tells. There is one candidate at a time, the latest. Belongs to the endpoint's loop.
 */
final class Validation {
    private static final int SECRET_BYTES = 8;
    private static final int REPEATS = 2;
    private static final long AGAIN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The way out. */
    interface Outlet {
        /** Sends the PING to the candidate. */
        void send(Path candidate, Frame.Ping ping);
    }

    private final DatagramEndpoint endpoint;
    private final Outlet outlet;
    private @Nullable Path candidate;
    private Frame.@Nullable Ping ping;
    private @Nullable Repeat repeat;
    private long begunNanos;

    Validation(DatagramEndpoint endpoint, Outlet outlet) {
        this.endpoint = endpoint;
        this.outlet = outlet;
    }

    /** The way back to an address that is not the validated one. */
    Path candidate(InetSocketAddress address, long token) {
        Path known = candidate;
        if (known == null || !known.address().equals(address)) {
            end();
            known = new Path(endpoint, address);
            known.token(token);
            candidate = known;
        }
        return known;
    }

    /** Sends the PING, unless that was done; anew after a while if the client still sends from there. */
    void challenge() {
        Path unknown = candidate;
        NanoClock clock = endpoint.context().clock();
        if (unknown == null || ping != null && clock.nanos() - begunNanos < AGAIN_AFTER_NANOS) {
            return;
        }
        begunNanos = clock.nanos();
        byte[] secret = new byte[SECRET_BYTES];
        endpoint.context().random().nextBytes(secret);
        Frame.Ping challenge = new Frame.Ping(0, Payload.bytes(secret));
        ping = challenge;
        Repeat sending = new Repeat(
                endpoint.loop().timers(),
                clock,
                new RoundTrip(),
                endpoint.jitter(),
                () -> outlet.send(unknown, challenge),
                () -> {});
        repeat = sending;
        sending.start(begunNanos + AGAIN_AFTER_NANOS, REPEATS);
        outlet.send(unknown, challenge);
    }

    /** Whether that PONG proves the address it came from. */
    boolean isAnsweredBy(Path from, Frame.Pong pong) {
        Frame.Ping asked = ping;
        return from == candidate && asked != null && pong.payload().equals(asked.payload());
    }

    /** There is no candidate any more. */
    void end() {
        if (repeat != null) {
            repeat.stop();
        }
        repeat = null;
        ping = null;
        candidate = null;
    }
}
