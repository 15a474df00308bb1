package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A frame that wants one answer: on its way, waiting for a connection, or about to be sent again. Begun by any thread,
 * run by the event loop.
 */
final class RequestCall implements OutgoingCall, Runnable {
    /** How much longer than the gateway this client waits, so that the gateway's own ERROR 408 comes first. */
    static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How long a refusal by datagram waits for the GOAWAY that may explain it: one repeat of it. */
    static final long HINT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Makes the frame once the id and the time that is left are known. */
    interface FrameMaker {
        Frame frame(int id, long millisLeft);
    }

    private enum State {
        NEW,
        WAITING,
        SENT,
        RETRYING,
        DONE
    }

    private final ClientContext context;
    private final Outlet outlet;
    private final FrameMaker maker;
    private final int bytes;
    private final boolean onLoop;
    private final long deadlineNanos;
    private final CallFuture future = new CallFuture(this::abandon);
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::tooLate);
    private State state = State.NEW;
    private int retriesLeft;
    private int attempts;
    private int id;
    private boolean bytesHeld = true;
    private @Nullable Connection connection;
    private TimerWheel.@Nullable Timer retryTimer;

    /**
     * A call whose request and bytes were taken from the budget.
     *
     * @param onLoop whether the future may be completed on the event loop, since no code of the user hangs on it
     */
    RequestCall(
            ClientContext context,
            Outlet outlet,
            FrameMaker maker,
            int bytes,
            long timeoutNanos,
            int retries,
            boolean onLoop) {
        this.context = context;
        this.outlet = outlet;
        this.maker = maker;
        this.bytes = bytes;
        this.onLoop = onLoop;
        this.retriesLeft = retries;
        this.deadlineNanos = context.lease().nanos() + timeoutNanos;
    }

    CallFuture future() {
        return future;
    }

    /** Begins, on the event loop. */
    @Override
    public void run() {
        if (state == State.NEW) {
            context.lease().wheel().start(timer, nanosLeft());
            submit();
        }
    }

    private long nanosLeft() {
        return deadlineNanos - context.lease().nanos();
    }

    private void submit() {
        state = State.WAITING;
        outlet.submit(this);
    }

    @Override
    public void transmit(Connection open) {
        long millisLeft = Math.min(Frame.MAX_U32, (nanosLeft() + 999_999) / 1_000_000);
        if (millisLeft <= 0) {
            finish(null, Faults.unavailable("no connection to a gateway within the timeout"));
            return;
        }
        state = State.SENT;
        connection = open;
        id = open.nextId();
        attempts++;
        releaseBytes();
        if (!open.begin(this, maker.frame(id, millisLeft))) {
            finish(null, open.tooLarge());
        }
    }

    @Override
    public boolean answered(Frame.Response response) {
        finish(new PlainResponse(response.headers(), response.payload(), context.mapper()), null);
        return true;
    }

    @Override
    public void failed(GatewayException fault) {
        if (state != State.SENT) {
            return;
        }
        Connection by = connection;
        connection = null;
        if (by == null || !isForTheNext(fault)) {
            settle(fault);
        } else if (by.isLeaving()) {
            submit();
        } else if (by.isOpen() && by.endpoint().isDatagram() && mayBeHinted(fault)) {
            later(HINT_NANOS, () -> settleHinted(by, fault));
        } else {
            settle(fault);
        }
    }

    private boolean mayBeHinted(GatewayException fault) {
        return fault.code() == ErrorCode.UNAVAILABLE && HINT_NANOS < nanosLeft();
    }

    /** Datagrams overtake each other, and are lost: the gateway may have said before that it is going away. */
    private void settleHinted(Connection by, GatewayException fault) {
        if (by.isLeaving() || !by.isAlive()) {
            submit();
        } else {
            settle(fault);
        }
    }

    /** Tries again if the caller wants that, or is done. */
    private void settle(GatewayException fault) {
        long delay = Math.max(
                context.settings().backoff().delayNanos(attempts - 1),
                fault.retryAfter().map(after -> Measures.nanos(after)).orElse(0L));
        if (fault.notProcessed() && retriesLeft > 0 && outlet.isOpen() && delay < nanosLeft()) {
            retriesLeft--;
            later(delay, this::submit);
        } else {
            finish(null, fault);
        }
    }

    private void later(long nanos, Runnable action) {
        state = State.RETRYING;
        retryTimer = new TimerWheel.Timer(action);
        context.lease().wheel().start(retryTimer, nanos);
    }

    /** Whether what a gateway that is going away has refused is the next one's business, not the caller's. */
    static boolean isForTheNext(GatewayException fault) {
        return fault.notProcessed() && (fault.code() == ErrorCode.UNAVAILABLE || fault.code() == ErrorCode.NO_WORKER);
    }

    @Override
    public void refused(GatewayException fault) {
        finish(null, fault);
    }

    private void tooLate() {
        switch (state) {
            case SENT -> {
                Connection sentOn = connection;
                if (sentOn != null && sentOn.takeBack(id)) {
                    finish(
                            null,
                            Faults.unavailable(
                                    "not sent within the timeout, since what was asked before it has no answer"));
                    return;
                }
                long graceLeft = nanosLeft() + GRACE_NANOS;
                if (graceLeft > 0) {
                    context.lease().wheel().start(timer, graceLeft);
                    return;
                }
                withdraw();
                finish(null, Faults.mayHaveBeenProcessed(ErrorCode.DEADLINE, "no answer within the timeout"));
            }
            case NEW, WAITING, RETRYING -> {
                withdraw();
                finish(null, Faults.unavailable("no connection to a gateway within the timeout"));
            }
            case DONE -> {}
        }
    }

    /** The user has completed the future. */
    private void abandon() {
        context.handover().execute(() -> {
            withdraw();
            end();
        });
    }

    private void withdraw() {
        Connection sentOn = connection;
        if (state == State.SENT && sentOn != null) {
            sentOn.abandon(id, true);
        } else if (state == State.WAITING) {
            outlet.withdraw(this);
        }
    }

    private void finish(@Nullable Response response, @Nullable GatewayException fault) {
        if (state == State.DONE) {
            return;
        }
        end();
        future.settle();
        if (onLoop) {
            complete(response, fault);
        } else {
            context.lease().dispatch(() -> complete(response, fault));
        }
    }

    private void complete(@Nullable Response response, @Nullable GatewayException fault) {
        if (response != null) {
            future.complete(response);
        } else if (fault != null) {
            future.completeExceptionally(fault);
        }
    }

    private void end() {
        if (state == State.DONE) {
            return;
        }
        state = State.DONE;
        timer.cancel();
        if (retryTimer != null) {
            retryTimer.cancel();
        }
        connection = null;
        releaseBytes();
        context.budget().releaseRequest();
    }

    private void releaseBytes() {
        if (bytesHeld) {
            bytesHeld = false;
            context.budget().releaseBytes(bytes);
        }
    }
}
