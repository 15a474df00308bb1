package io.socketgateway.protocol.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopAlarmTest {
    private final DefaultEventExecutor loop = new DefaultEventExecutor();
    private final AtomicInteger rings = new AtomicInteger();
    private final TimerWheel wheel =
            new TimerWheel(NanoClock.system(), new LoopAlarm(loop, NanoClock.system(), rung -> {
                rings.incrementAndGet();
                rung.advance();
            }));

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void timersFireInTheOrderInWhichTheyAreDue() throws InterruptedException {
        List<String> fired = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(3);
        loop.submit(() -> {
                    start("third", 90, fired, all);
                    start("first", 20, fired, all);
                    start("second", 60, fired, all);
                })
                .syncUninterruptibly();
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(fired).containsExactly("first", "second", "third");
        assertThat(rings.get()).isLessThanOrEqualTo(6); // the system may wake it a little too early
    }

    /** Whoever still has something to do then must be able to end it. */
    @Test
    void aTimerThatIsStartedOnceTheLoopHasEndedIsNoFault() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        TimerWheel.Timer timer = new TimerWheel.Timer(() -> {});
        wheel.start(timer, 0);
        assertThat(timer.isStarted()).isTrue();
        timer.cancel();
        assertThat(wheel.size()).isZero();
    }

    private void start(String name, long millis, List<String> fired, CountDownLatch all) {
        wheel.start(
                new TimerWheel.Timer(() -> {
                    fired.add(name);
                    all.countDown();
                }),
                TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
