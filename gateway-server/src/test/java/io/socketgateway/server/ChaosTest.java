package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.server.config.GatewayConfig;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Workers that answer, fail, stay silent, leave and vanish at random, and requesters that cancel at random: each request
 * ends exactly once, for a reason that there is.
 */
class ChaosTest {
    private static final int REQUESTS = 600; // of each requester
    private static final int WINDOW = 40;

    private final AtomicBoolean going = new AtomicBoolean(true);
    private final CountDownLatch served = new CountDownLatch(1); // or all requests might find nobody, and end at once

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "3, 3"})
    void everyRequestEndsExactlyOnce(int loops, long seed) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        GatewayConfig config = GatewayConfig.defaults()
                .withListeners("tcp://127.0.0.1:0")
                .with("server.workers", Integer.toString(loops));
        try (Gateway gateway = Gateway.builder(config).start()) {
            InetSocketAddress address = gateway.addresses().get(0);
            List<Future<?>> workers = new ArrayList<>();
            List<Future<?>> requesters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Random random = new Random(seed * 100 + i);
                Form form = i % 2 == 0 ? Form.BINARY : Form.JSON;
                workers.add(threads.submit(() -> work(address, form, random)));
                requesters.add(threads.submit(() -> request(address, form, random)));
            }
            for (Future<?> requester : requesters) {
                requester.get(60, TimeUnit.SECONDS);
            }
            going.set(false);
            try (RawPeer end = RawPeer.connect(address, Form.BINARY)) {
                end.publish(1, "end", "all is done");
            }
            for (Future<?> worker : workers) {
                worker.get(60, TimeUnit.SECONDS);
            }
            Harness.eventually(() -> gateway.sessionCount() == 0);
        } finally {
            going.set(false);
            threads.shutdownNow();
        }
    }

    private void work(InetSocketAddress address, Form form, Random random) {
        while (going.get()) {
            RawPeer peer = RawPeer.connect(address, form).subscribe(2, "end");
            peer.send(new Frame.Serve(1, SubjectPattern.of("work"), "g" + random.nextInt(2), true, Headers.EMPTY));
            workUntilItLeaves(peer, random);
            if (random.nextBoolean()) {
                peer.reset();
            } else {
                peer.close();
            }
        }
    }

    private void workUntilItLeaves(RawPeer peer, Random random) {
        while (going.get()) {
            Frame frame = peer.receive();
            if (frame instanceof Frame.Message) {
                return; // all is done
            }
            if (frame instanceof Frame.Response) {
                served.countDown();
            }
            if (!(frame instanceof Frame.Request request)) {
                continue;
            }
            int id = request.id();
            switch (random.nextInt(60)) {
                case 0 -> {
                    return; // vanishes
                }
                case 1 -> {
                    peer.send(new Frame.GoAway(9, null, Frame.ABSENT));
                    return;
                }
                case 2 -> peer.send(Frame.Error.of(id, ErrorCode.FORBIDDEN, "not today"));
                case 3 -> {} // says nothing
                case 4 -> {
                    peer.sendBytes(new byte[4]);
                    return;
                }
                case 5 -> {
                    peer.respond(id, "half");
                    peer.halfClose();
                    return;
                }
                case 6 -> { // more than there is credit for: else it would be a stream without end
                    for (long i = 0; i <= Math.max(0, request.credit()); i++) {
                        peer.respondMore(id, "too much");
                    }
                }
                case 7 -> peer.respond(id, "twice").respond(id, "twice");
                default -> {
                    for (long i = 1; i < request.credit(); i++) {
                        peer.respondMore(id, "more");
                    }
                    peer.respond(id, "done");
                }
            }
        }
    }

    private int request(InetSocketAddress address, Form form, Random random) throws InterruptedException {
        assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
        Map<Integer, Boolean> underWay = new HashMap<>();
        Map<ErrorCode, Integer> errors = new HashMap<>();
        int answered = 0;
        try (RawPeer peer = RawPeer.connect(address, form)) {
            int next = 1;
            while (next <= REQUESTS || !underWay.isEmpty()) {
                while (next <= REQUESTS && underWay.size() < WINDOW) {
                    underWay.put(next, true);
                    long credit = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : Frame.ABSENT;
                    peer.send(new Frame.Request(
                            next, Subject.of("work"), 150, credit, Headers.EMPTY, Payload.text("p" + next)));
                    if (random.nextInt(20) == 0) {
                        peer.send(new Frame.Cancel(next));
                    }
                    next++;
                }
                Frame frame = peer.receive();
                assertThat(underWay).containsKey(frame.id());
                if (frame instanceof Frame.Error error) {
                    errors.merge(error.errorCode(), 1, Integer::sum);
                    underWay.remove(frame.id());
                } else if (!((Frame.Response) frame).more()) {
                    answered++;
                    underWay.remove(frame.id());
                }
            }
            peer.expectNothing();
        }
        assertThat(errors.keySet())
                .isSubsetOf(
                        ErrorCode.NO_WORKER,
                        ErrorCode.UNAVAILABLE,
                        ErrorCode.DEADLINE,
                        ErrorCode.CANCELLED,
                        ErrorCode.FORBIDDEN,
                        ErrorCode.FAILED);
        assertThat(answered).as("%s", errors).isPositive();
        return answered;
    }
}
