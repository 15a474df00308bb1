package io.socketgateway.server.routing;

import java.util.concurrent.atomic.LongAdder;

/** What is not answered or is dropped is counted here, so that nothing is lost silently. Any thread. */
public final class Counters {
    /** Messages dropped because too much waited for the subscriber. */
    public final LongAdder messagesDroppedBacklog = new LongAdder();
    /** Messages dropped because they were longer than the subscriber takes. */
    public final LongAdder messagesDroppedTooLarge = new LongAdder();
    /** Frames with id 0 that were refused: nobody can be told. */
    public final LongAdder refusedWithoutId = new LongAdder();
    /** Connections refused because there were too many sessions. */
    public final LongAdder sessionsRefused = new LongAdder();
    /** Connections accepted. */
    public final LongAdder connectionsAccepted = new LongAdder();
    /** Sessions that the gateway closed with an error. */
    public final LongAdder sessionsClosedWithError = new LongAdder();
}
