package io.socketgateway.server.routing;

import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.loop.Loop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subscriptions of one pattern. Those without a group stand in one ring for each loop, which that loop alone walks:
 * publishing to any number of them is one message to each loop. Changes are made by the subscriber's loop with the tree's
 * lock held.
 */
final class Topic {
    private static final Logger LOG = LoggerFactory.getLogger(Topic.class);

    private final Local[] locals; // by loop index
    private final Map<String, SubscriptionGroup> groups = new ConcurrentHashMap<>(2);
    private int size;

    Topic(List<Loop> loops) {
        locals = loops.stream().map(Local::new).toArray(Local[]::new);
    }

    /** The subscriptions of one loop. */
    private static final class Local implements Loop.Recipient {
        final Loop loop;
        final Ring<Subscription> members = new Ring<>();
        private long walk;

        Local(Loop loop) {
            this.loop = loop;
        }

        /**
         * Walks backwards, so that one which ends meanwhile hides no other. The one that takes its place may be met again.
         */
        @Override
        public void receive(Object message) {
            Delivery delivery = (Delivery) message;
            long thisWalk = ++walk;
            for (int i = members.size() - 1; i >= 0; i--) {
                Subscription member = members.get(i);
                if (member != null) {
                    deliver(member, thisWalk, delivery.message());
                }
            }
            delivery.delivered(loop);
        }
    }

    /** A fault of ours in one member must not cost the others their message. */
    private static void deliver(Subscription member, long walk, SharedMessage message) {
        try {
            member.deliverOnce(walk, message);
        } catch (RuntimeException e) {
            LOG.error("internal error while a message was delivered to {}", member.peer(), e);
        }
    }

    void add(Subscription subscription) {
        size++;
        if (subscription.groupName().isEmpty()) {
            Ring<Subscription> members = locals[subscription.peer().loop().index()].members;
            subscription.placed(null, members.add(subscription));
            return;
        }
        SubscriptionGroup group = groups.computeIfAbsent(subscription.groupName(), name -> new SubscriptionGroup());
        subscription.placed(group, group.members().add(subscription));
    }

    /** Removes a subscription; tells whether none is left. */
    boolean remove(Subscription subscription) {
        Ring.Place<Subscription> place = subscription.leave();
        if (place == null) {
            return false;
        }
        size--;
        if (subscription.groupName().isEmpty()) {
            locals[subscription.peer().loop().index()].members.remove(place);
            return size == 0;
        }
        SubscriptionGroup group = groups.get(subscription.groupName());
        if (group != null) {
            group.members().remove(place);
            if (group.members().isEmpty()) {
                groups.remove(subscription.groupName());
            }
        }
        return size == 0;
    }

    /** Sends a message on its way to every loop that has subscriptions, and to one of each group. Any loop. */
    void publish(Loop from, Delivery delivery) {
        for (Local local : locals) {
            if (!local.members.isEmpty()) {
                delivery.expected();
                from.hand(local.loop, local, delivery);
            }
        }
        if (!groups.isEmpty()) {
            for (SubscriptionGroup group : groups.values()) {
                delivery.expected();
                group.deliver(from, delivery);
            }
        }
    }
}
