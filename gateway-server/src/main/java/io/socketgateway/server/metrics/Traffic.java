package io.socketgateway.server.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What one transport carries, and for how many sessions. Counted by batches and flushes, not by frames. Any thread. */
public final class Traffic {
    /** Sessions begun; those that were refused at once are not. */
    public final LongAdder sessionsOpened = new LongAdder();
    /** Sessions of those that have ended, and whose connection is gone. */
    public final LongAdder sessionsClosed = new LongAdder();
    /** Frames that came whole. */
    public final LongAdder framesReceived = new LongAdder();
    /** Frames that were committed to the socket, in the order of sending. */
    public final LongAdder framesSent = new LongAdder();
    /** Bytes that came, lengths and envelopes included. */
    public final LongAdder bytesReceived = new LongAdder();
    /** Bytes that the system took, lengths and envelopes included. */
    public final LongAdder bytesSent = new LongAdder();

    /** All at 0. */
    public Traffic() {}

    /** How many sessions are open: as of now, while others come and go. */
    public long sessionsOpen() {
        long closed = sessionsClosed.sum(); // first, so that none is closed that was not counted as opened
        return Math.max(0, sessionsOpened.sum() - closed);
    }
}
