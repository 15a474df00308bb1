package io.socketgateway.client.internal;

import io.socketgateway.client.MessageHandler;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Overflow;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that wait for one handler: handed to it one at a time and in order, off the event loop. What the bound
 * costs is counted. Filled by the event loop, emptied by the executor.
 */
final class MessageQueue implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(MessageQueue.class);
    private static final int MOST_IN_A_ROW = 256; // then others get the thread

    private final ClientContext context;
    private final MessageHandler handler;
    private final @Nullable LongConsumer dropListener;
    private final Runnable onOverflow;
    private final Runnable onIdle;
    private final boolean endsAtOverflow;
    private final Waiting waiting; // with the fields below guarded by this
    private boolean running;
    private boolean full; // of one that ends when it runs over: takes no more
    private boolean closed;
    private long dropped;
    private long untoldDrops;

    /**
     * An empty queue.
     *
     * @param options the bounds, and what happens at them
     * @param dropListener is told how many were dropped since it was last told; runs on the executor
     * @param onOverflow is called on the event loop, once, when it has run over and takes no more
     * @param onIdle is called on the executor when nothing waits any more
     */
    MessageQueue(
            ClientContext context,
            MessageHandler handler,
            SubscribeOptions options,
            @Nullable LongConsumer dropListener,
            Runnable onOverflow,
            Runnable onIdle) {
        this.context = context;
        this.handler = handler;
        this.waiting = new Waiting(options);
        this.endsAtOverflow = options.overflow() == Overflow.DISCONNECT;
        this.dropListener = dropListener;
        this.onOverflow = onOverflow;
        this.onIdle = onIdle;
    }

    void offer(Frame.Message message) {
        boolean starts;
        boolean tells;
        boolean overflows;
        synchronized (this) {
            if (closed || full) {
                return;
            }
            int cost = waiting.offer(message);
            tells = cost > 0 && untoldDrops == 0;
            dropped += cost;
            untoldDrops += cost;
            overflows = cost > 0 && endsAtOverflow;
            full = overflows;
            starts = !running;
            running = true;
        }
        if (overflows) {
            onOverflow.run();
        }
        if (starts) {
            context.lease().dispatch(this);
        }
        if (tells && dropListener != null) {
            context.lease().dispatch(this::tellDrops);
        }
    }

    private void tellDrops() {
        long count;
        synchronized (this) {
            count = untoldDrops;
            untoldDrops = 0;
        }
        LongConsumer listener = dropListener;
        if (count > 0 && listener != null) {
            try {
                listener.accept(count);
            } catch (RuntimeException | Error e) {
                log.warn("a drop listener failed", e);
            }
        }
    }

    @Override
    public void run() {
        for (int i = 0; i < MOST_IN_A_ROW; i++) {
            Frame.Message message = next();
            if (message == null) {
                onIdle.run();
                return;
            }
            try {
                handler.handle(new ReceivedMessage(message, context.mapper()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception | Error e) {
                log.warn("the handler of a message on {} failed", message.subject(), e);
            }
        }
        context.lease().dispatch(this);
    }

    private synchronized Frame.@Nullable Message next() {
        Frame.Message message = waiting.poll();
        running = message != null;
        return message;
    }

    synchronized boolean isIdle() {
        return !running;
    }

    /** Whether nothing comes out of it any more. */
    synchronized boolean isOver() {
        return closed || full && !running;
    }

    synchronized long dropped() {
        return dropped;
    }

    /** Forgets what waits and takes no more. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }
}
