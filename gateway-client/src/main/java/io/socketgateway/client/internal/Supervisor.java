package io.socketgateway.client.internal;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the client connected: opens the first connection, another when one is lost or goes away, none after a refusal
 * for good. Belongs to the event loop.
 */
final class Supervisor implements ConnectionOwner, Dialer.Listener {
    private final ClientContext context;
    private final Outlet outlet;
    private final Registry registry;
    private final StateNotifier notifier;
    private final Dialer dialer;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final TimerWheel.Timer redial = new TimerWheel.Timer(this::dial);
    private final Set<Connection> draining = new HashSet<>();
    private final Closing closing;
    private volatile Frame.@Nullable Welcome latestWelcome;
    private @Nullable Connection current;
    private int failedRounds;
    private boolean forgetsName; // the one that a gateway gave, not the one that was asked for

    Supervisor(
            ClientContext context,
            Outlet outlet,
            Registry registry,
            Serving serving,
            StateNotifier notifier,
            Transport.Openers openers) {
        this.context = context;
        this.outlet = outlet;
        this.registry = registry;
        this.notifier = notifier;
        this.dialer = new Dialer(context, serving, openers, this);
        this.closing = new Closing(context, this);
    }

    /** Completes with the first welcome; fails if there is none. */
    CompletableFuture<Void> connected() {
        return connected;
    }

    Closing closing() {
        return closing;
    }

    /** What the gateway said when it welcomed the client the last time; any thread. */
    Frame.@Nullable Welcome latestWelcome() {
        return latestWelcome;
    }

    /** Opens a connection. */
    void dial() {
        Frame.Hello hello = context.settings().hello();
        Frame.Welcome former = latestWelcome;
        dialer.dial(
                former == null
                        ? hello
                        : new Frame.Hello(
                                hello.id(),
                                hello.version(),
                                hello.token(),
                                hello.clientId() == null && !forgetsName ? former.clientId() : hello.clientId(),
                                hello.keepAliveSeconds(),
                                hello.maxFrameBytes(),
                                former.resume(),
                                hello.cookie(),
                                hello.agent()));
    }

    @Override
    public void dialled(Connection connection, Frame.Welcome welcome) {
        connection.owner(this);
        failedRounds = 0;
        forgetsName = false;
        latestWelcome = welcome;
        current = connection;
        notifier.change(ConnectionState.CONNECTED, null);
        registry.connected(connection);
        outlet.connected(connection);
        connected.complete(null);
        List.copyOf(draining).forEach(this::retireIfIdle);
    }

    @Override
    public void notDialled(GatewayException fault, boolean isFinal) {
        forgetsName |= fault.code() == ErrorCode.CONFLICT; // it may be held by a session whose WELCOME never came
        if (!connected.isDone()) {
            outlet.refuse(fault);
            notifier.change(isFinal ? ConnectionState.REJECTED : ConnectionState.CLOSED, fault);
            connected.completeExceptionally(fault);
        } else if (isFinal) {
            reject(fault);
        } else {
            failedRounds++;
            redialAfter(context.settings().backoff().delayNanos(failedRounds), fault);
        }
    }

    private void redialAfter(long nanos, GatewayException fault) {
        long told = fault.retryAfter().map(Measures::nanos).orElse(0L);
        context.lease().wheel().start(redial, Math.max(nanos, told));
    }

    @Override
    public void welcomed(Connection connection, Frame.Welcome welcome) {
        // the dialer was told
    }

    @Override
    public void goingAway(Connection connection, Frame.GoAway goAway) {
        if (connection != current) {
            return;
        }
        GatewayException fault = Faults.lost(
                connection.endpoint(),
                "the gateway is going away" + (goAway.reason() == null ? "" : ", " + goAway.reason()),
                null);
        disconnected(fault, false);
        draining.add(connection);
        if (closing.isUnderWay()) {
            return;
        }
        long nanos = goAway.reconnectAfterMillis() == Frame.ABSENT
                ? context.settings().backoff().delayNanos(0)
                : TimeUnit.MILLISECONDS.toNanos(goAway.reconnectAfterMillis());
        redialAfter(nanos, fault);
    }

    private void disconnected(GatewayException fault, boolean isFinal) {
        current = null;
        outlet.disconnected();
        registry.disconnected();
        if (!closing.isUnderWay() && !isFinal) {
            notifier.change(ConnectionState.RECONNECTING, fault);
        }
    }

    @Override
    public void ended(Connection connection, GatewayException reason, boolean isFinal) {
        if (connection == current) {
            disconnected(reason, isFinal);
            if (closing.isUnderWay()) {
                closing.look();
            } else if (isFinal) {
                reject(reason);
            } else {
                redialAfter(context.settings().backoff().delayNanos(0), reason);
            }
        } else if (draining.remove(connection)) {
            closing.look();
        }
    }

    private void reject(GatewayException reason) {
        stopDialling();
        notifier.change(ConnectionState.REJECTED, reason);
        outlet.refuse(Faults.seenBy(reason, true));
        registry.refuse(reason);
        registry.endAll(reason);
        connections().forEach(connection -> connection.end(reason));
    }

    /** Opens no connection any more. */
    void stopDialling() {
        redial.cancel();
        dialer.cancel();
    }

    /** Makes no new calls, and gives up those that were not sent yet. */
    void refuseCalls() {
        outlet.refuse(Faults.closed());
        registry.refuse(Faults.closed());
    }

    /** Takes back subscriptions and services. */
    void closeRegistrations() {
        registry.closeAll();
    }

    /** All connections that still stand. */
    List<Connection> connections() {
        List<Connection> all = new ArrayList<>(draining);
        if (current != null) {
            all.add(current);
        }
        return all;
    }

    /** The client is closed. */
    void closed() {
        registry.endAll(Faults.closed());
        connected.completeExceptionally(Faults.closed());
        notifier.change(ConnectionState.CLOSED, null);
    }

    @Override
    public void progressed(Connection connection) {
        if (closing.isUnderWay()) {
            closing.look();
        } else if (draining.contains(connection)) {
            retireIfIdle(connection);
        }
    }

    /** Lets go of a connection that is going away, once another stands and nothing is under way on it. */
    private void retireIfIdle(Connection connection) {
        if (current != null && connection.isIdle()) {
            connection.goAway();
        }
    }
}
