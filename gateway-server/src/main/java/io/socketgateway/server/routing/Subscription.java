package io.socketgateway.server.routing;

import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.loop.Loop;
import org.jspecify.annotations.Nullable;

/** One client's wish for the messages of a pattern. Belongs to the loop of its peer; {@link Topic} places it. */
final class Subscription implements Loop.Recipient {
    private final Peer peer;
    private final Mailbox mailbox;
    private final SubjectPattern pattern;
    private final String groupName; // empty: none
    private @Nullable SubscriptionGroup group;
    private long latestWalk;
    private Ring.@Nullable Place<Subscription> place; // null before it stands among the others and once it has ended

    Subscription(Peer peer, Mailbox mailbox, SubjectPattern pattern, String groupName) {
        this.peer = peer;
        this.mailbox = mailbox;
        this.pattern = pattern;
        this.groupName = groupName;
    }

    Peer peer() {
        return peer;
    }

    SubjectPattern pattern() {
        return pattern;
    }

    String groupName() {
        return groupName;
    }

    void placed(@Nullable SubscriptionGroup in, Ring.Place<Subscription> at) {
        group = in;
        place = at;
    }

    /** Gives up its place, which it had since it was placed. */
    Ring.@Nullable Place<Subscription> leave() {
        Ring.Place<Subscription> at = place;
        place = null;
        return at;
    }

    /** Delivers the message of a walk; if the same walk comes by again, nothing. */
    void deliverOnce(long walk, SharedMessage message) {
        if (walk != latestWalk) {
            latestWalk = walk;
            deliver(message);
        }
    }

    void deliver(SharedMessage message) {
        mailbox.deliver(message);
    }

    /** Whether one more message would cost none. Any thread. */
    boolean takesMore() {
        return mailbox.takesMore();
    }

    /** It has ended: what still waits for it is dropped. */
    void close() {
        mailbox.close();
    }

    /** A message for the group, of which this one was chosen; if it has ended meanwhile, another gets it. */
    @Override
    public void receive(Object message) {
        Delivery delivery = (Delivery) message;
        if (place == null && group != null) {
            group.deliver(peer.loop(), delivery);
        } else {
            deliver(delivery.message());
            delivery.delivered(peer.loop());
        }
    }
}
