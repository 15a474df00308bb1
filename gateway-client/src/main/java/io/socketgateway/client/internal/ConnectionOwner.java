package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.Frame;

/** Who is told what becomes of a connection, on the event loop. */
interface ConnectionOwner {
    /** The gateway has answered HELLO: calls may be made. */
    void welcomed(Connection connection, Frame.Welcome welcome);

    /** The gateway wants no new requests on it. */
    void goingAway(Connection connection, Frame.GoAway goAway);

    /**
     * It is gone, and its calls know.
     *
     * @param isFinal whether the gateway does not want this client to come back
     */
    void ended(Connection connection, GatewayException reason, boolean isFinal);

    /** Something went out, came in, or was finished: whoever waits for room or for the end looks again. */
    void progressed(Connection connection);
}
