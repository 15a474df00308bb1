package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The demo's gateway and its clients, each with a connection of its own.
 *
 * @param alice asks and publishes
 * @param bob listens and is spoken to
 * @param carol the same
 * @param worker answers
 * @param device the only one that speaks UDP
 */
record Stage(
        Gateway gateway,
        Narrator narrator,
        GatewayClient alice,
        GatewayClient bob,
        GatewayClient carol,
        GatewayClient worker,
        GatewayClient device)
        implements AutoCloseable {
    /** Longer than anything here takes on the slowest machine. */
    private static final long PATIENCE_SECONDS = 10;

    static Stage open(Gateway gateway, Narrator narrator) {
        String url = "tcp://127.0.0.1:" + gateway.addresses().get(0).getPort();
        String datagramUrl = "udp://127.0.0.1:" + gateway.addresses().get(1).getPort();
        return new Stage(
                gateway,
                narrator,
                connect(url, "alice"),
                connect(url, "bob"),
                connect(url, "carol"),
                connect(url, "worker"),
                connect(datagramUrl, "device"));
    }

    /** A client of that name. */
    static GatewayClient connect(String url, String name) {
        return GatewayClient.builder()
                .url(url)
                .clientId(name)
                .requestTimeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .closeTimeout(Duration.ofSeconds(1))
                .connect();
    }

    /** What comes next; null if nothing does. */
    static @Nullable String next(BlockingQueue<String> arrivals) throws InterruptedException {
        return arrivals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The result, or the exception that it failed with. */
    static <T> T await(CompletableFuture<T> future) throws InterruptedException, TimeoutException, ExecutionException {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The error that it fails with; null if it does not. */
    static @Nullable GatewayException errorOf(CompletableFuture<?> future)
            throws InterruptedException, TimeoutException {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException | CompletionException e) {
            if (e.getCause() instanceof GatewayException error) {
                return error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    static Payload json(String json) {
        return Payload.json(json);
    }

    @Override
    public void close() {
        alice.close();
        bob.close();
        carol.close();
        worker.close();
        device.close();
    }
}
