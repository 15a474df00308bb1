package io.socketgateway.server.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A bound on what all sessions hold together. Any thread. */
final class SharedBound {
    private final long boundBytes;
    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicInteger relieving = new AtomicInteger();
    private volatile boolean tight;

    /** Nothing is held yet. */
    SharedBound(long boundBytes) {
        this.boundBytes = boundBytes;
    }

    /** So much more is held, or less. */
    void add(long bytes) {
        if (bytes == 0) {
            return;
        }
        long held = heldBytes.addAndGet(bytes);
        if (!tight && held > boundBytes) {
            tight = true;
        } else if (tight && held < boundBytes / 4 * 3) {
            tight = false;
        }
    }

    /** About how many bytes are held. */
    long heldBytes() {
        return heldBytes.get();
    }

    /** Whether more is held than may be. */
    boolean isPassed() {
        return heldBytes.get() > boundBytes;
    }

    /** Whether more was held than may be, and it has not become much less since. */
    boolean isTight() {
        return tight && heldBytes.get() >= boundBytes / 4 * 3;
    }

    /** Takes it on to have somebody give way; false if that is not needed, or under way already. */
    boolean beginRelief() {
        return isPassed() && relieving.compareAndSet(0, 1);
    }

    /** One more takes part in it. */
    void joinRelief() {
        relieving.incrementAndGet();
    }

    /** Whoever took part has done so; with the last of them it has ended. */
    void endRelief() {
        relieving.decrementAndGet();
    }
}
