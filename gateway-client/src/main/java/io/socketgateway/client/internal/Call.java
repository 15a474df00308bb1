package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.Frame;

/** Whatever waits for frames that bear its id. All methods run on the event loop. */
interface Call {
    /**
     * An answer has come.
     *
     * @return whether it was the last, so that the id is free
     */
    boolean answered(Frame.Response response);

    /** The PONG has come, if this is a PING. */
    default void ponged() {}

    /** A message has come, if this is a subscription. */
    default void message(Frame.Message message) {}

    /** It was refused or has failed; the id is free already. */
    void failed(GatewayException fault);

    /** The connection is gone; {@code fault} says whether this call may have been processed. */
    default void lost(GatewayException fault) {
        failed(fault);
    }

    /** Whether closing the client waits for it. */
    default boolean isUnderWay() {
        return true;
    }
}
