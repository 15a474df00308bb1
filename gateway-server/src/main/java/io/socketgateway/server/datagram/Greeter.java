package io.socketgateway.server.datagram;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.netty.DatagramFrames;
import io.socketgateway.protocol.netty.FrameReceiver;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Counters;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes what comes outside a session: HELLO, which leaves no state until a cookie proves its address, and requests where
 * the listener is stateless. Belongs to the endpoint's loop.
 */
final class Greeter {
    /** What tells one HELLO from another. */
    private record Opening(InetSocketAddress from, int id) {}

    private final DatagramEndpoint endpoint;
    private final boolean stateless;
    private final Counters counters;
    private final Map<Opening, DatagramConnection> openings = new HashMap<>(); // of live sessions
    private final Map<Opening, Long> ended = new RecentlyEnded();

    Greeter(DatagramEndpoint endpoint, boolean stateless) {
        this.endpoint = endpoint;
        this.stateless = stateless;
        this.counters = endpoint.counters();
    }

    void received(ByteBuf datagram, InetSocketAddress from) {
        DatagramFrames frames;
        try {
            frames = endpoint.read(datagram);
        } catch (ProtocolException fault) {
            counters.datagramsMalformed.increment();
            return;
        }
        if (endpoint.isTooShort(frames)) {
            return;
        }
        if (isAllowed(frames)) {
            frames.handOver(new Arrival(from, frames.form(), frames.bytes()));
        } else {
            counters.datagramsOutsideSession.increment();
            endpoint.refuse(frames, from, "not in a session");
        }
    }

    /** One HELLO alone, or requests if the listener takes them so. */
    private boolean isAllowed(DatagramFrames frames) {
        if (frames.size() == 1 && frames.type(0) == FrameType.HELLO) {
            return true;
        }
        for (int i = 0; i < frames.size(); i++) {
            if (!stateless || frames.type(i) != FrameType.REQUEST) {
                return false;
            }
        }
        return true;
    }

    void ended(DatagramConnection connection) {
        Opening opening = new Opening(connection.openedFrom(), connection.openedById());
        if (openings.remove(opening, connection) && connection.isWelcomed()) {
            ended.put(opening, connection.usedMillis());
        }
    }

    /** Sessions that have ended lately, with when their token was first used: a copy of their HELLO may still be on its way. */
    @SuppressWarnings("serial") // it is not serialized
    private static final class RecentlyEnded extends LinkedHashMap<Opening, Long> {
        private static final int MOST = 4096;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Opening, Long> eldest) {
            return size() > MOST;
        }
    }

    /** A datagram outside a session, with what may be sent in answer to it. */
    private final class Arrival implements FrameReceiver {
        private final InetSocketAddress from;
        private final Form form;
        private final Allowance allowance;
        private int requests;

        Arrival(InetSocketAddress from, Form form, int bytes) {
            this.from = from;
            this.form = form;
            this.allowance = new Allowance(endpoint, from, form, Path.AMPLIFICATION * bytes);
        }

        @Override
        public void received(Frame frame) {
            if (frame instanceof Frame.Hello hello) {
                hello(hello);
            } else {
                requests++;
                new StatelessRequest(endpoint, allowance).begin((Frame.Request) frame, requests);
            }
        }

        @Override
        public void rejected(ProtocolException fault) {
            if (fault.frameId() != 0 || fault.frameType() == FrameType.HELLO) {
                allowance.sendOrCut(Frame.Error.of(fault.frameId(), fault.code(), fault.message()));
            } else {
                counters.refusedWithoutId.increment();
            }
        }

        @Override
        public void failed(ProtocolException fault) {
            throw new IllegalStateException("a datagram is read whole before its frames are handed over", fault);
        }

        private void hello(Frame.Hello hello) {
            long issuedMillis = endpoint.cookies().issuedMillis(hello.cookie(), from);
            if (issuedMillis == Cookies.INVALID) {
                if (hello.cookie() != null) {
                    counters.cookiesRejected.increment();
                }
                challenge(hello);
                return;
            }
            Opening opening = new Opening(from, hello.id());
            DatagramConnection known = openings.get(opening);
            Long usedMillis = ended.get(opening);
            if (known != null && known.isOpenedBy(issuedMillis)) {
                known.welcomeAgain();
            } else if (usedMillis != null
                    && issuedMillis <= usedMillis) { // a late copy, of a client that has left since
                counters.framesRepeated.increment();
                challenge(hello);
            } else {
                if (known != null && known.isAt(from)) { // its client has forgotten it
                    known.session().close(ErrorCode.CONFLICT, "the client has begun anew");
                }
                open(opening, hello);
            }
        }

        private void challenge(Frame.Hello hello) {
            counters.challengesSent.increment();
            allowance.send(new Frame.Challenge(hello.id(), endpoint.cookies().issue(from)));
        }

        /** Opens a session; if there is no place or no turn for it, nothing is left of the attempt. */
        private void open(Opening opening, Frame.Hello hello) {
            Frame.Error refusal = endpoint.context().sessions().refusal(from.getAddress());
            if (refusal != null) {
                allowance.sendOrCut(withId(refusal, hello.id()));
            } else if (!endpoint.context().sessions().arrivals().take()) {
                counters.reached(Limit.NEW_SESSIONS_PER_SECOND); // and its client asks again
            } else {
                DatagramConnection connection =
                        new DatagramConnection(endpoint, endpoint.newToken(), from, hello.id(), form);
                openings.put(opening, connection);
                endpoint.began(connection);
                connection.open(hello);
            }
        }

        private static Frame.Error withId(Frame.Error error, int id) {
            return new Frame.Error(id, error.code(), error.retryAfterMillis(), error.notProcessed(), error.message());
        }
    }
}
