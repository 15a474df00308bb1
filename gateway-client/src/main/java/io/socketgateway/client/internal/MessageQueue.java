package io.socketgateway.client.internal;

import io.socketgateway.client.MessageHandler;
import io.socketgateway.protocol.Frame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that wait for one handler: handed to it one at a time and in order, off the event loop. When it is full
 * the oldest makes room and is counted. Filled by the event loop, emptied by the executor.
 */
final class MessageQueue implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(MessageQueue.class);
    private static final int MOST_IN_A_ROW = 256; // then others get the thread

    private final ClientContext context;
    private final MessageHandler handler;
    private final int capacity;
    private final @Nullable LongConsumer dropListener;
    private final Runnable onIdle;
    private final Deque<Frame.Message> waiting = new ArrayDeque<>(); // with the fields below guarded by this
    private boolean running;
    private boolean closed;
    private long dropped;
    private long untoldDrops;

    /**
     * An empty queue.
     *
     * @param dropListener is told how many were dropped since it was last told; runs on the executor
     * @param onIdle is called on the executor when nothing waits any more
     */
    MessageQueue(
            ClientContext context,
            MessageHandler handler,
            int capacity,
            @Nullable LongConsumer dropListener,
            Runnable onIdle) {
        this.context = context;
        this.handler = handler;
        this.capacity = capacity;
        this.dropListener = dropListener;
        this.onIdle = onIdle;
    }

    void offer(Frame.Message message) {
        boolean starts;
        boolean tells = false;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (waiting.size() == capacity) {
                waiting.poll();
                dropped++;
                tells = untoldDrops++ == 0;
            }
            waiting.add(message);
            starts = !running;
            running = true;
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

    synchronized boolean isClosed() {
        return closed;
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
