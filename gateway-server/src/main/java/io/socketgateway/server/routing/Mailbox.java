package io.socketgateway.server.routing;

import io.socketgateway.protocol.codec.SharedMessage;

/** What takes the messages of one subscription on behalf of its peer. Belongs to the peer's loop. */
public interface Mailbox {
    /** Sends a message, now or when its turn comes; may drop it, or another, and counts what it drops. */
    void deliver(SharedMessage message);

    /** Whether one more message would neither be dropped nor cost another one its place. Any thread. */
    boolean takesMore();

    /** The subscription has ended: what still waits is dropped and counted. */
    void close();
}
