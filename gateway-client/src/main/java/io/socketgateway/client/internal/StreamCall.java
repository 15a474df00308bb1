package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's streaming request. It goes out with the first demand; demand becomes credit, in portions, so that no
 * more than {@value #WINDOW} responses, and about {@value #WINDOW_BYTES} bytes of them, wait here. Frames come on the event loop, signals go out through a
 * {@link StreamSignals}, demand may come from any thread.
 */
final class StreamCall implements OutgoingCall, Flow.Subscription {
    /** How many responses may be on their way or wait for the subscriber. */
    static final int WINDOW = 256;
    /** The same before one has come. */
    static final int FIRST_WINDOW = 16;
    /** About how many bytes of them may be on their way or wait. */
    static final int WINDOW_BYTES = 2 << 20;

    private final ClientContext context;
    private final Outlet outlet;
    private final Request request;
    private final long timeoutNanos;
    private final int bytes;
    private final StreamSignals signals;
    private final AtomicLong demanded = new AtomicLong(); // in all; stays at the largest number
    private final AtomicBoolean refillScheduled = new AtomicBoolean();
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::tooLate);
    private @Nullable Connection connection;
    private int id;
    private long granted;
    private long received;
    private int largestBytes;
    private long deadlineNanos;
    private boolean begun;
    private boolean done;
    private boolean bytesHeld = true;

    StreamCall(
            ClientContext context,
            Outlet outlet,
            Request request,
            long timeoutNanos,
            int bytes,
            Flow.Subscriber<? super Response> subscriber) {
        this.context = context;
        this.outlet = outlet;
        this.request = request;
        this.timeoutNanos = timeoutNanos;
        this.bytes = bytes;
        this.signals = new StreamSignals(context.lease(), subscriber, this::refill, this::cancel);
    }

    /** Hands the subscriber its subscription; signals come after that. */
    void subscribe(Flow.Subscriber<? super Response> subscriber) {
        subscriber.onSubscribe(this);
        signals.open();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            context.handover()
                    .execute(() -> stop(new IllegalArgumentException("request(" + n + "): not over zero (rule 3.9)")));
            return;
        }
        demanded.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        refill();
    }

    @Override
    public void cancel() {
        signals.cancel();
        context.handover().execute(() -> stop(null));
    }

    /** Looks on the loop, soon and once, whether credit can be given. */
    private void refill() {
        if (refillScheduled.compareAndSet(false, true)) {
            context.handover().execute(this::grant);
        }
    }

    private void grant() {
        refillScheduled.set(false);
        if (done) {
            return;
        }
        if (!begun) {
            begun = true;
            deadlineNanos = context.lease().nanos() + timeoutNanos;
            context.lease().wheel().start(timer, timeoutNanos + RequestCall.GRACE_NANOS);
            outlet.submit(this);
            return;
        }
        Connection sentOn = connection;
        long n = grantable();
        long window = window();
        boolean wantsAll = demanded.get() <= signals.delivered() + window;
        if (sentOn != null && n > 0 && (wantsAll || n >= window / 2)) {
            granted += n;
            sentOn.send(new Frame.Credit(id, n));
        }
    }

    private long grantable() {
        return Math.min(demanded.get(), signals.delivered() + window()) - granted;
    }

    /** Large responses come in smaller numbers, and none are known to be small before some have come. */
    private long window() {
        return received == 0 ? FIRST_WINDOW : Math.max(1, Math.min(WINDOW, WINDOW_BYTES / Math.max(1, largestBytes)));
    }

    @Override
    public void transmit(Connection open) {
        long millisLeft = (deadlineNanos - context.lease().nanos() + 999_999) / 1_000_000;
        if (millisLeft <= 0) {
            refused(Faults.unavailable("no connection to a gateway within the timeout"));
            return;
        }
        connection = open;
        id = open.nextId();
        granted = grantable();
        releaseBytes();
        Frame frame = new Frame.Request(
                id,
                Subject.of(request.subject()),
                Math.min(Frame.MAX_U32, millisLeft),
                granted,
                request.headers(),
                request.payload());
        if (!open.begin(this, frame)) {
            refused(open.tooLarge());
        }
    }

    @Override
    public boolean answered(Frame.Response response) {
        timer.cancel();
        boolean needsCredit = response.more() || !response.payload().isEmpty(); // headers alone may end a stream
        if (needsCredit && ++received > granted) {
            stop(Faults.mayHaveBeenProcessed(
                    ErrorCode.MALFORMED, "the gateway sent more than it was given credit for"));
            return false;
        }
        largestBytes = Math.max(largestBytes, response.payload().length());
        if (needsCredit || !response.headers().isEmpty() && received < granted) {
            signals.next(new PlainResponse(response.headers(), response.payload(), context.mapper()));
        }
        if (!response.more()) {
            end();
            signals.complete(null);
        } else if (received == 1) {
            refill(); // now the size is known
        }
        return !response.more();
    }

    @Override
    public void failed(GatewayException fault) {
        Connection sentOn = connection;
        if (!done && sentOn != null && sentOn.isLeaving() && received == 0 && RequestCall.isForTheNext(fault)) {
            connection = null;
            granted = 0;
            outlet.submit(this);
        } else if (!done) {
            end();
            signals.complete(fault);
        }
    }

    @Override
    public void refused(GatewayException fault) {
        failed(fault);
    }

    private void tooLate() {
        stop(
                connection == null
                        ? Faults.unavailable("no connection to a gateway within the timeout")
                        : Faults.mayHaveBeenProcessed(ErrorCode.DEADLINE, "no response within the timeout"));
    }

    /** Withdraws the request; the subscriber hears of the fault, if there is one. */
    private void stop(@Nullable Throwable fault) {
        if (done) {
            return;
        }
        Connection sentOn = connection;
        end();
        if (sentOn != null) {
            sentOn.abandon(id, true);
        } else {
            outlet.withdraw(this);
        }
        if (fault != null) {
            signals.complete(fault);
        }
    }

    private void end() {
        done = true;
        connection = null;
        timer.cancel();
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
