package io.socketgateway.server.routing;

import io.socketgateway.server.loop.Loop;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Subscriptions that share the messages of a pattern: each goes to one of them in turn. Read by any loop. */
final class SubscriptionGroup {
    private final Ring<Subscription> members = new Ring<>();
    private final AtomicInteger turn = new AtomicInteger();
    private Ring.@Nullable Place<SubscriptionGroup> place; // among the topic's groups; guarded by the tree's lock

    Ring<Subscription> members() {
        return members;
    }

    void placed(Ring.Place<SubscriptionGroup> at) {
        place = at;
    }

    Ring.@Nullable Place<SubscriptionGroup> place() {
        return place;
    }

    /** Hands the message to the next member, rather to one that is not behind; nobody is no fault. */
    void deliver(Loop from, Delivery delivery) {
        Subscription chosen = choose();
        if (chosen == null) {
            delivery.delivered(from);
        } else {
            from.hand(chosen.peer().loop(), chosen, delivery);
        }
    }

    private @Nullable Subscription choose() {
        int count = members.size();
        int start = turn.getAndIncrement() & Integer.MAX_VALUE;
        Subscription behind = null;
        for (int i = 0; i < count; i++) {
            Subscription member = members.get((start + i) % count);
            if (member != null) {
                if (member.peer().takesRequests()) {
                    return member;
                }
                behind = behind == null ? member : behind;
            }
        }
        return behind;
    }
}
