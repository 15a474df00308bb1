package io.socketgateway.client;

import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A subscriber that collects, and asks for nothing by itself beyond what it was told to ask first. */
final class Collecting implements Flow.Subscriber<Response> {
    final List<String> texts = new CopyOnWriteArrayList<>();
    final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final CompletableFuture<Throwable> end = new CompletableFuture<>(); // null: completed
    private final AtomicInteger atOnce = new AtomicInteger();
    private final long first;
    volatile boolean overlapped;
    volatile boolean onEventLoop;

    Collecting(long first) {
        this.first = first;
    }

    Flow.Subscription subscription() {
        return subscription.join();
    }

    /** Why it ended; null if it completed. */
    Throwable end() {
        try {
            return end.get(ScriptedGateway.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("the stream did not end", e);
        }
    }

    boolean hasEnded() {
        return end.isDone();
    }

    void awaitTexts(int count) {
        await().until(() -> texts.size() >= count);
    }

    private void signal(Runnable action) {
        overlapped |= atOnce.incrementAndGet() != 1;
        onEventLoop |= Threads.isEventLoop();
        action.run();
        atOnce.decrementAndGet();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        signal(() -> {
            subscription.complete(given);
            if (first > 0) {
                given.request(first);
            }
        });
    }

    @Override
    public void onNext(Response response) {
        signal(() -> texts.add(response.text()));
    }

    @Override
    public void onError(Throwable fault) {
        signal(() -> end.complete(fault));
    }

    @Override
    public void onComplete() {
        signal(() -> end.complete(null));
    }
}
