package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription or service as gateways know it: made anew on each connection until it is closed. When a connection goes
 * away it is made on the next one first, and only then withdrawn from the old: meanwhile both count, so that there is no
 * gap. What comes on either is the user's; gateways share no messages, so none comes twice. Belongs to the event loop,
 * but for the fields that tell how it stands.
 */
final class Registration {
    private static final Logger log = LoggerFactory.getLogger(Registration.class);
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClientContext context;
    private final Registry registry;
    private final IntFunction<Frame> maker;
    private final Consumer<Frame.Message> messages;
    private final Consumer<GatewayException> onFailure;
    private final Runnable onEnd;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::timeOut);
    private @Nullable Binding binding; // on the latest connection
    private final List<Binding> former = new ArrayList<>(0); // on connections that are going away
    private int endings; // that gateways have yet to confirm
    private volatile boolean active = true;
    private volatile @Nullable GatewayException failure;

    /**
     * A registration that was not made yet.
     *
     * @param maker makes SUBSCRIBE or SERVE of an id
     * @param messages takes what comes for a subscription
     * @param onFailure is told why it ended by itself, if it had been confirmed before
     * @param onEnd is called when nothing comes for it any more
     */
    Registration(
            ClientContext context,
            Registry registry,
            IntFunction<Frame> maker,
            Consumer<Frame.Message> messages,
            Consumer<GatewayException> onFailure,
            Runnable onEnd) {
        this.context = context;
        this.registry = registry;
        this.maker = maker;
        this.messages = messages;
        this.onFailure = onFailure;
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
        Binding leaving = binding;
        if (leaving != null && leaving.connection.isAlive()) {
            former.add(leaving);
        }
        Binding fresh = new Binding(connection);
        binding = fresh;
        fresh.begin();
    }

    /** Whether it still counts on that connection, which is going away, as the next one has not confirmed it. */
    boolean needs(Connection leaving) {
        return former.stream().anyMatch(each -> each.connection == leaving);
    }

    private void timeOut() {
        if (!ready.isDone()) {
            giveUp(Faults.mayHaveBeenProcessed(ErrorCode.DEADLINE, "not confirmed within the timeout"));
        } else if (registry.connection() != null && binding == null) {
            bind(registry.connection());
        }
    }

    private void confirmed() {
        if (!ready.isDone()) {
            timer.cancel();
            ready.complete(null);
        }
        former.forEach(Binding::withdraw); // before they are forgotten, since nobody may say GOAWAY until then
        former.clear();
    }

    private void refused(Connection by, GatewayException fault) {
        binding = null;
        boolean passes = fault.notProcessed()
                || fault.retryAfter().isPresent()
                || fault.code() == ErrorCode.LIMITED
                || fault.code() == ErrorCode.DEADLINE // a datagram's answer went astray
                || fault.code() == ErrorCode.UNAVAILABLE;
        if (passes && by.isLeaving()) {
            return; // the next connection is asked
        }
        if (ready.isDone() && passes) {
            long delay = Math.max(
                    RENEW_NANOS, fault.retryAfter().map(Measures::nanos).orElse(0L));
            context.lease().wheel().start(timer, delay);
        } else {
            if (ready.isDone()) {
                log.warn("the gateway did not renew {}: {}", maker.apply(1), fault.getMessage());
            }
            giveUp(fault);
        }
    }

    /** Ends it for good; the user is told why. */
    void giveUp(GatewayException fault) {
        if (active) {
            failure = fault;
            boolean wasReady = ready.isDone();
            over();
            ready.completeExceptionally(fault);
            if (wasReady) {
                onFailure.accept(fault);
            }
        }
    }

    /** Ends it because the user does not want it any more; what is under way is finished. */
    void close() {
        if (active) {
            over();
            ready.completeExceptionally(Faults.closed());
        }
    }

    private void over() {
        active = false;
        timer.cancel();
        Binding latest = binding;
        binding = null;
        if (latest != null) {
            latest.withdraw();
        }
        former.forEach(Binding::withdraw);
        former.clear();
        registry.remove(this);
        if (endings == 0) {
            onEnd.run();
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
                binding = null;
                giveUp(connection.tooLarge());
            }
        }

        @Override
        public boolean answered(Frame.Response response) {
            if (this == binding) {
                confirmed();
            }
            return false;
        }

        @Override
        public void message(Frame.Message message) {
            if (active) {
                messages.accept(message);
            }
        }

        @Override
        public void failed(GatewayException fault) {
            former.remove(this);
            if (this == binding) {
                refused(connection, fault);
            }
        }

        @Override
        public void lost(GatewayException fault) {
            former.remove(this);
            if (this == binding) {
                binding = null;
            }
        }

        @Override
        public boolean isUnderWay() {
            return false;
        }

        /** Takes it back; its id is free once the gateway has confirmed that. */
        void withdraw() {
            connection.abandon(id, false);
            if (connection.isAlive()) {
                endings++;
                connection.begin(new Ending(), new Frame.Unsubscribe(id, true));
            }
        }
    }

    /** The wait for the gateway to confirm the end; requests and messages may still come until then. */
    private final class Ending implements Call {
        @Override
        public void message(Frame.Message message) {
            if (active) { // it only moves
                messages.accept(message);
            }
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
            if (--endings == 0 && !active) {
                onEnd.run();
            }
        }
    }
}
