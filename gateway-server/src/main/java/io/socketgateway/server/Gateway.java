package io.socketgateway.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.admin.AdminServer;
import io.socketgateway.server.admin.Observed;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.HttpAddress;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.config.ListenerConfig;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.metrics.Levels;
import io.socketgateway.server.metrics.Meters;
import io.socketgateway.server.routing.Router;
import io.socketgateway.server.routing.Worker;
import io.socketgateway.server.service.BuiltInServices;
import io.socketgateway.server.service.Service;
import io.socketgateway.server.service.ServiceHost;
import io.socketgateway.server.session.Session;
import io.socketgateway.server.session.SessionFactory;
import io.socketgateway.server.session.Sessions;
import io.socketgateway.server.transport.BindFault;
import io.socketgateway.server.transport.EventLoops;
import io.socketgateway.server.transport.Listeners;
import io.socketgateway.server.transport.StartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A gateway in this process.
 *
 * <pre>{@code
 * try (Gateway gateway = Gateway.builder().listen("tcp://127.0.0.1:0").start()) {
 *     gateway.serve("orders.get", request -> ServiceResponse.of(Payload.json("{\"id\":7}")));
 *     int port = gateway.addresses().get(0).getPort();
 *     …
 * }
 * }</pre>
 *
 * <p>Any thread may call it, but no event loop of its own.
 */
public final class Gateway implements AutoCloseable {
    private static final int CLOSE_SECONDS = 3;

    private final EventLoops eventLoops;
    private final Sessions sessions;
    private final Router router;
    private final Listeners listeners;
    private final ThreadPoolExecutor serviceExecutor;
    private final Counters counters = new Counters();
    private final Meters meters;
    private @Nullable AdminServer admin;
    private final LimitsConfig limits;
    private volatile boolean ready;
    private @Nullable CompletableFuture<Void> drained;
    private boolean closed;

    private Gateway(GatewayConfig config, NanoClock clock, @Nullable MeterRegistry embedders) throws StartException {
        limits = config.limits();
        boolean hasAdmin = config.admin().listen().isPresent();
        eventLoops = EventLoops.start(config.server(), clock);
        sessions = new Sessions(config.limits(), clock, counters);
        router = new Router(eventLoops.loops(), sessions, config.limits(), counters);
        listeners = new Listeners(eventLoops, new SessionFactory(config, sessions, router, counters), clock);
        meters = new Meters(counters, eventLoops.loops(), levels(), hasAdmin);
        serviceExecutor = Threads.forServices(config.server());
        BuiltInServices.offer(router, clock);
        try {
            if (embedders != null) {
                meters.showIn(embedders);
            }
            for (ListenerConfig listener : config.listeners()) {
                listeners.bind(listener);
            }
            ready = true;
            if (hasAdmin) {
                admin = bindAdmin(config.admin().listen().get(), clock);
            }
        } catch (StartException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private AdminServer bindAdmin(HttpAddress address, NanoClock clock) throws StartException {
        String name = "admin.listen " + address;
        InetSocketAddress bindTo = address.bindAddress();
        if (bindTo.isUnresolved()) {
            throw BindFault.unresolved(name, address.host());
        }
        Observed observed = new Observed(eventLoops.loops(), this::isReady, meters, clock, counters);
        try {
            return AdminServer.bind(observed, bindTo, eventLoops.handlers(), eventLoops.serverChannel());
        } catch (IOException e) {
            StartException fault = BindFault.of(name, address.host(), address.port(), e);
            throw new StartException(fault.getMessage() + ", or off for none", e);
        }
    }

    private Levels levels() {
        return new Levels(this::isReady, sessions::backlogBytes, sessions::inboundBytes, listeners::statelessRequests);
    }

    /** A builder of a gateway with all defaults. */
    public static Builder builder() {
        return new Builder(GatewayConfig.defaults());
    }

    /** A builder of a gateway so configured. */
    public static Builder builder(GatewayConfig config) {
        return new Builder(config);
    }

    /** Builds and starts a gateway. */
    public static final class Builder {
        private GatewayConfig config;
        private final List<ListenerConfig> listeners = new ArrayList<>();
        private NanoClock clock = NanoClock.system();
        private @Nullable MeterRegistry registry;

        private Builder(GatewayConfig config) {
            this.config = config;
        }

        /**
         * Listens on that URL, such as {@code tcp://127.0.0.1:7400}; port 0 takes a free one. The first call replaces the
         * configured listeners, each further one adds.
         */
        public Builder listen(String url) {
            listeners.add(ListenerConfig.parse(url));
            return this;
        }

        /**
         * Answers {@code /livez}, {@code /readyz} and {@code /metrics} over HTTP at that URL, such as {@code
         * http://127.0.0.1:7480}; port 0 takes a free one, {@code off} is the default.
         */
        public Builder admin(String url) {
            config = config.with("admin.listen", url);
            return this;
        }

        /** Takes the time from that clock. */
        public Builder clock(NanoClock newClock) {
            clock = newClock;
            return this;
        }

        /**
         * Shows its meters in that registry until it is closed. Each gateway needs one of its own: starting fails with an
         * {@link IllegalStateException} if the meters of another stand there. The admin listener shows it if it is one of
         * Prometheus. Without this call the gateway makes one, with meters of the JVM beside its own if there is an admin
         * listener.
         */
        public Builder metrics(MeterRegistry newRegistry) {
            registry = newRegistry;
            return this;
        }

        /**
         * Starts it: when this returns, every listener is bound.
         *
         * @throws GatewayStartException if one cannot be, and then none is
         */
        public Gateway start() {
            GatewayConfig effective = listeners.isEmpty()
                    ? config
                    : new GatewayConfig(
                            List.copyOf(listeners), config.server(), config.admin(), config.log(), config.limits());
            try {
                return new Gateway(effective, clock, registry);
            } catch (StartException e) {
                throw new GatewayStartException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    /** The addresses that it listens on, in the order of the listeners. */
    public List<InetSocketAddress> addresses() {
        return listeners.addresses();
    }

    /** Where it answers {@code /livez}, {@code /readyz} and {@code /metrics}; null if it does not. */
    public @Nullable InetSocketAddress adminAddress() {
        return admin == null ? null : admin.address();
    }

    /** Netty's transport that it runs on: {@code epoll}, {@code io_uring} or {@code nio}. */
    public String transportName() {
        return eventLoops.name();
    }

    /** The number of worker loops. */
    public int workers() {
        return eventLoops.loops().size();
    }

    /** How many connections are open. */
    public int sessionCount() {
        return sessions.count();
    }

    /** The registry with its meters; docs/metrics.md says what each means. They are there until it is closed. */
    public MeterRegistry metrics() {
        return meters.registry();
    }

    /** What was refused or dropped. */
    public Counters counters() {
        return counters;
    }

    /** Something that can be withdrawn. */
    public interface Registration extends AutoCloseable {
        /** Withdraws it; nothing happens the second time. */
        @Override
        void close();
    }

    /**
     * Answers the requests of a subject or pattern in this process, as one of the workers of the group {@code default}.
     *
     * @param pattern such as {@code orders.get} or {@code orders.*}
     * @throws io.socketgateway.protocol.ProtocolException if the pattern is bad
     * @throws IllegalArgumentException if its first token is {@code gateway} or {@code client}
     */
    public Registration serve(String pattern, Service service) {
        return serve(pattern, service, serviceExecutor);
    }

    /**
     * The same on an executor of the application's own, which it keeps within bounds and closes itself: what the executor
     * rejects is answered with ERROR 503.
     *
     * <p>One that runs a task in the caller's thread ({@code Runnable::run}) has the service run on the event loop of the
     * client that asks. That is the cheapest way for an answer that is at hand, and wrong for all else: a service that
     * blocks there, or computes for long, stops every client of that loop.
     *
     * @param pattern such as {@code orders.get} or {@code orders.*}
     * @throws io.socketgateway.protocol.ProtocolException if the pattern is bad
     * @throws IllegalArgumentException if its first token is {@code gateway} or {@code client}
     */
    public Registration serve(String pattern, Service service, Executor executor) {
        SubjectPattern parsed = SubjectPattern.of(pattern);
        if (SubjectPattern.isReserved(parsed.token(0))) {
            throw new IllegalArgumentException("'" + pattern + "' is reserved");
        }
        Worker worker = ServiceHost.worker(parsed, service, executor);
        router.add(worker);
        AtomicBoolean withdrawn = new AtomicBoolean();
        return () -> {
            if (withdrawn.compareAndSet(false, true)) {
                router.remove(worker);
            }
        };
    }

    /** Whether new clients are welcome: from the start until it is drained or closed. */
    public boolean isReady() {
        return ready;
    }

    /**
     * Ends without failing a request. No new client is taken, and all are told to connect elsewhere, spread over time as
     * {@code limits.new-sessions-per-second} says. New requests are refused with 503, NOT_PROCESSED; those under way finish.
     * A client with nothing under way has two seconds to leave by itself. After {@code limits.drain-timeout} what is left is
     * closed.
     *
     * @return done when all have left, and what came outside a session is answered; then {@link #close} ends the rest
     */
    public synchronized CompletableFuture<Void> drain() {
        if (drained == null) {
            ready = false;
            drained = closed ? CompletableFuture.completedFuture(null) : Drain.begin(listeners, sessions, limits);
        }
        return drained.copy();
    }

    /** Closes the listening sockets, then every accepted one, and waits until all is ended. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        ready = false;
        listeners.stopAccepting();
        CompletableFuture<Void> none = sessions.close();
        for (Session session : sessions.all()) {
            session.loop().handFromOutside(() -> session.close(ErrorCode.UNAVAILABLE, "the gateway is shutting down"));
        }
        int seconds = drained != null && drained.isDone() ? 0 : CLOSE_SECONDS; // who is left then has had its time
        none.completeOnTimeout(null, seconds, TimeUnit.SECONDS).join(); // the loops close what is left
        listeners.close();
        serviceExecutor.shutdownNow();
        if (admin != null) {
            admin.close();
        }
        eventLoops.close();
        meters.close();
    }
}
