package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.time.TimerWheel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A PING of the user's. Runs on the event loop; its future completes on the executor. */
final class PingCall implements OutgoingCall, Runnable {
    private final ClientContext context;
    private final Outlet outlet;
    private final CompletableFuture<Duration> future = new CompletableFuture<>();
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::tooLate);
    private @Nullable Connection connection;
    private int id;
    private long sentNanos;

    PingCall(ClientContext context, Outlet outlet) {
        this.context = context;
        this.outlet = outlet;
    }

    CompletableFuture<Duration> future() {
        return future;
    }

    @Override
    public void run() {
        context.lease().wheel().start(timer, Measures.nanos(context.settings().requestTimeout()));
        outlet.submit(this);
    }

    @Override
    public void transmit(Connection open) {
        connection = open;
        id = open.nextId();
        sentNanos = context.lease().nanos();
        open.measure(this, new Frame.Ping(id, Payload.EMPTY));
    }

    @Override
    public void ponged() {
        timer.cancel();
        Duration roundTrip = Duration.ofNanos(context.lease().nanos() - sentNanos);
        if (connection != null) {
            connection.abandon(id, false);
        }
        context.lease().dispatch(() -> future.complete(roundTrip));
    }

    /** One that is lost in a datagram does not hold up the end of the client. */
    @Override
    public boolean isUnderWay() {
        return connection == null || !connection.endpoint().isDatagram();
    }

    @Override
    public boolean answered(Frame.Response response) {
        return false; // a PING is not answered by RESPONSE
    }

    @Override
    public void failed(GatewayException fault) {
        timer.cancel();
        context.lease().dispatch(() -> future.completeExceptionally(fault));
    }

    @Override
    public void refused(GatewayException fault) {
        failed(fault);
    }

    private void tooLate() {
        outlet.withdraw(this);
        if (connection != null) {
            connection.abandon(id, false);
        }
        failed(Faults.mayHaveBeenProcessed(ErrorCode.DEADLINE, "no answer within the timeout"));
    }
}
