package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.contract.Relay.Way;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a failed request says of itself must be true. Thousands of requests, while connections on both sides of the gateway
 * break at random; then what the requesters were told is held against what the workers have done.
 */
final class TruthTest {
    private static final int REQUESTS = 3000;
    private static final int UNDER_WAY = 48;
    private static final int[] SIZES = {20, 20, 20, 1000, 20_000, 200_000};

    private final Scene scene = Scene.open();
    private final Relay workersRelay = Relay.to(scene.port());
    private final Target workers = Target.of("tcp", workersRelay.url());
    private final Map<Integer, AtomicInteger> done = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        workersRelay.resume();
        workers.closeClients();
        workersRelay.close();
        scene.close();
    }

    private Response work(int id) {
        done.computeIfAbsent(id, unused -> new AtomicInteger()).incrementAndGet();
        return Response.text(Integer.toString(id));
    }

    private static int idOf(Payload payload) {
        String text = payload.text();
        return Integer.parseInt(text.substring(0, text.indexOf(' ')));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatWasReportedAsNotProcessedWasNotProcessed(long seed) throws InterruptedException {
        Random random = new Random(seed);
        String subject = scene.subject("work");
        for (int i = 0; i < 3; i++) {
            GatewayClient worker = workers.client(Scene::hasty);
            worker.serve(subject, ServeOptions.defaults().withConcurrency(4), request -> work(idOf(request.payload())));
        }
        List<GatewayClient> requesters = List.of(scene.relayed(), scene.relayed());
        Semaphore permits = new Semaphore(UNDER_WAY);
        Map<Integer, CompletableFuture<Response>> answers = new LinkedHashMap<>();
        boolean stalled = false;
        int untilNextFault = 20;

        for (int id = 0; id < REQUESTS; id++) {
            if (--untilNextFault <= 0 || stalled && permits.availablePermits() == 0) {
                untilNextFault = 1 + random.nextInt(60);
                stalled = fault(random);
            }
            if (stalled) {
                if (!permits.tryAcquire()) {
                    continue; // that many are on their way into the dark
                }
            } else {
                assertThat(permits.tryAcquire(Await.LONG.toSeconds(), TimeUnit.SECONDS))
                        .as("requests come to an end")
                        .isTrue();
            }
            CompletableFuture<Response> answer = requesters
                    .get(id % 2)
                    .request(Request.to(subject)
                            .payload(Payload.text(id + " " + "x".repeat(SIZES[random.nextInt(SIZES.length)])))
                            .retries(id % 3 == 0 ? 3 : 0)
                            .timeout(Await.LONG)
                            .build());
            answers.put(id, answer);
            answer.whenComplete((response, fault) -> permits.release());
        }
        scene.relay().resume();
        workersRelay.resume();

        int answered = 0;
        int untouched = 0;
        int unknown = 0;
        List<Integer> lies = new ArrayList<>();
        for (Map.Entry<Integer, CompletableFuture<Response>> each : answers.entrySet()) {
            int id = each.getKey();
            int times = done.getOrDefault(id, new AtomicInteger()).get();
            Object outcome = Await.value(each.getValue().handle((response, fault) -> fault == null ? response : fault));
            times = Math.max(times, done.getOrDefault(id, new AtomicInteger()).get());
            assertThat(times).as("how often a worker has done request %d", id).isLessThanOrEqualTo(1);
            if (outcome instanceof Response response) {
                answered++;
                assertThat(response.text()).isEqualTo(Integer.toString(id));
                assertThat(times)
                        .as("how often a worker has done request %d", id)
                        .isEqualTo(1);
            } else if (((GatewayException) outcome).notProcessed()) {
                untouched++;
                if (times > 0) {
                    lies.add(id);
                }
            } else {
                unknown++;
            }
        }
        assertThat(lies)
                .as("requests that were done, though reported as not processed")
                .isEmpty();
        assertThat(answered).as("answered").isGreaterThan(REQUESTS / 10);
        assertThat(untouched + unknown).as("failed").isPositive();
        assertThat(scene.relay().accepted()).as("connections of the requesters").isGreaterThan(10);
        assertThat(workersRelay.accepted()).as("connections of the workers").isGreaterThan(10);
    }

    /** Breaks something; tells whether nothing moves now. */
    private boolean fault(Random random) {
        Relay relay = random.nextBoolean() ? scene.relay() : workersRelay;
        Way way = random.nextBoolean() ? Way.TO_GATEWAY : Way.TO_CLIENT;
        if (random.nextInt(5) == 0) {
            relay.stall(way);
            return true;
        }
        switch (random.nextInt(4)) {
            case 0 -> relay.closeConnections();
            case 1 -> relay.resetAfter(way, random.nextInt(3000));
            case 2 -> relay.resetClientSide();
            default -> relay.reset();
        }
        scene.relay().resume();
        workersRelay.resume();
        return false;
    }
}
