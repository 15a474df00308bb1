package io.socketgateway.server;

import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.config.ValueType;
import io.socketgateway.server.session.Session;
import io.socketgateway.server.session.Sessions;
import io.socketgateway.server.transport.Listeners;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The end of a gateway that fails no request (SPEC section 3.6): clients are told to go elsewhere, and are waited for.
 *
 * <p>They are told in groups, a second's worth of new sessions at a time, so that wherever they go they arrive one after
 * another; and who was not told yet is served as ever. Those who serve are told last.
 */
final class Drain {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What closing takes when the time is up: the last ERROR has to be taken. */
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private Drain() {}

    /** Begins one; the future is done when all sessions have ended, and all requests outside of any. */
    static CompletableFuture<Void> begin(Listeners listeners, Sessions sessions, LimitsConfig limits) {
        CompletableFuture<Void> none = sessions.close();
        listeners.stopAccepting();
        tell(sessions.all(), limits);
        long mostMillis = limits.drainTimeout().plus(CLOSE).toMillis();
        CompletableFuture<Void> noneOutside = listeners
                .noStatelessRequest()
                .copy()
                .completeOnTimeout(null, limits.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
        return CompletableFuture.allOf(none, noneOutside)
                .completeOnTimeout(null, mostMillis, TimeUnit.MILLISECONDS)
                .thenRunAsync(() -> {}); // whoever waits for it may block, and is not to block a loop
    }

    private static void tell(Collection<Session> sessions, LimitsConfig limits) {
        long latestNanos = limits.drainTimeout().toNanos();
        long nanosEach = limits.newSessionsPerSecond() == ValueType.UNLIMITED
                ? 0
                : Math.min(
                        SECOND_NANOS / limits.newSessionsPerSecond(), latestNanos / 2 / Math.max(1, sessions.size()));
        long lastGroupNanos = nanosEach * sessions.size() / SECOND_NANOS * SECOND_NANOS;
        long turnNanos = 0;
        for (Session session : sessions) {
            long groupNanos = turnNanos / SECOND_NANOS * SECOND_NANOS;
            long reconnectAfterMillis = TimeUnit.NANOSECONDS.toMillis(turnNanos - groupNanos);
            session.loop()
                    .handFromOutside(
                            () -> session.drain(groupNanos, lastGroupNanos, reconnectAfterMillis, latestNanos));
            turnNanos += nanosEach;
        }
    }
}
