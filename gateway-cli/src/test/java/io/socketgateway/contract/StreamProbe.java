package io.socketgateway.contract;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

/** A subscriber that asks when the test says so and keeps what comes. */
final class StreamProbe implements Flow.Subscriber<Response> {
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();

    /** Subscribes a new probe. */
    static StreamProbe on(Flow.Publisher<Response> publisher) {
        StreamProbe probe = new StreamProbe();
        publisher.subscribe(probe);
        return probe;
    }

    StreamProbe request(long n) {
        Await.value(subscription).request(n);
        return this;
    }

    void cancel() {
        Await.value(subscription).cancel();
    }

    /** What has come so far. */
    List<String> texts() {
        return List.copyOf(texts);
    }

    /** Waits until that many have come. */
    List<String> await(int count) {
        Await.until(count + " responses", () -> texts.size() >= count);
        return texts();
    }

    /** Waits for the end, which must be good. */
    List<String> completed() {
        Await.value(end);
        return texts();
    }

    /** Waits for the end, which must be an error. */
    GatewayException failed() {
        return Await.failure(end);
    }

    /** Its end: completion, or the error. */
    CompletableFuture<Void> end() {
        return end;
    }

    boolean isEnded() {
        return end.isDone();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.complete(given);
    }

    @Override
    public void onNext(Response response) {
        texts.add(response.text());
    }

    @Override
    public void onError(Throwable fault) {
        end.completeExceptionally(fault);
    }

    @Override
    public void onComplete() {
        end.complete(null);
    }
}
