package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads a publisher by waiting for each response; asks for more as it reads. One thread reads. */
final class BlockingStream implements Flow.Subscriber<Response>, Iterator<Response> {
    private static final int WINDOW = 64;

    /** A response, or the end; with a fault, if that is how it ended. */
    private record Signal(
            @Nullable Response response, @Nullable Throwable fault) {}

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private volatile Flow.@Nullable Subscription subscription;
    private @Nullable Signal next;
    private int taken;

    private BlockingStream() {}

    static Stream<Response> of(Flow.Publisher<Response> publisher) {
        BlockingStream reading = new BlockingStream();
        publisher.subscribe(reading);
        Spliterator<Response> spliterator =
                Spliterators.spliteratorUnknownSize(reading, Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(spliterator, false).onClose(reading::cancel);
    }

    private void cancel() {
        Flow.Subscription upstream = subscription;
        if (upstream != null) {
            upstream.cancel();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        upstream.request(WINDOW);
    }

    @Override
    public void onNext(Response response) {
        signals.add(new Signal(response, null));
    }

    @Override
    public void onError(Throwable fault) {
        signals.add(new Signal(null, fault));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(null, null));
    }

    @Override
    public boolean hasNext() {
        Signal signal = next;
        if (signal == null) {
            signal = take();
            next = signal;
        }
        Throwable fault = signal.fault();
        if (fault != null) {
            throw fault instanceof GatewayException known
                    ? known.rethrown()
                    : new GatewayException(ErrorCode.FAILED, String.valueOf(fault.getMessage()), fault);
        }
        return signal.response() != null;
    }

    private Signal take() {
        try {
            return signals.take();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.CANCELLED, "interrupted while waiting", e);
        }
    }

    @Override
    public Response next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Signal signal = next;
        Response response = signal == null ? null : signal.response();
        if (response == null) {
            throw new NoSuchElementException();
        }
        next = null;
        Flow.Subscription upstream = subscription;
        if (++taken % (WINDOW / 2) == 0 && upstream != null) {
            upstream.request(WINDOW / 2);
        }
        return response;
    }
}
