package io.socketgateway.server.loop;

import io.netty.channel.SingleThreadEventLoop;
import io.socketgateway.protocol.time.LoopAlarm;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel;
import io.socketgateway.protocol.time.TimerWheel.Timer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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

    /** Whatever reads from a socket, and can leave off for a while. */
    public interface Reader {
        /** The loops behind this one have caught up. */
        void readOn();
    }

    /** Whatever gathers what it has to say until the turn ends. */
    public interface Speaker {
        /** Writes what was said in this turn. */
        void flush();

        /** All that was said in this turn has been written, as far as the sockets took it. */
        default void flushed() {}
    }

    /** Whatever has what a turn writes go to the system together. */
    public interface Gathering {
        /** Nothing goes together. */
        Gathering NONE = new Gathering() {
            @Override
            public void begin(int speakers) {}

            @Override
            public void end() {}
        };

        /** So many speakers are about to write. */
        void begin(int speakers);

        /** They have: what was gathered goes now. */
        void end();
    }

    /** What this loop may be handed and not have taken yet, in bytes read by the others, before they read less. */
    static final long HANDED_BOUND_BYTES = 16L << 20;

    private final int index;
    private final SingleThreadEventLoop eventLoop;
    private final NanoClock clock;
    private final Gathering gathering;
    private final TimerWheel timers;
    private final @Nullable Batch[] outboxes; // by the other loop's index
    private final ArrayList<Loop> targets = new ArrayList<>(); // those with something in their outbox
    private ArrayList<Speaker> spoken = new ArrayList<>(); // to be flushed when the turn ends
    private ArrayList<Speaker> flushing = new ArrayList<>();
    private boolean turnEnds;
    private long readBytes; // in this turn: at least as much as what is handed over keeps in memory
    private final AtomicLong handedBytes = new AtomicLong(); // to this loop, and not taken yet
    private final List<Reader> waitingReaders = new ArrayList<>();
    private final Set<Loop> overrunTargets = new HashSet<>();
    private final Timer targetsTimer = new Timer(this::lookAtTargets); // while overrun
    private boolean overrun; // some other loop has too much from this one
    private long nowNanos;

    private final Queue<Recipient> outsideRecipients = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean outsideScheduled = new AtomicBoolean();

    /** The loop of that index among so many. */
    public Loop(int index, int loops, SingleThreadEventLoop eventLoop, NanoClock clock, Gathering gathering) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.gathering = gathering;
        this.timers = new TimerWheel(clock, new LoopAlarm(eventLoop, clock, this::advance));
        this.outboxes = new @Nullable Batch[loops];
        this.nowNanos = clock.nanos();
    }

    private void advance(TimerWheel wheel) {
        readClock();
        wheel.advance();
    }

    private void lookAtTargets() {
        if (isAnyTargetOverBound()) {
            timers.startAt(targetsTimer, nowNanos);
            return;
        }
        overrun = false;
        List<Reader> readers = List.copyOf(waitingReaders);
        waitingReaders.clear();
        readers.forEach(Reader::readOn);
    }

    private boolean isAnyTargetOverBound() {
        for (Loop target : overrunTargets) {
            if (target.handedBytes.get() > HANDED_BOUND_BYTES / 2) {
                return true;
            }
        }
        overrunTargets.clear();
        return false;
    }

    /** Bytes have come from a socket; what they hold may be handed over in this turn. */
    public void read(int bytes) {
        readClock();
        readBytes += bytes;
    }

    /**
     * Whether whoever reads should leave off: another loop cannot keep up with what this one hands it. It is told by
     * {@link Reader#readOn} when to go on.
     */
    public boolean shouldLeaveOff(Reader reader) {
        if (overrun) {
            waitingReaders.add(reader);
        }
        return overrun;
    }

    /** Whether another loop cannot keep up with what this one hands it. */
    public boolean isOverrun() {
        return overrun;
    }

    /** What others have handed to this loop that it has not taken yet, in bytes read; at least as much. Any thread. */
    public long handedBytes() {
        return handedBytes.get();
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

    /** The time as of the latest {@link #readClock}: whatever comes from outside begins with that. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Reads the clock; called once for each batch of received bytes, of messages from another loop, and the like. */
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
                batch.bytes = readBytes;
                if (target.handedBytes.addAndGet(readBytes) > HANDED_BOUND_BYTES) {
                    overrun = true;
                    overrunTargets.add(target);
                    if (!targetsTimer.isStarted()) {
                        timers.startAt(targetsTimer, nowNanos);
                    }
                }
                target.execute(batch);
            }
        }
        targets.clear();
        readBytes = 0;
        ArrayList<Speaker> speakers = spoken;
        spoken = flushing; // a flush may make it speak again: that is the next turn's
        flushing = speakers;
        gather(true, speakers.size());
        for (int i = 0; i < speakers.size(); i++) {
            flush(speakers.get(i));
        }
        gather(false, speakers.size());
        for (int i = 0; i < speakers.size(); i++) {
            flushed(speakers.get(i));
        }
        speakers.clear();
    }

    private void gather(boolean begins, int speakers) {
        try {
            if (begins) {
                gathering.begin(speakers);
            } else {
                gathering.end();
            }
        } catch (Throwable e) {
            LOG.error("internal error while writes of loop {} went together", index, e);
        }
    }

    /** A fault of ours in one must not lose what the others have said. */
    private static void flush(Speaker speaker) {
        try {
            speaker.flush();
        } catch (Throwable e) {
            LOG.error("internal error while {} wrote", speaker, e);
        }
    }

    private static void flushed(Speaker speaker) {
        try {
            speaker.flushed();
        } catch (Throwable e) {
            LOG.error("internal error after {} had written", speaker, e);
        }
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
        } catch (Throwable e) {
            LOG.error("internal error while {} took {}", recipient, message, e);
        }
    }

    /** What one turn of one loop hands to another. */
    private static final class Batch implements Runnable {
        private final Loop target;
        private long bytes;
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
            target.handedBytes.addAndGet(-bytes);
            for (int i = 0; i < recipients.size(); i++) {
                receive(recipients.get(i), messages.get(i));
            }
        }
    }
}
