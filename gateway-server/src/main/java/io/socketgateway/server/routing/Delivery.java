package io.socketgateway.server.routing;

import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.loop.Loop;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the loops of its subscribers.
 *
 * @param receipt told when a loop has delivered it; null if nobody wants to know
 */
record Delivery(SharedMessage message, @Nullable PublishReceipt receipt) {
    /** One more loop is going to deliver this. Publisher's loop, or one that is itself still expected. */
    void expected() {
        if (receipt != null) {
            receipt.expect();
        }
    }

    /** A loop that was expected has delivered this. */
    void delivered(Loop loop) {
        if (receipt != null) {
            receipt.done(loop);
        }
    }
}
