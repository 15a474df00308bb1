package io.socketgateway.client.internal;

import io.socketgateway.client.MessageHandler;
import io.socketgateway.client.RequestHandler;
import io.socketgateway.client.StateListener;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.NanoClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * All options of a client, checked.
 *
 * @param hello the opening frame, without id and resume secret
 * @param executor where code of the user runs; null: the shared one
 * @param clock the time; null: the system's
 */
public record ClientSettings(
        List<Endpoint> endpoints,
        Frame.Hello hello,
        int maxFrameBytes,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration closeTimeout,
        int retries,
        Backoff backoff,
        int maxRequests,
        int maxOutboundBytes,
        @Nullable Executor executor,
        JsonMapper jsonMapper,
        @Nullable MessageHandler messageHandler,
        @Nullable RequestHandler requestHandler,
        List<StateListener> stateListeners,
        @Nullable NanoClock clock) {}
