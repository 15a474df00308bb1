package io.socketgateway.server.routing;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.server.loop.Loop;

/**
 * All that routing needs of a session. Its methods belong to {@link #loop()}, except for those that say otherwise.
 */
public interface Peer extends Loop.Speaker {
    /** The loop that owns this peer. Any thread. */
    Loop loop();

    /** What carries its frames. Any thread. */
    Carrier carrier();

    /** Who this is, for workers, services and logs. Any thread. */
    Caller caller();

    /**
     * Sends an answer or a control frame; they keep their order and are never dropped while the peer lives.
     *
     * @return false, and nothing is sent, if the frame is longer than the peer takes
     */
    boolean send(Frame frame);

    /**
     * What takes the messages of one of the peer's subscriptions.
     *
     * @param subscriptionId 0: messages to the peer itself
     * @param overflow what becomes of messages for which there is no room
     * @param capacity how many may wait, whatever their size
     */
    Mailbox mailbox(int subscriptionId, Overflow overflow, int capacity);

    /** Whether a worker may be given more; false while too much waits for it. Any thread. */
    boolean takesRequests();

    /** Whether one more answer may wait for this peer. */
    boolean takesAnswers();

    /** Whether so much waits for this peer that it should not be promised more. */
    boolean isBehind();

    /** Told when the last thing under way for this peer has ended: a half-closed one closes now. */
    void idle();
}
