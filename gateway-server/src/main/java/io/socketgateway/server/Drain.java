package io.socketgateway.server;

import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.session.Session;
import io.socketgateway.server.session.Sessions;
import io.socketgateway.server.transport.Listeners;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The end of a gateway that fails no request (SPEC section 3.6): clients are told to go elsewhere, and are waited for. */
final class Drain {
    /** How long a client may take to leave once it may connect elsewhere. */
    private static final Duration LEAVE = Duration.ofSeconds(2);

    /** What closing takes when the time is up: the last ERROR has to be taken. */
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Sessions sessions;
    private final LimitsConfig limits;

    private Drain(Sessions sessions, LimitsConfig limits) {
        this.sessions = sessions;
        this.limits = limits;
    }

    /** Begins one; the future is done when all sessions have ended. */
    static CompletableFuture<Void> begin(Listeners listeners, Sessions sessions, LimitsConfig limits) {
        CompletableFuture<Void> none = sessions.close();
        listeners.stopAccepting();
        new Drain(sessions, limits).tellAll();
        long mostMillis = limits.drainTimeout().plus(CLOSE).toMillis();
        return none.copy()
                .completeOnTimeout(null, mostMillis, TimeUnit.MILLISECONDS)
                .thenRunAsync(() -> {}); // whoever waits for it may block, and is not to block a loop
    }

    private void tellAll() {
        long number = 0;
        for (Session session : sessions.all()) {
            Duration reconnectAfter = least(
                    Duration.ofMillis(number * 1000 / limits.newSessionsPerSecond()),
                    limits.drainTimeout().dividedBy(2));
            Duration leave = least(reconnectAfter.plus(LEAVE), limits.drainTimeout());
            session.loop()
                    .handFromOutside(() -> session.drain(
                            reconnectAfter.toMillis(),
                            leave.toNanos(),
                            limits.drainTimeout().toNanos()));
            number++;
        }
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
