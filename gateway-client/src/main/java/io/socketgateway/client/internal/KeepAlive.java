package io.socketgateway.client.internal;

import io.socketgateway.protocol.time.TimerWheel;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that each side hears from the other. When nothing was sent, or nothing heard, for three quarters of the
 * keep-alive, a PING goes out; a gateway that stays silent for one and a half times the keep-alive is dead. Belongs to
 * the event loop.
 */
final class KeepAlive {
    private final Lease lease;
    private final Runnable ping;
    private final Runnable dead;
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::look);
    private long keepAliveNanos;
    private long sentNanos;
    private long heardNanos;
    private long pingedNanos;
    private boolean pinged; // since something was heard

    KeepAlive(Lease lease, Runnable ping, Runnable dead) {
        this.lease = lease;
        this.ping = ping;
        this.dead = dead;
    }

    void start(long keepAliveSeconds) {
        keepAliveNanos = TimeUnit.SECONDS.toNanos(Math.max(1, keepAliveSeconds));
        sentNanos = lease.nanos();
        heardNanos = sentNanos;
        schedule();
    }

    void stop() {
        timer.cancel();
    }

    void sent() {
        sentNanos = lease.nanos();
    }

    void heard() {
        heardNanos = lease.nanos();
        pinged = false;
    }

    private void look() {
        long now = lease.nanos();
        if (pinged && now - heardNanos >= deadAfterNanos() && now - pingedNanos >= keepAliveNanos / 2) {
            dead.run();
            return;
        }
        if (now - sentNanos >= pingAfterNanos() || !pinged && now - heardNanos >= pingAfterNanos()) {
            if (!pinged) {
                pinged = true;
                pingedNanos = now;
            }
            ping.run();
        }
        schedule();
    }

    private void schedule() {
        long now = lease.nanos();
        long due = sentNanos + pingAfterNanos() - now;
        due = Math.min(
                due,
                pinged
                        ? Math.max(heardNanos + deadAfterNanos(), pingedNanos + keepAliveNanos / 2) - now
                        : heardNanos + pingAfterNanos() - now);
        lease.wheel().start(timer, due);
    }

    private long pingAfterNanos() {
        return keepAliveNanos / 4 * 3;
    }

    private long deadAfterNanos() {
        return keepAliveNanos / 2 * 3;
    }
}
