package io.socketgateway.server.session;

import io.socketgateway.server.loop.Loop;

/**
 * Whether the client is read from. There are two reasons not to: too much waits for it, or another loop must catch up with
 * what this one hands it. The client's times stand still meanwhile. Belongs to the session's loop.
 */
final class Reading implements Loop.Reader {
    private final Loop loop;
    private final Link link;
    private final Watch watch;
    private boolean backlogged;
    private boolean leftOff;
    private boolean ended;

    Reading(Loop loop, Link link, Watch watch) {
        this.loop = loop;
        this.link = link;
        this.watch = watch;
    }

    /** So much waits for the client. */
    void backlog(int waitingBytes, int boundBytes) {
        if (!backlogged && waitingBytes > boundBytes / 2) {
            pause(true, leftOff);
        } else if (backlogged && waitingBytes < boundBytes / 4) {
            pause(false, leftOff);
        }
    }

    /** The bytes that were there have been read. */
    void batchEnded() {
        if (!leftOff && loop.shouldLeaveOff(this)) {
            pause(backlogged, true);
        }
    }

    @Override
    public void readOn() {
        if (!ended) {
            pause(backlogged, false);
        }
    }

    /** The session has ended; the link reads on to discard. */
    void end() {
        ended = true;
    }

    private void pause(boolean becauseBacklogged, boolean becauseLeftOff) {
        boolean was = backlogged || leftOff;
        backlogged = becauseBacklogged;
        leftOff = becauseLeftOff;
        boolean is = backlogged || leftOff;
        if (is && !was) {
            link.pauseReading();
            watch.readingPaused();
        } else if (was && !is) {
            link.resumeReading();
            watch.readingResumed();
        }
    }
}
