package io.socketgateway.server.metrics;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What a gateway measures rather than counts. Asked by any thread, whenever somebody looks.
 *
 * @param ready whether new clients are welcome
 * @param backlogBytes what waits for all sessions
 * @param inboundBytes what all sessions have begun to send and not finished
 * @param statelessRequests how many requests without a session are under way
 */
public record Levels(
        BooleanSupplier ready, LongSupplier backlogBytes, LongSupplier inboundBytes, LongSupplier statelessRequests) {}
