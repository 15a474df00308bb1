package io.socketgateway.client.internal;

import io.socketgateway.client.DropListener;
import io.socketgateway.client.EndListener;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.MessageHandler;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.client.Subscription;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.SubjectPattern;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A subscription: what the gateway knows of it, and the queue before its handler. */
final class SubscriptionEntry implements Subscription {
    private static final Logger log = LoggerFactory.getLogger(SubscriptionEntry.class);

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
        Headers headers = headers(options);
        DropListener listener = options.dropListener();
        this.queue = new MessageQueue(
                context,
                handler,
                options,
                listener == null ? null : count -> listener.dropped(this, count),
                this::overflown,
                onIdle);
        this.registration = new Registration(
                context,
                registry,
                id -> new Frame.Subscribe(id, pattern, group, true, headers),
                queue::offer,
                fault -> tellEnd(options.endListener(), fault),
                () -> {});
    }

    /** What the gateway is to know of the options, but for its own defaults. */
    private static Headers headers(SubscribeOptions options) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (options.overflow() != Overflow.DROP_OLDEST) {
            headers.put(Overflow.OPTION, options.overflow().text());
        }
        if (options.gatewayBuffer() > 0) {
            headers.put(Overflow.BUFFER_OPTION, Integer.toString(options.gatewayBuffer()));
        }
        return Headers.of(headers);
    }

    private void overflown() {
        registration.giveUp(Faults.handlerTooSlow());
    }

    private void tellEnd(@Nullable EndListener listener, GatewayException fault) {
        if (listener != null && !closed) {
            context.lease().dispatch(() -> {
                try {
                    listener.ended(this, fault);
                } catch (RuntimeException | Error e) {
                    log.warn("an end listener failed", e);
                }
            });
        }
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
