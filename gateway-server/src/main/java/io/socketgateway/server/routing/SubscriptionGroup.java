package io.socketgateway.server.routing;

import io.socketgateway.server.loop.Loop;
import org.jspecify.annotations.Nullable;

/** Subscriptions that share the messages of a pattern: each goes to one of them in turn. Read by any loop. */
final class SubscriptionGroup {
    private final Ring<Subscription> members = new Ring<>();
    private volatile int turn; // after the one chosen last; loops that choose at once may choose the same

    Ring<Subscription> members() {
        return members;
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
        int start = turn;
        Subscription behind = null;
        for (int i = 0; i < count; i++) {
            int index = (start + i) % count;
            Subscription member = members.get(index);
            if (member != null) {
                if (member.takesMore()) {
                    turn = index + 1;
                    return member;
                }
                behind = behind == null ? member : behind;
            }
        }
        turn = count == 0 ? 0 : (start + 1) % count; // all are behind: the next time another one falls further
        return behind;
    }
}
