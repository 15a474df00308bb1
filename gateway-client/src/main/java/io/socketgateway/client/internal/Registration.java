package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription or service as the gateway knows it: made anew on each connection until it is closed. Belongs to the
 * event loop, but for the fields that tell how it stands.
 */
final class Registration {
    private static final Logger log = LoggerFactory.getLogger(Registration.class);
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClientContext context;
    private final Registry registry;
    private final IntFunction<Frame> maker;
    private final Consumer<Frame.Message> messages;
    private final Runnable onEnd;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::timeOut);
    private @Nullable Binding binding;
    private @Nullable Binding previous; // on a connection that is going away
    private volatile boolean active = true;
    private volatile @Nullable GatewayException failure;

    /**
     * A registration that was not made yet.
     *
     * @param maker makes SUBSCRIBE or SERVE of an id
     * @param messages takes what comes for a subscription
     * @param onEnd is called when nothing comes for it any more
     */
    Registration(
            ClientContext context,
            Registry registry,
            IntFunction<Frame> maker,
            Consumer<Frame.Message> messages,
            Runnable onEnd) {
        this.context = context;
        this.registry = registry;
        this.maker = maker;
        this.messages = messages;
        this.onEnd = onEnd;
    }

    /** Completes when the gateway has confirmed for the first time. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    boolean isActive() {
        return active;
    }

    @Nullable
    GatewayException failure() {
        return failure;
    }

    /** Makes it, now or with the next connection. */
    void open() {
        context.lease().wheel().start(timer, Measures.nanos(context.settings().requestTimeout()));
        registry.add(this);
    }

    /** Makes it on that connection. */
    void bind(Connection connection) {
        if (!active) {
            return;
        }
        Binding former = binding;
        if (former != null && former.connection.isAlive()) {
            previous = former;
        }
        Binding fresh = new Binding(connection);
        binding = fresh;
        fresh.begin();
    }

    private void timeOut() {
        if (!ready.isDone()) {
            end(Faults.mayHaveBeenProcessed(ErrorCode.DEADLINE, "not confirmed within the timeout"));
            unbind();
        } else if (registry.connection() != null && binding == null) {
            bind(registry.connection());
        }
    }

    private void confirmed() {
        if (!ready.isDone()) {
            timer.cancel();
            ready.complete(null);
        }
        if (previous != null) {
            previous.end();
            previous = null;
        }
    }

    private void refused(GatewayException fault) {
        binding = null;
        boolean passes = fault.notProcessed()
                || fault.retryAfter().isPresent()
                || fault.code() == ErrorCode.LIMITED
                || fault.code() == ErrorCode.DEADLINE // a datagram's answer went astray
                || fault.code() == ErrorCode.UNAVAILABLE;
        if (ready.isDone() && passes) {
            long delay = Math.max(
                    RENEW_NANOS, fault.retryAfter().map(Measures::nanos).orElse(0L));
            context.lease().wheel().start(timer, delay);
        } else {
            if (ready.isDone()) {
                log.warn("the gateway did not renew {}: {}", maker.apply(1), fault.getMessage());
            }
            end(fault);
        }
    }

    /** Ends it for good; the user is told why. */
    void end(GatewayException fault) {
        if (active) {
            failure = fault;
            finish();
            ready.completeExceptionally(fault);
        }
    }

    /** Ends it because the user does not want it any more; what is under way is finished. */
    void close() {
        if (active) {
            timer.cancel();
            active = false;
            registry.remove(this);
            ready.completeExceptionally(Faults.closed());
            if (binding == null) {
                onEnd.run();
            } else {
                unbind();
            }
        }
    }

    private void finish() {
        active = false;
        timer.cancel();
        registry.remove(this);
        onEnd.run();
    }

    private void unbind() {
        if (binding != null) {
            binding.end();
        }
        if (previous != null) {
            previous.end();
        }
    }

    /** It on one connection, under one id. */
    private final class Binding implements Call {
        private final Connection connection;
        private int id;

        Binding(Connection connection) {
            this.connection = connection;
        }

        void begin() {
            id = connection.nextId();
            if (!connection.begin(this, maker.apply(id))) {
                Registration.this.end(connection.tooLarge());
            }
        }

        private boolean isCurrent() {
            return this == binding;
        }

        @Override
        public boolean answered(Frame.Response response) {
            if (isCurrent()) {
                confirmed();
            }
            return false;
        }

        @Override
        public void message(Frame.Message message) {
            if (active && (isCurrent() || this == previous)) {
                messages.accept(message);
            }
        }

        @Override
        public void failed(GatewayException fault) {
            if (isCurrent()) {
                refused(fault);
            }
        }

        @Override
        public void lost(GatewayException fault) {
            if (isCurrent()) {
                binding = null;
                if (!active) {
                    onEnd.run();
                }
            }
        }

        @Override
        public boolean isUnderWay() {
            return false;
        }

        /** Takes it back; its id is free once the gateway has confirmed that. */
        void end() {
            connection.abandon(id, false);
            if (connection.isAlive()) {
                connection.begin(new Ending(isCurrent()), new Frame.Unsubscribe(id, true));
            } else if (isCurrent() && !active) {
                onEnd.run();
            }
        }
    }

    /** The wait for the gateway to confirm the end; requests may still come until then. */
    private final class Ending implements Call {
        private final boolean last;

        Ending(boolean last) {
            this.last = last;
        }

        @Override
        public boolean answered(Frame.Response response) {
            ended();
            return true;
        }

        @Override
        public void failed(GatewayException fault) {
            ended();
        }

        private void ended() {
            if (last) {
                onEnd.run();
            }
        }
    }
}
