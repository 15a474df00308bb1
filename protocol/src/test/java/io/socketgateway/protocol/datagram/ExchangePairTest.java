package io.socketgateway.protocol.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.time.TimerWheel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two exchanges with a bad network between them: frames are lost, doubled, delayed, and so put out of order. */
class ExchangePairTest {
    private final ManualTime time = new ManualTime();

    /** The way from one side to the other. */
    private final class Wire implements Exchange.Outlet {
        private final SplittableRandom random;
        private final int lossPercent;
        private final int doublePercent;
        private final int mostDelayMillis;
        private Receiver receiver = frame -> {};
        private int sent;
        private int givenUp;

        Wire(SplittableRandom random, int lossPercent, int doublePercent, int mostDelayMillis) {
            this.random = random;
            this.lossPercent = lossPercent;
            this.doublePercent = doublePercent;
            this.mostDelayMillis = mostDelayMillis;
        }

        @Override
        public boolean send(Frame frame) {
            sent++;
            for (int copies = random.nextInt(100) < doublePercent ? 2 : 1; copies > 0; copies--) {
                if (random.nextInt(100) >= lossPercent) {
                    TimerWheel.Timer arrival = new TimerWheel.Timer(() -> receiver.arrived(frame));
                    time.timers().start(arrival, random.nextLong(mostDelayMillis + 1) * 1_000_000);
                }
            }
            return true;
        }

        @Override
        public boolean fits(Frame frame) {
            return true;
        }

        @Override
        public void gaveUp(Frame frame) {
            givenUp++;
        }
    }

    private interface Receiver {
        void arrived(Frame frame);
    }

    private final Map<Integer, Integer> carriedOut = new HashMap<>(); // how often each id
    private final Map<Integer, Integer> answered = new HashMap<>();

    private static Frame request(int id, long deadlineMillis) {
        return new Frame.Request(id, Subject.of("a.b"), deadlineMillis, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY);
    }

    /** Sends so many requests and lets time pass until all is still. */
    private Wire run(int seed, int requests, int firstId, int mostWorkMillis, Wire there, Wire back) {
        SplittableRandom random = new SplittableRandom(seed);
        AnswerCache cache = new AnswerCache(time.timers(), time, 64 << 20, 256 << 10, Duration.ofSeconds(60));
        Exchange client =
                new Exchange(Side.CLIENT, firstId, cache, new RoundTrip(), time.timers(), time, random.split(), there);
        Exchange gateway =
                new Exchange(Side.GATEWAY, firstId, cache, new RoundTrip(), time.timers(), time, random.split(), back);
        there.receiver = frame -> {
            if (gateway.receive(frame)) {
                carriedOut.merge(frame.id(), 1, Integer::sum);
                Frame answer = new Frame.Response(frame.id(), false, Headers.EMPTY, Payload.text("" + frame.id()));
                TimerWheel.Timer work = new TimerWheel.Timer(() -> gateway.send(answer));
                time.timers().start(work, random.nextLong(mostWorkMillis + 1) * 1_000_000);
            }
        };
        back.receiver = frame -> {
            if (client.receive(frame)) {
                assertThat(frame).isInstanceOf(Frame.Response.class);
                answered.merge(frame.id(), 1, Integer::sum);
            }
        };
        int id = firstId;
        for (int i = 0; i < requests; i++) {
            id = id == -1 ? 1 : id + 1;
            client.send(request(id, 600_000));
            time.passMillis(random.nextInt(3));
        }
        while (client.leftFrames() < client.enteredFrames() || client.unanswered() > 0) {
            time.passMillis(100);
        }
        time.pass(Duration.ofMinutes(3));
        assertThat(client.heldBackBytes()).isZero();
        assertThat(gateway.underWay()).isZero();
        assertThat(cache.size()).isZero();
        assertThat(time.timers().size()).as("timers").isZero();
        return there;
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 20", "20, 0, 20", "20, 10, 60", "0, 50, 300", "40, 20, 100"})
    void each_request_is_carried_out_once_and_answered(int lossPercent, int doublePercent, int mostDelayMillis) {
        for (int seed = 1; seed <= 3; seed++) {
            carriedOut.clear();
            answered.clear();
            SplittableRandom random = new SplittableRandom(seed);
            Wire there = new Wire(random.split(), lossPercent, doublePercent, mostDelayMillis);
            Wire back = new Wire(random.split(), lossPercent, doublePercent, mostDelayMillis);
            run(seed, 2_000, random.nextInt(), 300, there, back);
            assertThat(carriedOut.size()).isEqualTo(2_000);
            assertThat(Set.copyOf(carriedOut.values())).containsExactly(1);
            assertThat(answered.size()).isEqualTo(2_000);
            assertThat(there.givenUp).isZero();
        }
    }

    @Test
    void on_a_good_network_hardly_anything_is_sent_twice() {
        Wire there = new Wire(new SplittableRandom(1), 0, 0, 15);
        Wire back = new Wire(new SplittableRandom(2), 0, 0, 15);
        run(1, 1_000, -500, 0, there, back); // over the largest id
        assertThat(there.sent).isLessThan(1_020);
        assertThat(back.sent).isLessThan(1_020);
        assertThat(answered.size()).isEqualTo(1_000);
    }

    @Test
    void a_network_that_carries_nothing_is_given_up_at_the_deadline() {
        Wire there = new Wire(new SplittableRandom(1), 100, 0, 0);
        Wire back = new Wire(new SplittableRandom(2), 100, 0, 0);
        run(1, 600, 7, 0, there, back);
        assertThat(carriedOut).isEmpty();
        assertThat(there.givenUp).isEqualTo(600);
        assertThat(there.sent).as("only what was in the window").isLessThan(256 * 310);
    }
}
