package io.socketgateway.client.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a client may have outstanding, so that what exceeds it fails at once, on the thread that asked. */
final class Budget {
    private final int mostRequests;
    private final long mostBytes;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile int grantedRequests = Integer.MAX_VALUE;
    private volatile long committedBytes;

    Budget(int mostRequests, long mostBytes) {
        this.mostRequests = mostRequests;
        this.mostBytes = mostBytes;
    }

    /** How many requests may be outstanding. */
    int requestLimit() {
        return Math.min(mostRequests, grantedRequests);
    }

    long byteLimit() {
        return mostBytes;
    }

    /** What the gateway grants this session. */
    void grant(long granted) {
        grantedRequests = (int) Math.min(granted, Integer.MAX_VALUE);
    }

    boolean takeRequest() {
        int limit = requestLimit();
        int taken = requests.get();
        while (taken < limit) {
            if (requests.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = requests.get();
        }
        return false;
    }

    void releaseRequest() {
        requests.decrementAndGet();
    }

    /** Takes room for bytes that wait to be encoded. */
    boolean takeBytes(int bytes) {
        long waiting = waitingBytes.get();
        while (waiting + committedBytes + bytes <= mostBytes) {
            if (waitingBytes.compareAndSet(waiting, waiting + bytes)) {
                return true;
            }
            waiting = waitingBytes.get();
        }
        return false;
    }

    /** They wait no more: encoded, or given up. */
    void releaseBytes(int bytes) {
        waitingBytes.addAndGet(-bytes);
    }

    /** So many bytes more, or fewer, are encoded and not yet taken by a socket; told by the event loop alone. */
    void committed(long moreBytes) {
        long bytes = committedBytes + moreBytes;
        committedBytes = bytes;
    }

    /** Whether no more than half of the bytes that may wait do. */
    boolean hasRoom() {
        return waitingBytes.get() + committedBytes <= mostBytes / 2;
    }
}
