package io.socketgateway.server.datagram;

import io.netty.buffer.ByteBuf;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.protocol.netty.DatagramBuffer;
import java.net.InetSocketAddress;

/**
 * The way to one address of a client. Until the address is validated, at most three times as many bytes go there as have
 * come from there (RFC 9000 section 8 has the same rule). Belongs to the endpoint's loop.
 */
final class Path {
    /** How many bytes may go to an address that is not validated for each that came from there. */
    static final int AMPLIFICATION = 3;

    private final DatagramEndpoint endpoint;
    private final InetSocketAddress address;
    private final DatagramBuffer buffer;
    private boolean validated;
    private boolean flushAsked;
    private long allowedBytes; // while it is not validated

    /** A way that is not validated. */
    Path(DatagramEndpoint endpoint, InetSocketAddress address) {
        this.endpoint = endpoint;
        this.address = address;
        this.buffer = new DatagramBuffer(endpoint.allocator(), this::write);
    }

    InetSocketAddress address() {
        return address;
    }

    /** What goes there from now on belongs to the session of that token. */
    void token(long token) {
        buffer.token(token);
    }

    /** So many bytes have come from there. */
    void received(int bytes) {
        allowedBytes += (long) AMPLIFICATION * bytes;
    }

    /** The client has shown that it receives what goes there. */
    void validate() {
        validated = true;
    }

    /** Puts a frame into a datagram; false, and nothing is put, if none can hold it. */
    boolean append(Frame frame, Form form, int maxDatagramBytes) {
        return noted(endpoint.appended(frame, buffer.append(frame, form, maxDatagramBytes)));
    }

    /** The same for a shared message. */
    boolean append(SharedMessage message, int id, Form form, int maxDatagramBytes) {
        return noted(endpoint.appended(buffer.append(message, id, form, maxDatagramBytes)));
    }

    private boolean noted(boolean appended) {
        if (!validated) {
            buffer.flush(); // each frame is weighed alone
        } else if (!flushAsked) {
            flushAsked = true;
            endpoint.flushAtTurnEnd(this);
        }
        return appended;
    }

    private void write(ByteBuf datagram) {
        if (!validated) {
            if (datagram.readableBytes() > allowedBytes) {
                datagram.release();
                endpoint.counters().answersDroppedUnvalidated.increment();
                return;
            }
            allowedBytes -= datagram.readableBytes();
        }
        endpoint.write(datagram, address);
    }

    /** Writes the datagram at hand. */
    void flush() {
        flushAsked = false;
        buffer.flush();
    }
}
