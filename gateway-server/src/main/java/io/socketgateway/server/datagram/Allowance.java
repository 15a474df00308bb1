package io.socketgateway.server.datagram;

import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.server.config.Limit;
import java.net.InetSocketAddress;

/** What may be sent in answer to one datagram from an address of which nothing is known. Belongs to the endpoint's loop. */
final class Allowance {
    private final DatagramEndpoint endpoint;
    private final InetSocketAddress to;
    private final Form form;
    private int bytesLeft;

    Allowance(DatagramEndpoint endpoint, InetSocketAddress to, Form form, int bytes) {
        this.endpoint = endpoint;
        this.to = to;
        this.form = form;
        this.bytesLeft = bytes;
    }

    DatagramEndpoint endpoint() {
        return endpoint;
    }

    InetSocketAddress address() {
        return to;
    }

    /** Sends a frame; false, and nothing is sent, if that is more than is left. */
    boolean send(Frame frame) {
        int most = Math.min(bytesLeft, endpoint.context().limits().maxDatagramBytesSent());
        int sent = endpoint.reply(to, frame, form, most);
        bytesLeft -= sent;
        if (sent == 0 && bytesLeft >= most) {
            endpoint.counters().reached(Limit.MAX_DATAGRAM_BYTES_SENT);
        }
        return sent > 0;
    }

    /** Sends an error, if need be without its message; if even that is too long, it is dropped and counted. */
    void sendOrCut(Frame.Error error) {
        if (!send(error) && !send(error.cut(0))) {
            endpoint.counters().answersDroppedUnvalidated.increment();
        }
    }
}
