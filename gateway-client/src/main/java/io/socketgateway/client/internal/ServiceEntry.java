package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.client.Service;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.SubjectPattern;
import java.util.Optional;

/** A service: what the gateway knows of it, who answers, and how many at once. */
final class ServiceEntry implements Service {
    private final ClientContext context;
    private final SubjectPattern pattern;
    private final String group;
    private final Answerer answerer;
    private final WorkGate gate;
    private final Registration registration;
    private volatile boolean closed; // by its owner; the loop follows

    ServiceEntry(
            ClientContext context,
            Registry registry,
            ServiceTable table,
            SubjectPattern pattern,
            ServeOptions options,
            Answerer answerer) {
        this.context = context;
        this.pattern = pattern;
        this.group = options.group();
        this.answerer = answerer;
        this.gate = new WorkGate(options.concurrency(), options.queueCapacity());
        this.registration = new Registration(
                context,
                registry,
                id -> new Frame.Serve(id, pattern, group, true, Headers.EMPTY),
                message -> {},
                fault -> {},
                () -> table.remove(this));
    }

    SubjectPattern subjects() {
        return pattern;
    }

    Answerer answerer() {
        return answerer;
    }

    WorkGate gate() {
        return gate;
    }

    Registration registration() {
        return registration;
    }

    @Override
    public String pattern() {
        return pattern.value();
    }

    @Override
    public String group() {
        return group.isEmpty() ? "default" : group;
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
        context.handover().execute(registration::close);
    }

    @Override
    public String toString() {
        return "Service[" + pattern + "]";
    }
}
