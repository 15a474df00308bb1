package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Many of everything, small enough for every build. Nothing is timed; what takes too long meets the test's timeout. */
@ParameterizedClass(name = "{0} loops")
@ValueSource(ints = {1, 3})
class ScaleTest {
    @AutoClose
    private final Harness gateway;

    private final List<RawPeer> peers = new ArrayList<>();

    ScaleTest(int loops) {
        gateway = Harness.start(
                loops,
                Form.BINARY,
                "limits.requests-per-session",
                "60000",
                "limits.backlog-bytes-per-session",
                "64MiB");
    }

    private List<RawPeer> connect(int count) {
        for (int i = 0; i < count; i++) {
            peers.add(gateway.connect());
        }
        return peers;
    }

    /** Nothing is left behind when all have gone. */
    @AfterEach
    void nothingIsLeft() {
        peers.forEach(RawPeer::reset);
        gateway.awaitSessions(0);
    }

    private static Frame.Publish publish(String text) {
        return new Frame.Publish(0, Subject.of("news"), false, Headers.EMPTY, Payload.text(text));
    }

    @Test
    void twoThousandConnectionsAtOnce() {
        connect(2_000);
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).send(new Frame.Hello(1, 1, null, "c" + i, Frame.ABSENT, Frame.ABSENT, null, null, null));
            peers.get(i).request(2, "gateway.echo", "e" + i);
        }
        for (int i = 0; i < peers.size(); i++) {
            assertThat(peers.get(i).receive(Frame.Welcome.class).clientId()).isEqualTo("c" + i);
            assertThat(peers.get(i).answer(2)).isEqualTo("e" + i);
        }
        assertThat(gateway.sessionCount()).isEqualTo(2_000);
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i)
                    .send(new Frame.Publish(
                            0,
                            Subject.of("client.c" + (i + 1) % peers.size()),
                            false,
                            Headers.EMPTY,
                            Payload.text("m" + i)));
        }
        for (int i = 0; i < peers.size(); i++) {
            assertThat(peers.get((i + 1) % peers.size()).message(0)).isEqualTo("m" + i);
        }
    }

    @Test
    void aHundredThousandSubscriptionsOnOneSubject() {
        connect(100);
        SubjectPattern pattern = SubjectPattern.of("news");
        for (RawPeer peer : peers) {
            Frame[] subscribes = new Frame[1_000];
            for (int id = 1; id <= subscribes.length; id++) {
                subscribes[id - 1] = new Frame.Subscribe(id, pattern, "", id == subscribes.length, Headers.EMPTY);
            }
            peer.send(subscribes);
        }
        peers.forEach(peer -> peer.expectConfirmed(1_000));
        RawPeer publisher = gateway.connect();
        publisher.publish(1, "news", "to all");
        for (RawPeer peer : peers) {
            boolean[] got = new boolean[1_001];
            for (int i = 0; i < 1_000; i++) {
                Frame.Message message = peer.receive(Frame.Message.class);
                assertThat(got[message.id()]).isFalse();
                got[message.id()] = true;
            }
        }
        for (RawPeer peer : peers) {
            Frame[] unsubscribes = new Frame[1_000];
            for (int id = 1; id <= unsubscribes.length; id++) {
                unsubscribes[id - 1] = new Frame.Unsubscribe(id, id == unsubscribes.length);
            }
            peer.send(unsubscribes);
        }
        peers.forEach(peer -> peer.expectConfirmed(1_000));
        publisher.publish(2, "news", "nobody");
        peers.forEach(RawPeer::expectNothing);
        peers.add(publisher);
    }

    @Test
    void oneMessageAfterAnotherToAThousandSubscribers() {
        connect(1_000);
        peers.forEach(peer -> peer.subscribe(1, "news"));
        RawPeer publisher = gateway.connect();
        Frame[] burst = new Frame[100];
        for (int i = 0; i < burst.length; i++) {
            burst[i] = publish("m" + i);
        }
        publisher.send(burst);
        for (RawPeer peer : peers) {
            for (int i = 0; i < burst.length; i++) {
                assertThat(peer.message(1)).isEqualTo("m" + i);
            }
        }
        peers.add(publisher);
    }

    @Test
    void fiftyThousandRequestsOverOneConnection() throws Exception {
        RawPeer worker = gateway.connect().serve(1, "w");
        RawPeer peer = gateway.connect();
        int requests = 50_000;
        CompletableFuture<Void> working = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < requests / 2; i++) {
                Frame.Request request = worker.take();
                worker.send(new Frame.Response(request.id(), false, Headers.EMPTY, request.payload()));
            }
        });
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
            for (int id = 1; id <= requests; id += 100) {
                Frame[] batch = new Frame[100];
                for (int i = 0; i < batch.length; i++) {
                    batch[i] = RawPeer.requestFrame(id + i, i % 2 == 0 ? "w" : "gateway.echo", "r" + (id + i));
                }
                peer.send(batch);
            }
        });
        boolean[] answered = new boolean[requests + 1];
        for (int i = 0; i < requests; i++) {
            Frame.Response response = peer.receive(Frame.Response.class);
            assertThat(answered[response.id()]).isFalse();
            answered[response.id()] = true;
            assertThat(response.payload().text()).isEqualTo("r" + response.id());
        }
        asking.get(10, TimeUnit.SECONDS);
        peer.expectNothing();
        working.get(10, TimeUnit.SECONDS);
        worker.expectNothing();
        peers.add(peer);
        peers.add(worker);
    }

    @Test
    void aSubscriberThatTogglesDisturbsNobody() throws Exception {
        connect(3);
        peers.forEach(peer -> peer.subscribe(1, "news"));
        RawPeer toggler = gateway.connect();
        RawPeer publisher = gateway.connect();
        AtomicBoolean going = new AtomicBoolean(true);
        CompletableFuture<Integer> toggling = CompletableFuture.supplyAsync(() -> {
            int rounds = 0;
            while (going.get() || rounds < 50) {
                String pattern = rounds % 3 == 0 ? "news" : rounds % 3 == 1 ? "*" : ">";
                toggler.send(
                        new Frame.Subscribe(2, SubjectPattern.of(pattern), "", true, Headers.EMPTY),
                        new Frame.Unsubscribe(2, true));
                int confirmed = 0;
                while (confirmed < 2) {
                    confirmed += toggler.receive() instanceof Frame.Response ? 1 : 0;
                }
                rounds++;
            }
            return rounds;
        });
        int messages = 5_000;
        for (int i = 0; i < messages; i += 50) {
            Frame[] batch = new Frame[50];
            for (int j = 0; j < batch.length; j++) {
                batch[j] = publish("m" + (i + j));
            }
            publisher.send(batch);
            for (RawPeer peer : peers) {
                for (int j = 0; j < batch.length; j++) {
                    assertThat(peer.message(1)).isEqualTo("m" + (i + j));
                }
            }
        }
        going.set(false);
        assertThat(toggling.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(50);
        toggler.expectNothing();
        peers.add(toggler);
        peers.add(publisher);
    }

    /** More than the loops may have handed to one another: reading pauses, and goes on. */
    @Test
    void aFloodFromOneLoopToAnotherComesToRest() {
        connect(4);
        peers.forEach(peer -> peer.subscribe(1, "news"));
        RawPeer publisher = gateway.connect();
        String text = "x".repeat(64 * 1024);
        for (int i = 0; i < 1_000; i++) {
            publisher.send(publish(text));
        }
        publisher.publish(1, "other", "").expectNothing();
        publisher.request(2, "gateway.echo", "alive");
        assertThat(publisher.answer(2)).isEqualTo("alive");
        peers.add(publisher);
    }

    @Test
    void sessionsThatComeAndGoLeaveNothing() {
        RawPeer stays = gateway.connect();
        for (int round = 0; round < 300; round++) {
            RawPeer peer = gateway.named("comes-and-goes");
            peer.subscribe(2, "a.*").subscribe(3, "a.b", "g").serve(4, "s.>", "g" + round % 3);
            stays.request(1, "s.x", "");
            Frame.Request request = peer.take();
            if (round % 3 == 0) {
                peer.reset();
                stays.expectError(1, ErrorCode.UNAVAILABLE);
            } else if (round % 3 == 1) {
                peer.respond(request.id(), "done");
                assertThat(stays.answer(1)).isEqualTo("done");
                peer.send(new Frame.GoAway(5, null, Frame.ABSENT)).receive(Frame.GoAway.class);
                peer.close();
            } else {
                peer.sendBytes(new byte[4]).expectError(0, ErrorCode.MALFORMED);
                stays.expectError(1, ErrorCode.UNAVAILABLE);
                peer.close();
            }
        }
        gateway.awaitSessions(1);
        stays.request(2, "s.x", "").expectError(2, ErrorCode.NO_WORKER);
        stays.request(3, "client.comes-and-goes", "").expectError(3, ErrorCode.NO_WORKER);
        stays.publish(4, "a.b", "nobody").expectNothing();
        peers.add(stays);
    }
}
