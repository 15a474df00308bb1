package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.socketgateway.protocol.Frame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What tests want of futures, with patience that ends. */
final class Futures {
    private Futures() {}

    /** The fault of a future that fails, soon. */
    static GatewayException faultOf(CompletableFuture<?> future) {
        ExecutionException e = catchThrowableOfType(
                ExecutionException.class, () -> future.get(ScriptedGateway.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        assertThat(e).as("the future should have failed").isNotNull();
        return (GatewayException) e.getCause();
    }

    /** Comes back when the client has handled all that the peer sent before, and the peer has read all in return. */
    static void pingPong(GatewayClient client, ScriptedGateway.Peer peer) {
        CompletableFuture<?> pong = client.ping();
        Frame.Ping ping = peer.expect(Frame.Ping.class);
        peer.send(new Frame.Pong(ping.id(), ping.payload()));
        soon(pong);
    }

    /** The value of a future, soon. */
    static <T> T soon(CompletableFuture<T> future) {
        try {
            return future.get(ScriptedGateway.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("the future should have a value", e);
        }
    }
}
