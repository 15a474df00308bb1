package io.socketgateway.server.routing;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.metrics.Tally;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who serves and who subscribes to what. Shared by all loops; reading takes no lock. */
public final class Router {
    /** The first token that belongs to the gateway. */
    static final String GATEWAY = "gateway";
    /** The first token of the clients' own subjects. */
    static final String CLIENT = "client";
    /** What a client answers itself. */
    static final SubjectPattern ANY_CLIENT = SubjectPattern.of("client.*");

    private final SubjectTree<Topic> topics = new SubjectTree<>();
    private final SubjectTree<WorkerPool> pools = new SubjectTree<>();
    private final List<Loop> loops;
    private final Clients clients;
    private final LimitsConfig limits;
    private final Counters counters;

    /** A router without workers and subscribers. */
    public Router(List<Loop> loops, Clients clients, LimitsConfig limits, Counters counters) {
        this.loops = List.copyOf(loops);
        this.clients = clients;
        this.limits = limits;
        this.counters = counters;
    }

    /** A new session's part in the messaging. */
    public Party join(Peer peer) {
        return new Party(this, peer);
    }

    /** Whether so much waits for all clients that there should be no more subscriptions. */
    boolean isOverloaded() {
        return clients.areBehind();
    }

    /** Whether a subject names a client, or would if it were right. */
    public static boolean isClient(Subject subject) {
        return subject.startsWithToken(CLIENT);
    }

    /** Offers a worker. Any thread, one change of a worker at a time. */
    public void add(Worker worker) {
        counters.services.increment();
        pools.change(worker.pattern(), pattern -> new WorkerPool(), pool -> pool.add(worker));
    }

    /** Withdraws a worker; its requests under way finish. Any thread, one change of a worker at a time. */
    public void remove(Worker worker) {
        counters.services.decrement();
        pools.changeOrRemove(worker.pattern(), pool -> pool.remove(worker));
    }

    void add(Subscription subscription) {
        counters.subscriptions.increment();
        topics.change(subscription.pattern(), pattern -> new Topic(loops), topic -> topic.add(subscription));
    }

    void remove(Subscription subscription) {
        counters.subscriptions.decrement();
        topics.changeOrRemove(subscription.pattern(), topic -> topic.remove(subscription));
    }

    LimitsConfig limits() {
        return limits;
    }

    Counters counters() {
        return counters;
    }

    /** Whether anybody serves that subject, willing or not. */
    boolean isServed(Subject subject) {
        return isClient(subject)
                ? client(subject) != null
                : !pools.match(subject).isEmpty();
    }

    /** The next worker of the most specific pattern, or the client that the subject names; null if there is none. */
    @Nullable
    Worker nextWorker(Subject subject) {
        if (isClient(subject)) {
            Party client = client(subject);
            return client == null ? null : client.self();
        }
        List<WorkerPool> matching = pools.match(subject);
        return matching.isEmpty() ? null : matching.get(0).next();
    }

    @Nullable
    Party client(Subject subject) {
        return subject.tokenCount() == 2 ? clients.find(subject.token(1)) : null;
    }

    /** Publishes once to every matching subscription, and to one of each group; returns the refusal, or null. */
    Frame.@Nullable Error publish(Party publisher, Frame.Publish publish) {
        Subject subject = publish.subject();
        if (subject.startsWithToken(GATEWAY)) {
            return Frame.Error.of(
                    publish.id(), ErrorCode.FORBIDDEN, "subject: '" + subject + "' belongs to the gateway");
        }
        Party addressee = null;
        if (isClient(subject)) {
            addressee = client(subject);
            if (addressee == null) {
                return Frame.Error.of(publish.id(), ErrorCode.NO_WORKER, "no such client: '" + subject + "'");
            }
        }
        publisher.tally().increment(Tally.Count.MESSAGE_PUBLISHED);
        SharedMessage message = new SharedMessage(new Frame.Message(0, subject, publish.headers(), publish.payload()));
        Delivery delivery =
                new Delivery(message, publish.confirm() ? new PublishReceipt(publisher, publish.id()) : null);
        Loop from = publisher.loop();
        if (addressee != null) {
            delivery.expected();
            from.hand(addressee.loop(), addressee.inbox(), delivery);
        } else {
            List<Topic> matching = topics.match(subject);
            for (int i = 0; i < matching.size(); i++) {
                matching.get(i).publish(from, delivery);
            }
        }
        delivery.delivered(from); // the publisher's own share
        return null;
    }
}
