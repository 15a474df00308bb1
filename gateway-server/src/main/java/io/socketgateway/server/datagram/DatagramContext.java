package io.socketgateway.server.datagram;

import io.socketgateway.protocol.datagram.AnswerCache;
import io.socketgateway.protocol.datagram.Exchange;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.session.SessionFactory;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** What all datagram listeners of one gateway share. Any thread, but each answer cache belongs to its loop. */
public final class DatagramContext {
    private final SessionFactory sessions;
    private final NanoClock clock;
    private final Cookies cookies;
    private final List<AnswerCache> answerCaches; // by the loop's index
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger statelessRequests = new AtomicInteger();
    private final CompletableFuture<Void> noStatelessRequest = new CompletableFuture<>();

    /** For a gateway with those loops. */
    public DatagramContext(List<Loop> loops, SessionFactory sessions, NanoClock clock) {
        this.sessions = sessions;
        this.clock = clock;
        this.cookies = new Cookies(clock);
        LimitsConfig limits = sessions.limits();
        this.answerCaches = loops.stream()
                .map(loop -> new AnswerCache(
                        loop.timers(),
                        clock,
                        limits.answerCacheBytes() / loops.size(),
                        limits.answerCacheBytesPerSession(),
                        limits.answerCacheTime(),
                        bound -> counters().reached(limit(bound))))
                .toList();
    }

    private static Limit limit(AnswerCache.Bound bound) {
        return switch (bound) {
            case SESSION_BYTES -> Limit.ANSWER_CACHE_BYTES_PER_SESSION;
            case ALL_BYTES -> Limit.ANSWER_CACHE_BYTES;
            case TIME -> Limit.ANSWER_CACHE_TIME;
        };
    }

    SessionFactory sessions() {
        return sessions;
    }

    LimitsConfig limits() {
        return sessions.limits();
    }

    Counters counters() {
        return sessions.counters();
    }

    NanoClock clock() {
        return clock;
    }

    Cookies cookies() {
        return cookies;
    }

    AnswerCache answerCache(Loop loop) {
        return answerCaches.get(loop.index());
    }

    SecureRandom random() {
        return random;
    }

    /** Something has happened in a session's exchange. */
    void count(Exchange.Event event) {
        Counters counters = counters();
        switch (event) {
            case REPEAT_RECEIVED -> counters.framesRepeated.increment();
            case ANSWER_REPEATED -> counters.answersRepeated.increment();
            case ACKNOWLEDGED -> counters.framesAcknowledged.increment();
            case OUTDATED -> counters.framesOutdated.increment();
            case REPEAT_SENT -> counters.repeatsSent.increment();
            case GIVEN_UP -> counters.framesGivenUp.increment();
        }
    }

    /** Takes a place for a request outside a session; false if there is none. */
    boolean takeStatelessRequest() {
        if (statelessRequests.incrementAndGet() > limits().statelessRequests()) {
            statelessRequestEnded();
            counters().reached(Limit.STATELESS_REQUESTS);
            return false;
        }
        return true;
    }

    void statelessRequestEnded() {
        if (statelessRequests.decrementAndGet() == 0 && sessions.isClosing()) {
            noStatelessRequest.complete(null);
        }
    }

    /** How many requests outside a session are under way. */
    public int statelessRequests() {
        return statelessRequests.get();
    }

    /** Once no more sessions are admitted: done when no request outside a session is under way. */
    public CompletableFuture<Void> noStatelessRequest() {
        if (statelessRequests.get() == 0) {
            noStatelessRequest.complete(null);
        }
        return noStatelessRequest;
    }
}
