package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;

/** The client. */
public final class SocketClient {
    private SocketClient() {}

    /** Connects and waits for it. */
    public static GatewayClient connect(ClientSettings settings) {
        return connectAsync(settings).join();
    }

    /** Connects. */
    public static CompletableFuture<GatewayClient> connectAsync(ClientSettings settings) {
        return CompletableFuture.failedFuture(
                new GatewayException(ErrorCode.UNSUPPORTED, settings.endpoints() + ": not built yet"));
    }
}
