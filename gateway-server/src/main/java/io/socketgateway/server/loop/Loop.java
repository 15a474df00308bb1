package io.socketgateway.server.loop;

import io.netty.channel.SingleThreadEventLoop;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop as the rooms above see it: its time, its timers, and the way to the other loops.
 *
 * <p>What one turn hands to one other loop goes as one task, in order; what was said to sessions in a turn is written
 * when the turn ends. Except for {@link #handFromOutside} all methods belong to the loop's own thread.
 */
public final class Loop {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    /** Whatever takes messages on the loop that owns it. */
    public interface Recipient {
        /** Takes a message; called on the owner's loop. */
        void receive(Object message);
    }

    /** Whatever gathers what it has to say until the turn ends. */
    public interface Speaker {
        /** Writes what was said in this turn. */
        void flush();
    }

    private final int index;
    private final SingleThreadEventLoop eventLoop;
    private final NanoClock clock;
    private final TimerWheel timers;
    private final @Nullable Batch[] outboxes; // by the other loop's index
    private final ArrayList<Loop> targets = new ArrayList<>(); // those with something in their outbox
    private ArrayList<Speaker> spoken = new ArrayList<>(); // to be flushed when the turn ends
    private ArrayList<Speaker> flushing = new ArrayList<>();
    private boolean turnEnds;
    private long nowNanos;

    private final Queue<Recipient> outsideRecipients = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean outsideScheduled = new AtomicBoolean();

    /** The loop of that index among so many. */
    public Loop(int index, int loops, SingleThreadEventLoop eventLoop, NanoClock clock) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.timers = new TimerWheel(clock);
        this.outboxes = new @Nullable Batch[loops];
        this.nowNanos = clock.nanos();
    }

    /** Starts the one periodic task that this loop has. */
    public void start() {
        eventLoop.execute(() -> {
            var unused = eventLoop.scheduleAtFixedRate(
                    this::tick, TimerWheel.TICK_NANOS, TimerWheel.TICK_NANOS, TimeUnit.NANOSECONDS);
        });
    }

    private void tick() {
        readClock();
        timers.advance();
    }

    /** Its place among the loops, from 0. */
    public int index() {
        return index;
    }

    /** The event loop itself. */
    public SingleThreadEventLoop eventLoop() {
        return eventLoop;
    }

    /** All timers of this loop. */
    public TimerWheel timers() {
        return timers;
    }

    /** The time as of the latest {@link #readClock}: at most some ten milliseconds old. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Reads the clock; called once for each batch of received bytes or of messages from another loop. */
    public long readClock() {
        nowNanos = clock.nanos();
        return nowNanos;
    }

    /** Has it flush when this turn ends. It asks once a turn. */
    public void flushAtTurnEnd(Speaker speaker) {
        spoken.add(speaker);
        endTurnLater();
    }

    /** Hands a message to what another loop owns, or to what this one does: then at once. */
    public void hand(Loop target, Recipient recipient, Object message) {
        if (target == this) {
            recipient.receive(message);
            return;
        }
        Batch batch = outboxes[target.index];
        if (batch == null) {
            batch = new Batch(target);
            outboxes[target.index] = batch;
            targets.add(target);
            endTurnLater();
        }
        batch.add(recipient, message);
    }

    private void endTurnLater() {
        if (!turnEnds) {
            turnEnds = true;
            eventLoop.executeAfterEventLoopIteration(this::endTurn);
        }
    }

    private void endTurn() {
        turnEnds = false;
        for (int i = 0; i < targets.size(); i++) {
            Loop target = targets.get(i);
            Batch batch = outboxes[target.index];
            outboxes[target.index] = null;
            if (batch != null) {
                target.execute(batch);
            }
        }
        targets.clear();
        ArrayList<Speaker> speakers = spoken;
        spoken = flushing; // a flush may make it speak again: that is the next turn's
        flushing = speakers;
        for (int i = 0; i < speakers.size(); i++) {
            speakers.get(i).flush();
        }
        speakers.clear();
    }

    /** Hands over from any thread that is no loop's: those calls that meet before the loop runs share one task. */
    public void handFromOutside(Runnable action) {
        outsideRecipients.add(ignored -> action.run());
        if (outsideScheduled.compareAndSet(false, true)) {
            execute(this::receiveFromOutside);
        }
    }

    /** The loops end one after another: what is meant for one that has ended is nobody's any more. */
    private void execute(Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("loop {} has ended", index);
        }
    }

    private void receiveFromOutside() {
        outsideScheduled.set(false);
        readClock();
        for (Recipient next = outsideRecipients.poll(); next != null; next = outsideRecipients.poll()) {
            receive(next, this);
        }
    }

    /** A fault of ours in one message must not lose the others. */
    private static void receive(Recipient recipient, Object message) {
        try {
            recipient.receive(message);
        } catch (RuntimeException e) {
            LOG.error("internal error while {} took {}", recipient, message, e);
        }
    }

    /** What one turn of one loop hands to another. */
    private static final class Batch implements Runnable {
        private final Loop target;
        private final ArrayList<Recipient> recipients = new ArrayList<>();
        private final ArrayList<Object> messages = new ArrayList<>();

        Batch(Loop target) {
            this.target = target;
        }

        void add(Recipient recipient, Object message) {
            recipients.add(recipient);
            messages.add(message);
        }

        @Override
        public void run() {
            target.readClock();
            for (int i = 0; i < recipients.size(); i++) {
                receive(recipients.get(i), messages.get(i));
            }
        }
    }
}
