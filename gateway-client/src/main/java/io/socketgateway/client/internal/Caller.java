package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.FrameCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Makes calls out of what the user asks for, within the budget. Any thread may use it. */
final class Caller {
    private final ClientContext context;
    private final Outlet outlet;

    Caller(ClientContext context, Outlet outlet) {
        this.context = context;
        this.outlet = outlet;
    }

    CompletableFuture<Response> request(Request request) {
        return begin(request, false);
    }

    /** Asks and waits; the answer may come straight from the event loop. */
    Response requestAndWait(Request request) {
        return await(begin(request, true));
    }

    private CompletableFuture<Response> begin(Request request, boolean onLoop) {
        Subject subject = Subject.of(request.subject());
        return begin(
                (id, millisLeft) ->
                        new Frame.Request(id, subject, millisLeft, Frame.ABSENT, request.headers(), request.payload()),
                Measures.of(request.headers(), request.payload()),
                Measures.nanos(request.timeout().orElse(context.settings().requestTimeout())),
                request.retries().orElse(context.settings().retries()),
                onLoop);
    }

    private CompletableFuture<Response> begin(
            RequestCall.FrameMaker maker, int bytes, long timeoutNanos, int retries, boolean onLoop) {
        if (!context.budget().takeRequest()) {
            return CompletableFuture.failedFuture(
                    Faults.tooManyRequests(context.budget().requestLimit()));
        }
        if (!context.budget().takeBytes(bytes)) {
            context.budget().releaseRequest();
            return CompletableFuture.failedFuture(
                    Faults.tooManyBytes(context.budget().byteLimit()));
        }
        RequestCall call = new RequestCall(context, outlet, maker, bytes, timeoutNanos, retries, onLoop);
        context.handover().execute(call);
        return call.future();
    }

    CompletableFuture<Void> publishConfirmed(Subject subject, Headers headers, Payload payload) {
        CompletableFuture<Response> confirmation = begin(
                (id, millisLeft) -> new Frame.Publish(id, subject, true, headers, payload),
                Measures.of(headers, payload),
                Measures.nanos(context.settings().requestTimeout()),
                context.settings().retries(),
                false);
        return mapped(confirmation, response -> null);
    }

    void publish(Subject subject, Headers headers, Payload payload) {
        Connection connection = outlet.forMessages();
        if (connection == null) {
            throw Faults.unavailable("not connected").rethrown();
        }
        Frame.Publish frame = new Frame.Publish(0, subject, false, headers, payload);
        if (!FrameCodec.fits(frame, Form.BINARY, connection.maxFrameBytes())) {
            throw connection.tooLarge().rethrown();
        }
        int bytes = Measures.of(headers, payload);
        if (!context.budget().takeBytes(bytes)) {
            throw Faults.tooManyBytes(context.budget().byteLimit()).rethrown();
        }
        Publication publication = new Publication(context, outlet, frame, bytes);
        context.handover().execute(publication);
    }

    /** Maps the value where futures complete; a cancellation goes back to the source, unlike with {@code thenApply}. */
    static <S, T> CompletableFuture<T> mapped(CompletableFuture<S> source, Mapping<? super S, ? extends T> mapping) {
        CompletableFuture<T> target = new CompletableFuture<>();
        source.whenComplete((value, fault) -> {
            if (fault != null) {
                target.completeExceptionally(fault);
                return;
            }
            try {
                target.complete(mapping.apply(value));
            } catch (RuntimeException e) {
                target.completeExceptionally(e);
            }
        });
        target.whenComplete((value, fault) -> {
            if (fault != null) {
                source.cancel(false);
            }
        });
        return target;
    }

    /** A function that may yield null, as that of {@code CompletableFuture<Void>} must. */
    interface Mapping<S, T> {
        @Nullable
        T apply(S value);
    }

    /** Waits; whoever is interrupted meanwhile cancels the future. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.CANCELLED, "interrupted while waiting", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof GatewayException fault
                    ? fault.rethrown()
                    : new GatewayException(ErrorCode.FAILED, String.valueOf(e.getMessage()), e.getCause());
        }
    }

    /** A subject of the user's. */
    static Subject subject(String value) {
        try {
            return Subject.of(value);
        } catch (ProtocolException e) {
            throw Faults.of(e).rethrown();
        }
    }
}
