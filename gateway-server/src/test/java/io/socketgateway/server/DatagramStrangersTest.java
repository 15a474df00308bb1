package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What strangers can make the gateway send, keep or do: next to nothing. */
class DatagramStrangersTest {
    private static final int DATAGRAMS = 100_000;
    private static final int AMPLIFICATION = 3;

    /** A source of datagrams that may be forged: whatever comes back must be little. */
    private static final class Source implements AutoCloseable {
        private final InetSocketAddress gateway;
        private final DatagramChannel channel;
        private long sentBytes;
        private long receivedBytes;

        Source(InetSocketAddress gateway, InetAddress host) {
            try {
                channel = DatagramChannel.open();
                channel.bind(new InetSocketAddress(host, 0));
                channel.configureBlocking(false);
                this.gateway = gateway;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void send(byte[] datagram) {
            try {
                assertThat(channel.send(ByteBuffer.wrap(datagram), gateway)).isEqualTo(datagram.length);
                sentBytes += datagram.length;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Takes what has come; it must be little at any time. */
        void receive(ByteBuffer buffer, String seed) {
            try {
                while (channel.receive(buffer.clear()) != null) {
                    receivedBytes += buffer.position();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(receivedBytes).as(seed).isLessThanOrEqualTo(AMPLIFICATION * sentBytes);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Harness start(int loops, boolean stateless) {
        return Harness.start(
                List.of("tcp://127.0.0.1:0", "udp://127.0.0.1:0?stateless=" + stateless), loops, Form.BINARY);
    }

    /** A session on each loop: when all have answered twice, the loops are done with what came before. */
    private static List<RawDatagramPeer> barriers(Harness gateway) {
        List<RawDatagramPeer> barriers = new ArrayList<>();
        Set<Long> loops = new HashSet<>();
        while (loops.size() < gateway.gateway.workers()) {
            RawDatagramPeer peer = gateway.datagramSession(null);
            if (loops.add(Long.remainderUnsigned(peer.token(), gateway.gateway.workers()))) {
                barriers.add(peer);
            } else {
                peer.send(new Frame.GoAway(9, null, Frame.ABSENT)).receive(Frame.GoAway.class);
            }
        }
        return barriers;
    }

    private static void settle(List<RawDatagramPeer> barriers) {
        for (int i = 0; i < 2; i++) {
            barriers.forEach(RawDatagramPeer::expectNothing);
        }
    }

    /** When the loops are at rest; without the subjects that were looked up lately, of which there is a bounded number. */
    private static Map<String, Integer> remembered(Harness gateway) {
        AtomicReference<Map<String, Integer>> objects = new AtomicReference<>();
        Harness.eventually(() -> {
            try {
                Map<String, Integer> found = ReachableObjects.from(gateway.gateway, "RecentMatches");
                objects.set(new TreeMap<>(found));
                return found.get("Loop.spoken") + found.get("Loop.flushing") == 0;
            } catch (ConcurrentModificationException e) {
                return false;
            }
        });
        return objects.get();
    }

    @ParameterizedTest
    @CsvSource({"1, false, 41", "3, true, 42"})
    void addressesThatAreNotValidatedGetThreeTimesWhatTheySendAtMostAndLeaveNothingBehind(
            int loops, boolean stateless, long seed) {
        int batch = 50;
        int batchesOfASource = 100;
        String told = "seed " + seed;
        try (Harness gateway = start(loops, stateless)) {
            RawDatagramPeer live = gateway.datagramSession("live").subscribe(2, "news");
            List<RawDatagramPeer> barriers = barriers(gateway);
            StrangeDatagrams datagrams = new StrangeDatagrams(seed, live.token());
            for (int i = 0; i < 10; i++) {
                datagrams.addCookieOfAnother(gateway.datagramPeer().cookie());
            }
            long sent = 0;
            long received = 0;
            long receivedBefore = gateway.gateway.counters().datagramsReceived.sum();
            long pings = 0;
            Map<String, Integer> objects = Map.of();
            int sessions = gateway.sessionCount();
            ByteBuffer buffer = ByteBuffer.allocate(RawDatagramPeer.MOST_BYTES);
            for (int n = 0; n < DATAGRAMS; n += batch * batchesOfASource) {
                List<Source> sources = new ArrayList<>();
                for (int i = 0; i < batch; i++) {
                    sources.add(new Source(gateway.datagramAddress(), Harness.loopback(1 + i % 10)));
                }
                for (int i = 0; i < batchesOfASource; i++) {
                    sources.forEach(source -> source.send(datagrams.next()));
                    settle(barriers);
                    pings += 2L * barriers.size();
                    sources.forEach(source -> source.receive(buffer, told));
                }
                gateway.pass(100); // what waits for a while and speaks then
                for (Source source : sources) {
                    source.receive(buffer, told);
                    sent += source.sentBytes;
                    received += source.receivedBytes;
                    source.close();
                }
                live.expectNothing();
                pings++;
                assertThat(gateway.sessionCount()).as(told).isEqualTo(sessions);
                Map<String, Integer> now = remembered(gateway);
                objects = n == 0 ? Map.copyOf(now) : objects; // the first time brings some things for good
                now.entrySet().removeAll(objects.entrySet());
                assertThat(now).as("what the gateway remembers more, " + told).isEmpty();
            }

            assertThat(gateway.gateway.counters().datagramsReceived.sum() - receivedBefore - pings)
                    .as("datagrams that came, " + told)
                    .isEqualTo(DATAGRAMS);
            assertThat((double) received / sent).as(told).isBetween(0.1, (double) AMPLIFICATION);
            gateway.connect().publish(1, "news", "still there");
            assertThat(live.message(2)).isEqualTo("still there");
            live.expectNothing();
        }
    }

    @Test
    void guessingTokensDisturbsNoSession() {
        long seed = 51;
        Random random = new Random(seed);
        try (Harness gateway = start(3, false)) {
            List<RawDatagramPeer> live = new ArrayList<>();
            Set<Long> tokens = new HashSet<>();
            List<Frame.Request> asked = new ArrayList<>();
            RawPeer asking = gateway.connect();
            for (int i = 0; i < 20; i++) {
                RawDatagramPeer peer = gateway.datagramSession("live-" + i).subscribe(2, "news");
                asking.request(i + 1, "client.live-" + i, "are you there?");
                asked.add(peer.take());
                tokens.add(peer.token());
                live.add(peer);
            }
            List<RawDatagramPeer> strangers = List.of(
                    gateway.datagramPeer(),
                    gateway.keep(RawDatagramPeer.at(gateway.datagramAddress(), Form.BINARY, Harness.loopback(7), 0)),
                    gateway.keep(RawDatagramPeer.at(gateway.datagramAddress(), Form.JSON, Harness.loopback(8), 0)),
                    gateway.datagramPeer(Form.JSON));
            String reason = "a session that is guessed would end with this";
            Frame[] harm = {
                new Frame.GoAway(0, reason, Frame.ABSENT),
                new Frame.Unsubscribe(2, false),
                Frame.Error.of(asked.get(0).id(), ErrorCode.FAILED, reason),
                new Frame.Response(asked.get(0).id(), false, Headers.EMPTY, Payload.text(reason))
            };
            long unknownBefore =
                    gateway.gateway.counters().datagramsUnknownToken.sum();
            int batch = 50;
            for (int n = 0; n < DATAGRAMS; n += batch) {
                RawDatagramPeer stranger = strangers.get(n / batch % strangers.size());
                byte[] frames = stranger.frames(harm);
                for (int i = 0; i < batch; i++) {
                    stranger.sendBytes(PeerFrames.inSession(guess(n + i, live, tokens, random), frames));
                }
                for (int i = 0; i < batch; i++) {
                    stranger.expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
                }
            }

            assertThat(gateway.gateway.counters().datagramsUnknownToken.sum() - unknownBefore)
                    .isEqualTo(DATAGRAMS);
            assertThat(gateway.sessionCount()).isEqualTo(live.size() + 1);
            for (int i = 0; i < live.size(); i++) {
                live.get(i).expectNothing().respond(asked.get(i).id(), "I am " + i);
                assertThat(asking.answer(i + 1)).isEqualTo("I am " + i);
            }
            asking.publish(100, "news", "for all");
            for (RawDatagramPeer peer : live) {
                assertThat(peer.message(2)).isEqualTo("for all");
                peer.expectNothing();
            }
        }
    }

    /** First all tokens that differ from a live one in one bit, then its neighbours, then random ones. */
    private static long guess(int n, List<RawDatagramPeer> live, Set<Long> tokens, Random random) {
        RawDatagramPeer victim = live.get(n % live.size());
        int round = n / live.size();
        long guess = round < 64
                ? victim.token() ^ 1L << round
                : round < 128
                        ? victim.token() + round - 63
                        : round < 192 ? Long.rotateLeft(victim.token(), 1 + round % 63) : random.nextLong();
        return tokens.contains(guess) ? 0 : guess;
    }
}
