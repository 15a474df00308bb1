package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.IncomingRequest;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that this client answers: what the handler sees of it, and the way back. The handler's side may be used by
 * any thread; the rest belongs to the event loop.
 */
final class IncomingCall implements IncomingRequest, Runnable {
    private static final Logger log = LoggerFactory.getLogger(IncomingCall.class);

    private final ClientContext context;
    private final Connection connection;
    private final Frame.Request frame;
    private final Answerer answerer;
    private final WorkGate gate;
    private final long arrivedNanos;
    private final StreamReply stream;
    private final AtomicBoolean slotReleased = new AtomicBoolean();
    private final Object lock = new Object();
    private final List<Runnable> cancelActions = new ArrayList<>(0); // guarded by lock
    private @Nullable Thread thread; // that runs the handler; guarded by lock
    private volatile boolean cancelled;
    private boolean started;
    private boolean answered;

    IncomingCall(ClientContext context, Connection connection, Frame.Request frame, Answerer answerer, WorkGate gate) {
        this.context = context;
        this.connection = connection;
        this.frame = frame;
        this.answerer = answerer;
        this.gate = gate;
        this.arrivedNanos = context.lease().nanos();
        this.stream = new StreamReply(context, connection, this, frame);
    }

    /** Runs the handler. */
    void start() {
        started = true;
        context.lease().dispatch(this);
    }

    @Override
    public void run() {
        synchronized (lock) {
            thread = cancelled ? null : Thread.currentThread();
        }
        try {
            if (!cancelled) {
                answerer.answer(this);
            }
        } catch (Throwable e) {
            fail(e);
        } finally {
            synchronized (lock) {
                thread = null;
                if (cancelled) {
                    Thread.interrupted(); // it was meant for the handler, not for what the thread does next
                }
            }
            if (answerer.kind() == Answerer.Kind.PLAIN) {
                releaseSlot();
            }
        }
    }

    private void releaseSlot() {
        if (slotReleased.compareAndSet(false, true)) {
            context.handover().execute(gate::finished);
        }
    }

    /** Where a publisher's responses go. */
    StreamReply stream() {
        return stream;
    }

    /** The handler's answer; any thread. */
    void answer(@Nullable Response response) {
        if (response == null) {
            fail(new NullPointerException("the handler answered null"));
            return;
        }
        stream.answer(response);
    }

    /** The handler has none; any thread. */
    void fail(Throwable thrown) {
        Throwable fault =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cancelled) {
            return;
        }
        Frame.Error error;
        if (fault instanceof GatewayException refusal && !refusal.isOfCall()) {
            error = new Frame.Error(
                    frame.id(),
                    refusal.rawCode(),
                    refusal.retryAfter()
                            .map(delay -> Math.min(Frame.MAX_U32, Math.max(0, delay.toMillis())))
                            .orElse(Frame.ABSENT),
                    refusal.notProcessed(),
                    String.valueOf(refusal.getMessage()));
        } else {
            log.warn("the handler of a request to {} failed", frame.subject(), fault);
            error = Frame.Error.of(frame.id(), ErrorCode.FAILED, "the worker failed");
        }
        context.handover().execute(() -> end(error));
    }

    /** Sends the last frame, which is the answer, and is done. */
    void end(Frame last) {
        if (answered) {
            return;
        }
        answered = true;
        if (frame.id() != 0 && !cancelled && !connection.send(last)) {
            connection.send(Frame.Error.of(
                    frame.id(),
                    ErrorCode.TOO_LARGE,
                    "the answer is longer than the " + connection.maxFrameBytes() + " bytes that the gateway takes"));
        }
        connection.finished(frame.id());
        if (answerer.kind() != Answerer.Kind.PLAIN) {
            releaseSlot();
        }
    }

    /** The requester allows further responses. */
    void credit(long n) {
        stream.credit(n);
    }

    /** Nobody wants the answer any more. */
    void cancel() {
        answered = true;
        List<Runnable> actions;
        synchronized (lock) {
            cancelled = true;
            if (thread != null) {
                thread.interrupt();
            }
            actions = List.copyOf(cancelActions);
            cancelActions.clear();
        }
        actions.forEach(context.lease()::dispatch);
        stream.cancel();
        if (!started) {
            gate.withdraw(this);
        } else if (answerer.kind() != Answerer.Kind.PLAIN) {
            releaseSlot();
        }
    }

    @Override
    public String subject() {
        return frame.subject().value();
    }

    @Override
    public Headers headers() {
        return frame.headers();
    }

    @Override
    public Payload payload() {
        return frame.payload();
    }

    @Override
    public <T> T as(Class<T> type) {
        return Json.read(context.mapper(), frame.payload(), type);
    }

    @Override
    public Response reply(Object body) {
        return new PlainResponse(Headers.EMPTY, Json.write(context.mapper(), body), context.mapper());
    }

    @Override
    public Duration timeLeft() {
        if (frame.deadlineMillis() == Frame.ABSENT) {
            return Duration.ofMillis(Frame.MAX_U32);
        }
        long passed = context.lease().nanos() - arrivedNanos;
        return Duration.ofNanos(Math.max(0, TimeUnit.MILLISECONDS.toNanos(frame.deadlineMillis()) - passed));
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (lock) {
            if (!cancelled) {
                cancelActions.add(action);
                return;
            }
        }
        context.lease().dispatch(action);
    }
}
