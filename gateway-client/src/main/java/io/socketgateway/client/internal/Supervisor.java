package io.socketgateway.client.internal;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the client connected: opens the first connection, another when one is lost or goes away, none after a refusal
 * for good. One that goes away is kept until the next one stands, all that was registered there has moved and all that was
 * under way is finished. Belongs to the event loop.
 */
final class Supervisor implements ConnectionOwner, Dialer.Listener {
    private final ClientContext context;
    private final Outlet outlet;
    private final Registry registry;
    private final StateNotifier notifier;
    private final Dialer dialer;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final TimerWheel.Timer redial = new TimerWheel.Timer(this::dial);
    private final Set<Connection> draining = new LinkedHashSet<>(); // the latest comes last
    private final Set<Endpoint> leaving = new HashSet<>(2); // that said so since the last welcome
    private final Closing closing;
    private volatile Frame.@Nullable Welcome latestWelcome;
    private @Nullable Connection current;
    private int rounds; // waited for since a connection stood for as long as the longest backoff
    private long welcomedNanos;
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
        Set<Endpoint> last = new HashSet<>(leaving);
        draining.forEach(connection -> last.add(connection.endpoint()));
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
                                hello.agent()),
                last);
    }

    @Override
    public void dialled(Connection connection, Frame.Welcome welcome) {
        connection.owner(this);
        welcomedNanos = context.lease().nanos();
        leaving.clear();
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
            redialAfter(backoffNanos());
        }
    }

    private long backoffNanos() {
        return context.settings().backoff().delayNanos(rounds++);
    }

    /** Jitter comes on top of what gateways ask for: they ask it of many. */
    private void redialAfter(long nanos) {
        context.lease().wheel().start(redial, dialer.waitNanos() + nanos);
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
        draining.add(connection);
        leaving.add(connection.endpoint());
        disconnected(fault, false);
        if (closing.isUnderWay()) {
            return;
        }
        rounds = 0;
        redialAfter(
                goAway.reconnectAfterMillis() == Frame.ABSENT
                        ? backoffNanos()
                        : TimeUnit.MILLISECONDS.toNanos(goAway.reconnectAfterMillis()));
    }

    /** The newest of the connections that are going away and still take messages. */
    private @Nullable Connection left() {
        Connection newest = null;
        for (Connection connection : draining) {
            newest = connection.takesMessages() ? connection : newest;
        }
        return newest;
    }

    private void disconnected(GatewayException fault, boolean isFinal) {
        current = null;
        outlet.disconnected(left());
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
                dialer.notBefore(connection.endpoint(), reason);
                if (context.lease().nanos() - welcomedNanos
                        >= context.settings().backoff().cap().toNanos()) {
                    rounds = 0;
                }
                redialAfter(backoffNanos());
            }
        } else if (draining.remove(connection)) {
            if (current == null) {
                outlet.disconnected(left());
            }
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

    /** Lets go of a connection that is going away, once another stands and nothing is under way on it or counts there. */
    private void retireIfIdle(Connection connection) {
        if (current != null && connection.isIdle() && !registry.needs(connection)) {
            connection.goAway();
        }
    }
}
