package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;

/** A call that can wait for a connection. All methods run on the event loop. */
interface OutgoingCall extends Call {
    /** There is a connection: the frame goes out. */
    void transmit(Connection connection);

    /** There will be none. */
    void refused(GatewayException fault);
}
