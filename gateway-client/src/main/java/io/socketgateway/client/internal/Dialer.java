package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.time.TimerWheel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tries the gateways in order, and the addresses of each, until one of them welcomes the client: one round. A gateway that
 * has said when it may be tried again is passed over until then. Names are looked up on the executor, since that blocks; all
 * else belongs to the event loop.
 */
final class Dialer implements ConnectionOwner {
    /** Who is told how a round went. */
    interface Listener {
        /** The connection stands; its owner is still the dialer. */
        void dialled(Connection connection, Frame.Welcome welcome);

        /** None of the gateways welcomed the client, or one refused it for good. */
        void notDialled(GatewayException fault, boolean isFinal);
    }

    private record Target(Endpoint endpoint, InetSocketAddress address) {}

    private final ClientContext context;
    private final Serving serving;
    private final Transport.Openers openers;
    private final Listener listener;
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::tooLate);
    private final Deque<Endpoint> endpoints = new ArrayDeque<>();
    private final Deque<Target> targets = new ArrayDeque<>();
    private final List<GatewayException> faults = new ArrayList<>();
    private final Map<Endpoint, Long> notBefore =
            new HashMap<>(2); // what gateways asked for, in nanoseconds of the clock
    private Frame.Hello hello;
    private @Nullable Endpoint lookedUp;
    private @Nullable Connection connection;
    private int step; // rises with each, so that late answers are known as such

    Dialer(ClientContext context, Serving serving, Transport.Openers openers, Listener listener) {
        this.context = context;
        this.serving = serving;
        this.openers = openers;
        this.listener = listener;
        this.hello = context.settings().hello();
    }

    /**
     * Begins a round.
     *
     * @param last the gateways that are tried after all others, since they are about to go
     */
    void dial(Frame.Hello newHello, Set<Endpoint> last) {
        cancel();
        hello = newHello;
        faults.clear();
        long now = context.lease().nanos();
        notBefore.values().removeIf(nanos -> nanos - now <= 0);
        List<Endpoint> all = context.settings().endpoints();
        all.stream().filter(endpoint -> !last.contains(endpoint)).forEach(endpoints::add);
        all.stream().filter(last::contains).forEach(endpoints::add);
        endpoints.removeIf(notBefore::containsKey);
        next();
    }

    /** That gateway has said for how long it is not to be tried. */
    void notBefore(Endpoint endpoint, GatewayException fault) {
        fault.retryAfter()
                .ifPresent(delay -> notBefore.put(endpoint, context.lease().nanos() + Measures.nanos(delay)));
    }

    /** How long until one of the gateways may be tried. */
    long waitNanos() {
        long now = context.lease().nanos();
        long least = Long.MAX_VALUE;
        for (Endpoint endpoint : context.settings().endpoints()) {
            Long nanos = notBefore.get(endpoint);
            least = Math.min(least, nanos == null ? 0 : Math.max(0, nanos - now));
        }
        return least;
    }

    /** Ends the round; nobody is told. */
    void cancel() {
        step++;
        timer.cancel();
        endpoints.clear();
        targets.clear();
        lookedUp = null;
        Connection trying = connection;
        connection = null;
        if (trying != null) {
            trying.end(Faults.closed());
        }
    }

    private void next() {
        step++;
        timer.cancel();
        connection = null;
        Target target = targets.poll();
        if (target != null) {
            connect(target);
            return;
        }
        Endpoint endpoint = endpoints.poll();
        if (endpoint == null) {
            listener.notDialled(Faults.notConnected(faults), false);
        } else {
            lookUp(endpoint);
        }
    }

    private void startTimer() {
        context.lease().wheel().start(timer, Measures.nanos(context.settings().connectTimeout()));
    }

    private void lookUp(Endpoint endpoint) {
        int thisStep = step;
        lookedUp = endpoint;
        startTimer();
        context.lease().dispatch(() -> {
            try {
                InetAddress[] addresses = InetAddress.getAllByName(endpoint.host());
                context.handover().execute(() -> lookedUp(thisStep, endpoint, addresses));
            } catch (UnknownHostException e) {
                context.handover().execute(() -> fault(thisStep, Faults.connectFailed(endpoint, e)));
            }
        });
    }

    private void lookedUp(int ofStep, Endpoint endpoint, InetAddress[] addresses) {
        if (ofStep == step) {
            lookedUp = null;
            for (InetAddress address : addresses) {
                targets.add(new Target(endpoint, new InetSocketAddress(address, endpoint.port())));
            }
            next();
        }
    }

    private void fault(int ofStep, GatewayException fault) {
        if (ofStep == step) {
            lookedUp = null;
            faults.add(fault);
            next();
        }
    }

    private void connect(Target target) {
        Transport.Opener opener = openers.opener(target.endpoint());
        Connection trying =
                new Connection(context.lease(), target.endpoint(), opener.hello(hello), context.budget(), this);
        connection = trying;
        startTimer();
        trying.opening(opener.open(target.address(), trying, new ConnectionFrames(trying, serving)));
    }

    private void tooLate() {
        Connection trying = connection;
        if (trying != null) {
            trying.end(Faults.unavailable(trying.endpoint() + ": no welcome within the connect timeout"));
        } else if (lookedUp != null) {
            fault(step, Faults.unavailable(lookedUp + ": the name was not found within the connect timeout"));
        }
    }

    @Override
    public void welcomed(Connection welcomed, Frame.Welcome welcome) {
        step++;
        timer.cancel();
        endpoints.clear();
        targets.clear();
        connection = null;
        notBefore.remove(welcomed.endpoint());
        listener.dialled(welcomed, welcome);
    }

    @Override
    public void ended(Connection ended, GatewayException reason, boolean isFinal) {
        if (ended != connection) {
            return;
        }
        if (isFinal) {
            cancel();
            listener.notDialled(reason, true);
        } else {
            notBefore(ended.endpoint(), reason);
            fault(step, reason);
        }
    }

    @Override
    public void goingAway(Connection draining, Frame.GoAway goAway) {
        // cannot be before the welcome
    }

    @Override
    public void progressed(Connection moving) {
        // nobody waits yet
    }
}
