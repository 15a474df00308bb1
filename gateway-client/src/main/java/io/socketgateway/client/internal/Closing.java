package io.socketgateway.client.internal;

import io.socketgateway.protocol.time.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The end of a client in three steps: what is under way is finished, the gateway is told, the connections are closed.
 * Each step has a time limit. Belongs to the event loop.
 */
final class Closing {
    private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Step {
        NOT_BEGUN,
        BEGINNING,
        FINISHING,
        GOODBYE,
        DONE
    }

    private final ClientContext context;
    private final Supervisor supervisor;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final TimerWheel.Timer timer = new TimerWheel.Timer(this::tooLate);
    private final List<MessageQueue> queues = new ArrayList<>();
    private volatile Step step = Step.NOT_BEGUN;

    Closing(ClientContext context, Supervisor supervisor) {
        this.context = context;
        this.supervisor = supervisor;
    }

    /** Completes when all is closed. */
    CompletableFuture<Void> done() {
        return done;
    }

    /** Whether it has begun; any thread. */
    boolean isUnderWay() {
        return step != Step.NOT_BEGUN;
    }

    /** Waits for that queue too. */
    void watch(MessageQueue queue) {
        queues.removeIf(MessageQueue::isOver);
        queues.add(queue);
    }

    /** A queue may have become empty; any thread. */
    void queueIdle() {
        if (isUnderWay()) {
            context.handover().execute(this::look);
        }
    }

    void begin() {
        if (step != Step.NOT_BEGUN) {
            return;
        }
        step = Step.BEGINNING;
        supervisor.stopDialling();
        supervisor.refuseCalls();
        supervisor.closeRegistrations();
        context.lease().wheel().start(timer, Measures.nanos(context.settings().closeTimeout()));
        step = Step.FINISHING;
        look();
    }

    /** Takes the next step if nothing stands in its way. */
    void look() {
        if (step == Step.FINISHING && isIdle()) {
            sayGoodbye();
        } else if (step == Step.GOODBYE && supervisor.connections().isEmpty()) {
            finish();
        }
    }

    private boolean isIdle() {
        return supervisor.connections().stream().allMatch(Connection::isIdle)
                && queues.stream().allMatch(MessageQueue::isIdle);
    }

    private void tooLate() {
        if (step == Step.FINISHING) {
            sayGoodbye();
        } else if (step == Step.GOODBYE) {
            supervisor.connections().forEach(connection -> connection.end(Faults.closed()));
        }
    }

    private void sayGoodbye() {
        step = Step.GOODBYE;
        queues.forEach(MessageQueue::close);
        if (supervisor.connections().isEmpty()) {
            finish();
            return;
        }
        supervisor.connections().forEach(Connection::goAway);
        context.lease().wheel().start(timer, GOODBYE_NANOS);
    }

    private void finish() {
        if (step != Step.DONE) {
            step = Step.DONE;
            timer.cancel();
            supervisor.closed();
            done.complete(null);
        }
    }
}
