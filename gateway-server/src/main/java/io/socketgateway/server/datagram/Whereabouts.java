package io.socketgateway.server.datagram;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.id.IdMap;
import java.net.InetSocketAddress;

/**
 * Where the client of a session is, and where its frames go: what came in one datagram is answered where that came from,
 * all else goes home, which is the address that was validated last. Belongs to the endpoint's loop.
 */
final class Whereabouts {
    private final Validation validation;
    private final long token;
    private final IdMap<Path> askedFrom = new IdMap<>(0); // ids that came by a way not yet validated
    private Path home;
    private Path origin; // where the frames at hand came from
    private boolean receiving;

    /** At an address that a cookie has validated. */
    Whereabouts(DatagramEndpoint endpoint, InetSocketAddress address, long token, Validation.Outlet outlet) {
        this.validation = new Validation(endpoint, outlet);
        this.token = token;
        this.home = new Path(endpoint, address);
        this.home.validate();
        this.origin = home;
    }

    Path home() {
        return home;
    }

    /** A datagram of that many bytes has come from there, and is handled until {@link #handled}. */
    void arrived(InetSocketAddress from, int bytes) {
        receiving = true;
        if (from.equals(home.address())) {
            origin = home;
        } else {
            origin = validation.candidate(from, token);
            origin.received(bytes);
            validation.challenge();
        }
    }

    void handled() {
        receiving = false;
    }

    /** The frame at hand will be carried out: its answer must find its way back, even if it takes a while. */
    void noteOrigin(Frame frame) {
        if (origin != home
                && frame.id() != 0
                && (frame instanceof Frame.Request || frame instanceof Frame.Publish publish && publish.confirm())) {
            askedFrom.put(frame.id(), origin);
        }
    }

    /** The way that a frame goes. */
    Path pathOf(Frame frame) {
        return switch (frame.type()) {
            case RESPONSE, ERROR, WELCOME -> {
                Path asked = askedFrom.isEmpty() ? null : askedFrom.get(frame.id());
                yield asked != null ? asked : receiving ? origin : home;
            }
            case ACK, PONG, GOAWAY -> receiving ? origin : home;
            default -> home;
        };
    }

    /** That frame was sent: if it is an answer, it was the last of its id. */
    void sent(Frame frame) {
        if (!askedFrom.isEmpty() && (frame instanceof Frame.Response || frame instanceof Frame.Error)) {
            askedFrom.remove(frame.id());
        }
    }

    /** Whether a PONG, the frame at hand, proves the address that it came from: then that is home from now on. */
    boolean isProvenBy(Frame.Pong pong) {
        if (origin == home || !validation.isAnsweredBy(origin, pong)) {
            return false;
        }
        home.flush();
        home = origin;
        home.validate();
        validation.end();
        askedFrom.clear();
        return true;
    }

    /** The session has ended; what was written still goes out. */
    void end() {
        home.flush();
        validation.end();
    }
}
