package io.socketgateway.client.internal;

import io.socketgateway.client.DropListener;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.MessageHandler;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.client.Subscription;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.SubjectPattern;
import java.util.Optional;

/** A subscription: what the gateway knows of it, and the queue before its handler. */
final class SubscriptionEntry implements Subscription {
    private final ClientContext context;
    private final SubjectPattern pattern;
    private final String group;
    private final MessageQueue queue;
    private final Registration registration;
    private volatile boolean closed; // by its owner; the loop follows

    SubscriptionEntry(
            ClientContext context,
            Registry registry,
            SubjectPattern pattern,
            SubscribeOptions options,
            MessageHandler handler,
            Runnable onIdle) {
        this.context = context;
        this.pattern = pattern;
        this.group = options.group();
        DropListener listener = options.dropListener();
        this.queue = new MessageQueue(
                context,
                handler,
                options.queueCapacity(),
                listener == null ? null : count -> listener.dropped(this, count),
                onIdle);
        this.registration = new Registration(
                context,
                registry,
                id -> new Frame.Subscribe(id, pattern, group, true, Headers.EMPTY),
                queue::offer,
                () -> {});
    }

    Registration registration() {
        return registration;
    }

    MessageQueue queue() {
        return queue;
    }

    @Override
    public String pattern() {
        return pattern.value();
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public long dropped() {
        return queue.dropped();
    }

    @Override
    public boolean isActive() {
        return !closed && registration.isActive();
    }

    @Override
    public Optional<GatewayException> failure() {
        return Optional.ofNullable(registration.failure());
    }

    @Override
    public void close() {
        closed = true;
        queue.close();
        context.handover().execute(registration::close);
    }

    @Override
    public String toString() {
        return "Subscription[" + pattern + "]";
    }
}
