package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Makes the request anew for each subscriber. */
record StreamPublisher(ClientContext context, Outlet outlet, Request request) implements Flow.Publisher<Response> {
    @Override
    public void subscribe(Flow.Subscriber<? super Response> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        int bytes = Measures.of(request.headers(), request.payload());
        GatewayException fault = take(bytes);
        if (fault != null) {
            StreamSignals signals = new StreamSignals(context.lease(), subscriber, () -> {}, () -> {});
            subscriber.onSubscribe(new Refused(signals));
            signals.complete(fault);
            signals.open();
            return;
        }
        long timeoutNanos =
                Measures.nanos(request.timeout().orElse(context.settings().requestTimeout()));
        new StreamCall(context, outlet, request, timeoutNanos, bytes, subscriber).subscribe(subscriber);
    }

    private @Nullable GatewayException take(int bytes) {
        if (!context.budget().takeRequest()) {
            return Faults.tooManyRequests(context.budget().requestLimit());
        }
        if (!context.budget().takeBytes(bytes)) {
            context.budget().releaseRequest();
            return Faults.tooManyBytes(context.budget().byteLimit());
        }
        return null;
    }

    /** A subscription that was over before it began. */
    private record Refused(StreamSignals signals) implements Flow.Subscription {
        @Override
        public void request(long n) {
            // there is nothing to come
        }

        @Override
        public void cancel() {
            signals.cancel();
        }
    }
}
