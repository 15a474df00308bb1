package io.socketgateway.server.session;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.time.TimerWheel.Timer;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import java.util.concurrent.TimeUnit;

/**
 * Watches one session's times with a single timer: the peer must be heard, finish the frames that it begins, and take
 * what waits for it. While the gateway reads nothing from the peer, only the last goes on. Belongs to the session's loop.
 */
final class Watch {
    private static final int BYTES_FOR_A_SECOND = 16 * 1024;
    private static final long RESET_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE = Long.MAX_VALUE;
    /** Of the keep-alive: looks at the silence of sessions are that far apart, so that each sees to many. */
    private static final int SILENCE_PARTS = 64;

    private final Session session;
    private final Pressure pressure;
    private final Counters counters;
    private final Link link;
    private final Loop loop;
    private final LimitsConfig limits;
    private final Timer timer = new Timer(this::check);
    private long keepAliveNanos;
    private long wakesAtNanos;
    private long heardNanos;
    private boolean frameBegun;
    private long frameStart; // in bytes from the beginning
    private long frameBegunNanos;
    private boolean waiting;
    private long takenNanos; // when the peer last took something, or began to be waited for
    private long takenPosition;
    private boolean paused;
    private long pausedNanos;
    private boolean listens = true;
    private boolean timerWanted = true; // until the session has ended

    Watch(Session session, Pressure pressure, Link link, Loop loop, LimitsConfig limits, Counters counters) {
        this.session = session;
        this.pressure = pressure;
        this.counters = counters;
        this.link = link;
        this.loop = loop;
        this.limits = limits;
        this.keepAliveNanos = limits.keepAlive().toNanos();
        this.heardNanos = loop.nowNanos();
        wakeBy(silenceLookedAt());
    }

    private long silenceNanos() {
        return keepAliveNanos + keepAliveNanos / 2;
    }

    /**
     * When it is looked next whether it has been silent for too long: a little early, at a time that many sessions share, for
     * most will have been heard by then. For one that was not, when it will be too long.
     */
    private long silenceLookedAt() {
        long end = heardNanos + silenceNanos();
        long shared = end - Math.floorMod(end, Math.max(1, keepAliveNanos / SILENCE_PARTS));
        return shared - loop.nowNanos() > 0 ? shared : end;
    }

    void keepAlive(long seconds) {
        keepAliveNanos = TimeUnit.SECONDS.toNanos(seconds);
        wakeBy(silenceLookedAt());
    }

    /** Bytes have come. */
    void heard() {
        heardNanos = loop.nowNanos();
    }

    /** All whole frames among the bytes that came have been handled; so much of the next has come. */
    void readEnded(int unfinishedBytes, long start) {
        if (unfinishedBytes == 0) {
            frameBegun = false;
        } else if (!frameBegun || start != frameStart) {
            frameBegun = true;
            frameStart = start;
            frameBegunNanos = loop.nowNanos();
            wakeBy(frameBegunNanos + limits.frameTimeout().toNanos());
        }
    }

    void readingPaused() {
        paused = true;
        pausedNanos = loop.nowNanos();
    }

    void readingResumed() {
        long stoodStillNanos = loop.nowNanos() - pausedNanos;
        paused = false;
        heardNanos += stoodStillNanos;
        frameBegunNanos += stoodStillNanos;
        wakeBy(silenceLookedAt());
    }

    /** Something waits for the peer, or nothing does any more. */
    void waiting(boolean isWaiting, long flushedPosition) {
        if (isWaiting && (!waiting || flushedPosition != takenPosition)) {
            takenNanos = loop.nowNanos();
            takenPosition = flushedPosition;
            wakeBy(takenNanos + limits.backlogTimeout().toNanos());
        }
        waiting = isWaiting;
    }

    /** The peer sends nothing any more: it need not be heard, but may still reset the connection. */
    void inputClosed() {
        listens = false;
        wakeBy(loop.nowNanos() + RESET_CHECK_NANOS);
    }

    void stop() {
        timerWanted = false;
        timer.cancel();
    }

    private void wakeBy(long atNanos) {
        if (timerWanted && (!timer.isStarted() || atNanos - wakesAtNanos < 0)) {
            wakesAtNanos = atNanos;
            loop.timers().startAt(timer, atNanos);
        }
    }

    private void check() {
        long now = loop.nowNanos();
        long nextNanos = IDLE;
        if (!listens) {
            link.closeIfReset();
            if (!timerWanted) {
                return;
            }
            nextNanos = RESET_CHECK_NANOS;
        } else if (!paused) {
            long silenceLeft = heardNanos + silenceNanos() - now;
            if (silenceLeft <= 0) {
                counters.reached(Limit.KEEP_ALIVE);
                session.close(ErrorCode.DEADLINE, "keep-alive: nothing was heard");
                return;
            }
            nextNanos = silenceLookedAt() - now;
            if (frameBegun) {
                long allowedNanos = limits.frameTimeout().toNanos()
                        + TimeUnit.SECONDS.toNanos(link.unfinishedBytes() / BYTES_FOR_A_SECOND);
                long frameLeft = frameBegunNanos + allowedNanos - now;
                if (frameLeft <= 0) {
                    counters.reached(Limit.FRAME_TIMEOUT);
                    session.close(ErrorCode.DEADLINE, "frame: begun and not finished in time");
                    return;
                }
                nextNanos = Math.min(nextNanos, frameLeft);
            }
        }
        if (waiting) {
            pressure.backlogChanged();
            long takeLeft = takenNanos + limits.backlogTimeout().toNanos() - now;
            if (takeLeft <= 0) {
                counters.reached(Limit.BACKLOG_TIMEOUT);
                session.abandon("backlog: nothing was taken for "
                        + limits.backlogTimeout().toSeconds() + " s");
                return;
            }
            nextNanos = Math.min(nextNanos, takeLeft);
        }
        if (nextNanos != IDLE) {
            wakeBy(now + nextNanos);
        }
    }
}
