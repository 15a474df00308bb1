package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.Responses;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is said of a request, a message or a stream that failed must be true. Thousands of them, while connections on both
 * sides of the gateway break at random; then what the one side was told is held against what the other has seen.
 */
final class TruthTest {
    private static final int UNDER_WAY = 48;
    private static final int[] SIZES = {20, 20, 20, 1000, 20_000, 200_000};

    /** So that all under way fit into what may wait for a subscriber. */
    private static final int MOST_MESSAGE_BYTES = 50_000;

    private Scene scene;
    private Relay workersRelay;
    private Target workers;
    private final Semaphore permits = new Semaphore(UNDER_WAY);
    private final AtomicInteger successes = new AtomicInteger();
    private final Map<Integer, AtomicInteger> done = new ConcurrentHashMap<>();

    @BeforeEach
    void open() {
        scene = Scene.open();
        workersRelay = Relay.to(scene.port());
        workers = Target.of("tcp", workersRelay.url());
    }

    @AfterEach
    void close() {
        workersRelay.resume();
        workers.closeClients();
        workersRelay.close();
        scene.close();
    }

    /** With the shortest keep-alive, so that sessions which one side alone takes for living end soon. */
    private static GatewayClientBuilder restless(GatewayClientBuilder builder) {
        return Scene.hasty(builder).keepAlive(Duration.ofSeconds(1)).requestTimeout(Await.LONG);
    }

    private GatewayClient worker() {
        return workers.client(TruthTest::restless);
    }

    private GatewayClient requester() {
        return scene.relayed(TruthTest::restless);
    }

    /** Waits for a place among those under way; false if there is none because nothing moves. */
    private boolean begin(Chaos chaos) throws InterruptedException {
        chaos.maybe(successes.get());
        if (chaos.isStalled()) {
            if (permits.tryAcquire()) {
                return true;
            }
            chaos.strike();
            if (chaos.isStalled()) {
                return false;
            }
        }
        assertThat(permits.tryAcquire(Await.LONG.toSeconds(), TimeUnit.SECONDS))
                .as("what is under way comes to an end")
                .isTrue();
        return true;
    }

    private void end(Object value, Throwable fault) {
        if (fault == null) {
            successes.incrementAndGet();
        }
        permits.release();
    }

    private void note(int id) {
        done.computeIfAbsent(id, unused -> new AtomicInteger()).incrementAndGet();
    }

    private int timesDone(int id) {
        AtomicInteger times = done.get(id);
        return times == null ? 0 : times.get();
    }

    private static int idOf(Payload payload) {
        String text = payload.text();
        return Integer.parseInt(text.substring(0, text.indexOf(' ')));
    }

    private static Payload payload(int id, Chaos chaos, int mostBytes) {
        int size = SIZES[chaos.random().nextInt(SIZES.length)];
        return Payload.text(id + " " + "x".repeat(Math.min(size, mostBytes)));
    }

    /** What a future came to: its value, or the error. */
    private static Object outcome(CompletableFuture<?> future) {
        return Await.value(future.handle((value, fault) -> fault == null ? String.valueOf(value) : fault));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRequestThatIsReportedAsNotProcessedWasNotProcessed(long seed) throws InterruptedException {
        int wanted = 1500;
        Chaos chaos = new Chaos(seed, scene.relay(), workersRelay);
        String subject = scene.subject("work");
        for (int i = 0; i < 3; i++) {
            GatewayClient worker = i == 0 && seed % 2 == 0 ? scene.direct() : worker(); // one may be steady
            worker.serve(subject, ServeOptions.defaults().withConcurrency(4), request -> {
                int id = idOf(request.payload());
                note(id);
                return Response.text(Integer.toString(id));
            });
        }
        List<GatewayClient> requesters = List.of(requester(), requester());
        Map<Integer, CompletableFuture<String>> answers = new LinkedHashMap<>();

        for (int id = 0; successes.get() < wanted; id++) {
            if (begin(chaos)) {
                CompletableFuture<String> answer = requesters
                        .get(id % 2)
                        .request(Request.to(subject)
                                .payload(payload(id, chaos, Integer.MAX_VALUE))
                                .retries(id % 3 == 0 ? 0 : 3)
                                .build())
                        .thenApply(Response::text);
                answers.put(id, answer);
                answer.whenComplete(this::end);
            }
        }
        chaos.heal();

        int failed = 0;
        List<Integer> lies = new ArrayList<>();
        for (Map.Entry<Integer, CompletableFuture<String>> each : answers.entrySet()) {
            int id = each.getKey();
            Object outcome = outcome(each.getValue());
            assertThat(timesDone(id)).as("how often request %d was done", id).isLessThanOrEqualTo(1);
            if (outcome instanceof String text) {
                assertThat(text).isEqualTo(Integer.toString(id));
                assertThat(timesDone(id))
                        .as("how often request %d was done", id)
                        .isEqualTo(1);
            } else {
                failed++;
                if (fault(outcome).notProcessed() && timesDone(id) > 0) {
                    lies.add(id);
                }
            }
        }
        assertThat(lies)
                .as("requests that were done, though reported as not processed")
                .isEmpty();
        assertThat(failed).as("failed").isPositive();
        assertThat(scene.relay().accepted()).as("connections of the requesters").isGreaterThan(5);
        assertThat(workersRelay.accepted()).as("connections of the workers").isGreaterThan(5);
    }

    private static GatewayException fault(Object outcome) {
        Throwable fault = (Throwable) outcome;
        return (GatewayException) (fault instanceof GatewayException ? fault : fault.getCause());
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void aConfirmedMessageHasArrivedAndNoMessageArrivesTwiceOrOutOfOrder(long seed) throws InterruptedException {
        int wanted = 1500;
        int capacity = 100_000;
        Chaos chaos = new Chaos(seed, scene.relay(), workersRelay);
        String subject = scene.subject("news");
        ConcurrentLinkedQueue<Integer> steady = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Integer> shaken = new ConcurrentLinkedQueue<>();
        SubscribeOptions options = SubscribeOptions.defaults().withQueueCapacity(capacity);
        scene.direct().subscribe(subject, options, message -> steady.add(idOf(message.payload())));
        worker().subscribe(subject, options, message -> shaken.add(idOf(message.payload())));
        GatewayClient publisher = requester();
        Map<Integer, CompletableFuture<Void>> confirmations = new LinkedHashMap<>();

        for (int id = 0; successes.get() < wanted; id++) {
            if (begin(chaos)) {
                CompletableFuture<Void> confirmation =
                        publisher.publishConfirmed(subject, payload(id, chaos, MOST_MESSAGE_BYTES));
                confirmations.put(id, confirmation);
                confirmation.whenComplete(this::end);
            }
        }
        chaos.heal();

        Map<Integer, Object> outcomes = new LinkedHashMap<>();
        confirmations.forEach((id, confirmation) -> outcomes.put(id, outcome(confirmation)));
        Await.value(scene.direct().publishConfirmed(subject, Payload.text(Integer.MAX_VALUE + " last")));
        Await.until("the last message", () -> steady.contains(Integer.MAX_VALUE));
        assertThat(List.copyOf(steady)).isSorted().doesNotHaveDuplicates();
        assertThat(List.copyOf(shaken)).isSorted().doesNotHaveDuplicates();
        Set<Integer> arrived = Set.copyOf(steady);
        for (Map.Entry<Integer, Object> each : outcomes.entrySet()) {
            if (each.getValue() instanceof Throwable) {
                assertThat(fault(each.getValue()).notProcessed() && arrived.contains(each.getKey()))
                        .as("message %d arrived, though reported as not processed", each.getKey())
                        .isFalse();
            } else {
                assertThat(arrived.contains(each.getKey()))
                        .as("confirmed message %d arrived", each.getKey())
                        .isTrue();
            }
        }
        assertThat(outcomes.values()).as("failed").hasAtLeastOneElementOfType(GatewayException.class);
        assertThat(shaken).hasSizeLessThan(steady.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7})
    void aStreamIsWholeOrEndsWithAnErrorAndWhatCameIsInOrder(long seed) throws InterruptedException {
        int wanted = 600;
        Chaos chaos = new Chaos(seed, scene.relay(), workersRelay);
        String subject = scene.subject("lines");
        for (int i = 0; i < 3; i++) {
            GatewayClient worker = i == 0 && seed % 2 == 0 ? scene.direct() : worker();
            worker.serveStream(subject, request -> {
                int id = idOf(request.payload());
                note(id);
                return Responses.from(IntStream.range(0, id % 50).mapToObj(n -> Response.text(id + "/" + n)));
            });
        }
        GatewayClient requester = requester();
        Map<Integer, StreamProbe> probes = new LinkedHashMap<>();

        for (int id = 0; successes.get() < wanted; id++) {
            if (begin(chaos)) {
                StreamProbe probe = StreamProbe.on(requester.requestStream(
                        Request.to(subject).text(id + " ").timeout(Await.LONG).build()));
                probes.put(id, probe);
                probe.end().whenComplete(this::end);
                probe.request(id % 2 == 0 ? Long.MAX_VALUE : 1 + id % 50);
            }
        }
        chaos.heal();

        int failed = 0;
        for (Map.Entry<Integer, StreamProbe> each : probes.entrySet()) {
            int id = each.getKey();
            Object outcome = outcome(each.getValue().end());
            List<String> expected =
                    IntStream.range(0, id % 50).mapToObj(n -> id + "/" + n).toList();
            List<String> texts = each.getValue().texts();
            assertThat(timesDone(id)).isLessThanOrEqualTo(1);
            assertThat(texts).isEqualTo(expected.subList(0, Math.min(texts.size(), expected.size())));
            if (!(outcome instanceof Throwable)) {
                assertThat(texts).isEqualTo(expected);
                assertThat(timesDone(id)).isEqualTo(1);
            } else {
                failed++;
                assertThat(fault(outcome).notProcessed() && timesDone(id) > 0).isFalse();
            }
        }
        assertThat(failed).as("failed").isPositive();
    }
}
