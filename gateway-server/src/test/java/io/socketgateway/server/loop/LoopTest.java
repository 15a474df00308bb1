package io.socketgateway.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.protocol.time.TimerWheel.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTest {
    private final AtomicInteger tasks = new AtomicInteger();
    private final MultiThreadIoEventLoopGroup parent = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SingleThreadIoEventLoop fromThread = eventLoop();
    private final SingleThreadIoEventLoop toThread =
            new SingleThreadIoEventLoop(parent, new DefaultThreadFactory("to"), NioIoHandler.newFactory()) {
                @Override
                public void execute(Runnable task) {
                    tasks.incrementAndGet();
                    super.execute(task);
                }
            };
    private final Loop from = new Loop(0, 2, fromThread, NanoClock.system(), Loop.Gathering.NONE);
    private final Loop to = new Loop(1, 2, toThread, NanoClock.system(), Loop.Gathering.NONE);
    private final List<Object> received = new CopyOnWriteArrayList<>();

    private SingleThreadIoEventLoop eventLoop() {
        return new SingleThreadIoEventLoop(parent, new DefaultThreadFactory("from"), NioIoHandler.newFactory());
    }

    @AfterEach
    void endLoops() {
        parent.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        fromThread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        toThread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static <T> T on(SingleThreadIoEventLoop thread, Callable<T> action) {
        return thread.submit(action).syncUninterruptibly().getNow();
    }

    /** Runs it as one turn of the first loop and waits for what it handed over. */
    private void turn(Runnable action) throws InterruptedException {
        on(fromThread, () -> {
            action.run();
            return 0;
        });
        CountDownLatch behind = new CountDownLatch(1);
        on(fromThread, () -> {
            from.hand(to, ignored -> behind.countDown(), "");
            return 0;
        });
        assertThat(behind.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatOneTurnHandsToOneLoopIsOneTaskInOrder() throws InterruptedException {
        on(toThread, () -> 0);
        tasks.set(0);
        turn(() -> IntStream.range(0, 1000).forEach(i -> from.hand(to, received::add, i)));
        assertThat(received).isEqualTo(IntStream.range(0, 1000).boxed().toList());
        assertThat(tasks.get()).isLessThanOrEqualTo(2); // the turn, and the one that waited for it
    }

    @Test
    void whatALoopHandsToItselfIsTakenAtOnce() {
        List<Object> order = on(fromThread, () -> {
            List<Object> seen = new ArrayList<>();
            from.hand(from, seen::add, "handed");
            seen.add("after");
            return seen;
        });
        assertThat(order).containsExactly("handed", "after");
    }

    @Test
    void speakersAreFlushedWhenTheTurnEnds() throws InterruptedException {
        CompletableFuture<List<String>> flushed = new CompletableFuture<>();
        List<String> order = new ArrayList<>();
        turn(() -> {
            from.flushAtTurnEnd(() -> order.add("first"));
            from.flushAtTurnEnd(() -> {
                order.add("second");
                from.flushAtTurnEnd(
                        () -> { // it speaks again: the next turn's
                            order.add("again");
                            flushed.complete(order);
                        });
            });
            order.add("turn");
        });
        assertThat(flushed.join()).containsExactly("turn", "first", "second", "again");
    }

    @Test
    void oneFaultLosesNoOtherMessage() throws InterruptedException {
        turn(() -> {
            from.hand(to, received::add, 1);
            from.hand(
                    to,
                    message -> {
                        throw new IllegalStateException("expected by the test");
                    },
                    2);
            from.hand(to, received::add, 3);
        });
        assertThat(received).containsExactly(1, 3);
    }

    @Test
    void callsFromOutsideRunInOrderAndShareTasks() throws InterruptedException {
        on(toThread, () -> 0);
        tasks.set(0);
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        to.handFromOutside(() -> {
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int i = 0; i < 1000; i++) {
            int each = i;
            to.handFromOutside(() -> received.add(each));
        }
        to.handFromOutside(last::countDown);
        hold.countDown();
        assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(received).isEqualTo(IntStream.range(0, 1000).boxed().toList());
        assertThat(tasks.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void whatIsMeantForALoopThatHasEndedIsNobodys() {
        toThread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        on(fromThread, () -> {
            from.hand(to, received::add, "lost");
            return 0;
        });
        on(fromThread, () -> 0);
        to.handFromOutside(() -> received.add("lost"));
        assertThat(received).isEmpty();
    }

    @Test
    void itWakesForItsTimers() throws InterruptedException {
        CountDownLatch fired = new CountDownLatch(3);
        on(fromThread, () -> {
            for (int i = 1; i <= 3; i++) {
                from.timers().start(new Timer(fired::countDown), i * 20_000_000L);
            }
            return 0;
        });
        assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void oneFaultLosesNoOtherWrite() {
        List<String> written = new CopyOnWriteArrayList<>();
        on(fromThread, () -> {
            from.flushAtTurnEnd(() -> {
                throw new IllegalStateException("expected by the test");
            });
            from.flushAtTurnEnd(() -> written.add("the other"));
            return 0;
        });
        on(fromThread, () -> {
            from.flushAtTurnEnd(() -> written.add("the next turn's"));
            return 0;
        });
        Awaitility.await().until(() -> written.size() == 2);
        assertThat(written).containsExactly("the other", "the next turn's");
    }
}
