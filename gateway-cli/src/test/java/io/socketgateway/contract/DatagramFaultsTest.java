package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.contract.DatagramRelay.Deed;
import io.socketgateway.contract.DatagramRelay.Faults;
import io.socketgateway.contract.Relay.Way;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Datagrams that are lost, doubled, mixed up, late, or come from elsewhere: all is answered, and carried out once. */
final class DatagramFaultsTest {
    private static final int WINDOW = 256;
    private static final int MESSAGES = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final List<GatewayClient> clients = new ArrayList<>();
    private Gateway gateway;
    private DatagramRelay relay;

    private void open(long seed) {
        gateway = Gateway.builder(Scene.CONFIG.with("server.workers", "2"))
                .listen("tcp://127.0.0.1:0")
                .listen("udp://127.0.0.1:0")
                .start();
        relay = DatagramRelay.to(gateway.addresses().get(1).getPort(), seed);
    }

    @AfterEach
    void close() {
        relay.faults(Faults.NONE);
        clients.forEach(GatewayClient::close);
        relay.close();
        gateway.close();
    }

    private GatewayClient overTcp() {
        return keep(GatewayClient.connect(
                "tcp://127.0.0.1:" + gateway.addresses().get(0).getPort()));
    }

    /** Clients behind the relay. */
    private List<GatewayClient> overRelay(int count) {
        List<CompletableFuture<GatewayClient>> connecting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connecting.add(GatewayClient.builder()
                    .url(relay.url())
                    .requestTimeout(PATIENCE)
                    .connectTimeout(Await.LONG)
                    .closeTimeout(Duration.ofSeconds(1))
                    .connectAsync());
        }
        return connecting.stream().map(Await::value).map(this::keep).toList();
    }

    private GatewayClient keep(GatewayClient client) {
        clients.add(client);
        return client;
    }

    /**
     * So many numbered requests, by several clients at once: each is answered with its own number, and carried out once.
     *
     * @param underWay how many of each client are under way at once; the window has room for 256
     * @param faults what befalls their datagrams once the clients are connected
     * @param moveEvery after how many answers of each client they all move to another port; 0: never
     */
    private void everyRequestIsCarriedOutOnce(int requests, int askers, int underWay, Faults faults, int moveEvery)
            throws InterruptedException {
        AtomicIntegerArray carriedOut = new AtomicIntegerArray(requests);
        overTcp().serve("count", ServeOptions.defaults().withQueueCapacity(requests), request -> {
            carriedOut.incrementAndGet(Integer.parseInt(request.text()));
            return Response.text("number " + request.text());
        });
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        CountDownLatch left = new CountDownLatch(requests);
        AtomicInteger answered = new AtomicInteger();
        List<GatewayClient> asking = overRelay(askers);
        relay.faults(faults);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < askers; i++) {
            GatewayClient client = asking.get(i);
            int first = i;
            threads.add(new Thread(() -> {
                Semaphore places = new Semaphore(underWay);
                for (int number = first; number < requests; number += askers) {
                    String text = Integer.toString(number);
                    places.acquireUninterruptibly();
                    client.request("count", Payload.text(text)).whenComplete((response, fault) -> {
                        if (fault != null || !response.text().equals("number " + text)) {
                            wrong.add(text + ": " + (fault == null ? response.text() : fault.toString()));
                        }
                        if (moveEvery > 0 && answered.incrementAndGet() % (moveEvery * askers) == 0) {
                            relay.move();
                        }
                        left.countDown();
                        places.release();
                    });
                }
            }));
        }
        threads.forEach(Thread::start);

        assertThat(left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(() -> left.getCount() + " are not answered: " + relay + " " + wrong)
                .isTrue();
        assertThat(wrong).as(relay::toString).isEmpty();
        for (int number = 0; number < requests; number++) {
            assertThat(carriedOut.get(number))
                    .as("times that %d was carried out, %s", number, relay)
                    .isEqualTo(1);
        }
    }

    @Test
    void aFifthIsLostEachWayAndTenThousandRequestsAreAnsweredEachCarriedOutOnce() throws InterruptedException {
        open(1001);
        everyRequestIsCarriedOutOnce(10_000, 40, 16, Faults.losing(0.2), 0);
        for (Way way : Way.values()) {
            double lost = relay.count(way, Deed.LOST);
            assertThat(lost / (lost + relay.count(way, Deed.CARRIED)))
                    .as(relay::toString)
                    .isBetween(0.15, 0.25);
        }
    }

    @Test
    void aTenthIsDoubledAndReorderedOverFiftyAndTenThousandRequestsAreAnsweredEachCarriedOutOnce()
            throws InterruptedException {
        open(2001);
        everyRequestIsCarriedOutOnce(10_000, 4, WINDOW, Faults.duplicatingAndReordering(0.1), 0);
        for (Way way : Way.values()) {
            for (Deed deed : List.of(Deed.DUPLICATED, Deed.REPEATED, Deed.REORDERED)) {
                assertThat(relay.count(way, deed)).as(relay::toString).isPositive();
            }
        }
    }

    @Test
    void theAddressChangesEvery500RequestsAndTenThousandAreAnsweredEachCarriedOutOnce() throws InterruptedException {
        open(3001);
        everyRequestIsCarriedOutOnce(10_000, 2, WINDOW, Faults.NONE, 500);
        assertThat(relay.moves()).as(relay::toString).isGreaterThanOrEqualTo(20);
        assertThat(gateway.counters().addressesValidated.sum()).isPositive();
    }

    @Test
    void allOfItAtOnceIsSurvivedToo() throws InterruptedException {
        open(4001);
        Faults all = new Faults(0.1, 0.05, 0.05, 0.1, 0.1, Duration.ofMillis(100));
        everyRequestIsCarriedOutOnce(3_000, 12, 16, all, 100);
        assertThat(relay.moves()).as(relay::toString).isPositive();
    }

    @Test
    void aWayThatIsLongerThanTheFirstTimeoutDisturbsNothing() throws InterruptedException {
        open(5001);
        everyRequestIsCarriedOutOnce(1_000, 2, WINDOW, Faults.delaying(Duration.ofMillis(400)), 0);
        assertThat(relay.count(Way.TO_GATEWAY, Deed.DELAYED)).isPositive();
    }

    @Test
    void clientsConnectThoughMuchIsLostDoubledAndMixedUpAndEachHasOneSession() {
        open(9001);
        relay.faults(new Faults(0.2, 0.1, 0.1, 0.1, 0, Duration.ZERO));
        List<GatewayClient> connected = overRelay(40);
        assertThat(gateway.sessionCount()).as(relay::toString).isEqualTo(40);
        for (GatewayClient client : connected) {
            assertThat(Await.value(client.request("gateway.whoami", Payload.EMPTY))
                            .text())
                    .contains(client.sessionId())
                    .contains(client.clientId());
        }
    }

    @Test
    void whatIsPublishedWithConfirmationIsDeliveredOnce() {
        open(6001);
        relay.faults(new Faults(0.2, 0.1, 0.1, 0.1, 0, Duration.ZERO));
        Inbox inbox = new Inbox();
        GatewayClient subscriber = overTcp();
        subscriber.subscribe("news", SubscribeOptions.defaults().withQueueCapacity(MESSAGES), inbox);
        List<CompletableFuture<Void>> confirmed = new ArrayList<>();
        List<GatewayClient> publishers = overRelay(10);
        for (int i = 0; i < MESSAGES; i++) {
            confirmed.add(publishers.get(i % publishers.size()).publishConfirmed("news", Payload.text("m" + i)));
        }
        for (CompletableFuture<Void> each : confirmed) {
            each.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }

        List<String> expected =
                IntStream.range(0, MESSAGES).mapToObj(i -> "m" + i).toList();
        List<String> delivered = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            delivered.add(inbox.next().text());
        }
        Await.value(subscriber.request("gateway.echo", Payload.EMPTY));
        assertThat(inbox.waiting()).as(relay::toString).isZero();
        assertThat(delivered).as(relay::toString).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatIsAskedOfClientsIsCarriedOutOnceByThem() {
        open(7001);
        relay.faults(new Faults(0.2, 0.1, 0.1, 0.1, 0, Duration.ZERO));
        int requests = 2_000;
        AtomicIntegerArray carriedOut = new AtomicIntegerArray(requests);
        List<GatewayClient> asked = overRelay(20);
        for (GatewayClient client : asked) {
            client.onRequest(request -> {
                carriedOut.incrementAndGet(Integer.parseInt(request.text()));
                return Response.text("number " + request.text());
            });
        }
        GatewayClient asking = overTcp();
        Semaphore places = new Semaphore(WINDOW);
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int number = 0; number < requests; number++) {
            places.acquireUninterruptibly();
            CompletableFuture<Response> answer = asking.request(
                    Request.to("client." + asked.get(number % asked.size()).clientId())
                            .text(Integer.toString(number))
                            .timeout(PATIENCE)
                            .build());
            answers.add(answer);
            answer.whenComplete((response, fault) -> places.release());
        }

        for (int number = 0; number < requests; number++) {
            Response answer = answers.get(number)
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            assertThat(answer.text()).isEqualTo("number " + number);
            assertThat(carriedOut.get(number)).as(relay::toString).isEqualTo(1);
        }
    }

    @Test
    void messagesFindAClientThatHasMoved() {
        open(8001);
        Inbox inbox = new Inbox();
        GatewayClient subscriber = overRelay(1).get(0);
        subscriber.subscribe("news", inbox);
        GatewayClient publisher = overTcp();
        for (int i = 0; i < 5; i++) {
            relay.move();
            String text = "move " + i;
            Await.value(subscriber.request("gateway.echo", Payload.text("I am here now")));
            Await.until("a message after " + text, () -> {
                Await.value(publisher.publishConfirmed("news", Payload.text(text)));
                return inbox.waiting() > 0 && inbox.next().text().equals(text);
            });
        }
        assertThat(relay.moves()).isEqualTo(5);
    }
}
