package io.socketgateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.session.Sessions;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcceptorTest {
    private final AtomicLong now = new AtomicLong();
    private final NanoClock clock = new NanoClock() {
        @Override
        public long nanos() {
            return now.get();
        }

        @Override
        public long epochMillis() {
            return TimeUnit.NANOSECONDS.toMillis(now.get());
        }
    };
    private final Spare spare = new Spare();
    private final Counters counters = new Counters();
    private final Sessions sessions = new Sessions(
            GatewayConfig.defaults().with("limits.new-sessions-per-second", "2").limits(), clock, counters);
    private final EmbeddedChannel listening = new EmbeddedChannel();

    @BeforeEach
    void begin() {
        listening.freezeTime();
        listening.pipeline().addLast(new Acceptor("tcp://test:0", sessions, spare, clock, counters));
        spare.hold();
    }

    @AfterEach
    void end() {
        listening.close();
        spare.release();
    }

    private void pass(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        listening.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        listening.runScheduledPendingTasks();
    }

    private void fail() {
        listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
    }

    private boolean isAccepting() {
        return listening.config().isAutoRead();
    }

    @Test
    void afterAFailureNothingIsTriedForAWhile() {
        assertThat(isAccepting()).isTrue();
        fail();
        assertThat(isAccepting()).isFalse();
        pass(100);
        assertThat(spare.isHeld()).isFalse();
        pass(149);
        assertThat(isAccepting()).isFalse();
        pass(11);
        assertThat(isAccepting()).isTrue();
        assertThat(spare.isHeld()).isTrue();
        assertThat(counters.acceptsFailed.sum()).isEqualTo(1);
        assertThat(counters.acceptingPaused.sum()).isEqualTo(1);
        assertThat(counters.timesReached(Limit.NEW_SESSIONS_PER_SECOND)).isZero();
    }

    @Test
    void failuresInARowAreOnePause() {
        for (int i = 0; i < 5; i++) {
            fail();
            pass(260);
        }
        assertThat(counters.acceptsFailed.sum()).isEqualTo(5);
        assertThat(counters.acceptingPaused.sum()).isEqualTo(1);
        listening.writeInbound(new EmbeddedChannel());
        fail();
        assertThat(counters.acceptingPaused.sum()).isEqualTo(2);
    }

    @Test
    void whileTheSpareDescriptorsAreNotHeldNobodyAcceptsNotEvenAtAnotherListener() {
        spare.release();
        listening.writeInbound(new EmbeddedChannel());
        assertThat(listening.inboundMessages()).hasSize(1);
        assertThat(isAccepting()).isFalse();
        pass(250);
        assertThat(spare.isHeld()).isTrue();
        assertThat(isAccepting()).isTrue();
    }

    @Test
    void aFailureOfOursStopsNothing() {
        listening.pipeline().fireExceptionCaught(new IllegalStateException("for this test"));
        assertThat(isAccepting()).isTrue();
        assertThat(counters.acceptsFailed.sum()).isZero();
    }

    @Test
    void whatIsAcceptedInOneGoBeginsInTurn() {
        EmbeddedChannel[] accepted = new EmbeddedChannel[5];
        for (int i = 0; i < accepted.length; i++) {
            accepted[i] = new EmbeddedChannel();
            listening.writeInbound(accepted[i]);
        }
        assertThat(isAccepting()).isFalse();
        assertThat(listening.inboundMessages()).containsExactly(accepted[0], accepted[1]);
        pass(500);
        assertThat(listening.inboundMessages()).containsExactly(accepted[0], accepted[1], accepted[2]);
        assertThat(isAccepting()).isFalse();
        assertThat(counters.timesReached(Limit.NEW_SESSIONS_PER_SECOND)).isEqualTo(1);
        pass(1000);
        assertThat(listening.inboundMessages()).containsExactly((Object[]) accepted);
        assertThat(isAccepting()).isFalse();
        pass(500);
        assertThat(isAccepting()).isTrue();
        assertThat(counters.acceptingPaused.sum()).isEqualTo(1);
    }

    @Test
    void aFailureWhileTheRateHoldsIsWaitedForToo() {
        listening.writeInbound(new EmbeddedChannel(), new EmbeddedChannel());
        pass(490);
        fail();
        pass(100);
        assertThat(isAccepting()).isFalse();
        pass(160);
        assertThat(isAccepting()).isTrue();
    }

    @Test
    void whoWaitsWhenTheListenerClosesIsClosed() {
        EmbeddedChannel third = new EmbeddedChannel();
        listening.writeInbound(new EmbeddedChannel(), new EmbeddedChannel(), third);
        assertThat(third.isOpen()).isTrue();
        listening.close();
        assertThat(third.isOpen()).isFalse();
        pass(1000);
        assertThat(listening.inboundMessages()).hasSize(2);
    }
}
