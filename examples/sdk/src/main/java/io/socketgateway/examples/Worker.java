package io.socketgateway.examples;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.IncomingRequest;
import io.socketgateway.client.Response;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests with their own text in upper case, and logs each.
 *
 * <p>It needs no code for a gateway that restarts or is replaced: the SDK connects again, to any of the URLs, and serves
 * again. Told to end (SIGTERM) it takes no more requests and finishes those that it has.
 */
public final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final CompletableFuture<ConnectionState> end = new CompletableFuture<>();

    private Worker() {}

    /** Runs until the process is told to end, or the gateway wants no more of it. */
    public static void main(String[] args) {
        System.exit(new Worker().run());
    }

    private int run() {
        try (GatewayClient client = Environment.client()
                .agent("example-worker")
                .onState(this::changed)
                .connect()) {
            Runtime.getRuntime().addShutdownHook(new Thread(client::close));
            client.serve(Environment.subject(), Worker::answer);
            LOG.info("serving {} as client.{}", Environment.subject(), client.clientId());
            return end.join() == ConnectionState.CLOSED ? 0 : 1;
        } catch (GatewayException e) {
            LOG.error("no gateway: {}", e.getMessage());
            return 1;
        }
    }

    private static Response answer(IncomingRequest request) {
        LOG.info("answering {}", request.text());
        return Response.text(request.text().toUpperCase(Locale.ROOT));
    }

    private void changed(ConnectionState state, @Nullable GatewayException reason) {
        LOG.info("{}{}", state, reason == null ? "" : ": " + reason.getMessage());
        if (state.isFinal()) {
            end.complete(state);
        }
    }
}
