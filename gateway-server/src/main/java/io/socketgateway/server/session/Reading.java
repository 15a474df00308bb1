package io.socketgateway.server.session;

import io.socketgateway.protocol.time.TimerWheel.Timer;
import io.socketgateway.server.loop.Loop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the client is read from. There are three reasons not to: too much waits for it, another loop must catch up with
 * what this one hands it, or it has begun a frame and all sessions together hold too much of such. The client's times stand
 * still meanwhile. Belongs to the session's loop.
 */
final class Reading implements Loop.Reader {
    private static final long INBOUND_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Loop loop;
    private final Link link;
    private final Watch watch;
    private final SharedBounds bounds;
    private @Nullable Timer inboundTimer; // once it was too much
    private boolean backlogged;
    private boolean leftOff;
    private boolean inboundFull;
    private boolean paused;
    private boolean ended;

    /**
     * It is read from.
     *
     * @param bounds what all sessions hold together
     */
    Reading(Loop loop, Link link, Watch watch, SharedBounds bounds) {
        this.loop = loop;
        this.link = link;
        this.watch = watch;
        this.bounds = bounds;
    }

    /** Whether too much waits for it. */
    boolean isBacklogged() {
        return backlogged;
    }

    /** So much waits for the client. */
    void backlog(int waitingBytes, int boundBytes) {
        if (!backlogged && waitingBytes > boundBytes / 2) {
            backlogged = true;
            pauseOrResume();
        } else if (backlogged && waitingBytes < boundBytes / 4) {
            backlogged = false;
            pauseOrResume();
        }
    }

    /**
     * The bytes that were there have been read.
     *
     * @param insideFrame whether a frame was begun and is not finished
     */
    void batchEnded(boolean insideFrame) {
        leftOff = leftOff || loop.shouldLeaveOff(this);
        if (insideFrame && !inboundFull && bounds.inbound().isPassed()) {
            inboundFull = true;
            lookLater();
        }
        pauseOrResume();
    }

    private void lookLater() {
        if (inboundTimer == null) {
            inboundTimer = new Timer(this::lookAtInbound);
        }
        loop.timers().startAt(inboundTimer, loop.nowNanos() + INBOUND_LOOK_NANOS);
    }

    private void lookAtInbound() {
        if (bounds.inbound().isPassed()) { // and nobody reads any more, who could notice
            lookLater();
            bounds.relieveInbound(loop);
        } else {
            inboundFull = false;
            pauseOrResume();
        }
    }

    @Override
    public void readOn() {
        leftOff = false;
        if (!ended) {
            pauseOrResume();
        }
    }

    /** The session has ended; the link reads on to discard. */
    void end() {
        ended = true;
        if (inboundTimer != null) {
            inboundTimer.cancel();
        }
    }

    private void pauseOrResume() {
        boolean pauses = backlogged || leftOff || inboundFull;
        if (pauses && !paused) {
            paused = true;
            link.pauseReading();
            watch.readingPaused();
        } else if (!pauses && paused) {
            paused = false;
            link.resumeReading();
            watch.readingResumed();
        }
    }
}
