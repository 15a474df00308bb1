package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.contract.DatagramRelay.Deed;
import io.socketgateway.contract.DatagramRelay.Faults;
import io.socketgateway.contract.Relay.Way;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import io.socketgateway.server.config.GatewayConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams that are lost, doubled, mixed up, late, or come from elsewhere: all is answered, and carried out once. */
final class DatagramFaultsTest {
    private static final int UNDER_WAY = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final List<DatagramRelay> relays = new ArrayList<>();
    private final List<GatewayClient> clients = new ArrayList<>();
    private Gateway gateway;

    @BeforeEach
    void open() {
        gateway = Gateway.builder(GatewayConfig.defaults().with("server.workers", "2"))
                .listen("tcp://127.0.0.1:0")
                .listen("udp://127.0.0.1:0")
                .start();
    }

    @AfterEach
    void close() {
        relays.forEach(relay -> relay.faults(Faults.NONE).moveEvery(0));
        clients.forEach(GatewayClient::close);
        relays.forEach(DatagramRelay::close);
        gateway.close();
    }

    private GatewayClient overTcp() {
        return keep(GatewayClient.connect(
                "tcp://127.0.0.1:" + gateway.addresses().get(0).getPort()));
    }

    /** A client behind a relay of its own. */
    private GatewayClient overRelay(long seed, Faults faults) {
        DatagramRelay relay =
                DatagramRelay.to(gateway.addresses().get(1).getPort(), seed).faults(faults);
        relays.add(relay);
        return keep(GatewayClient.builder()
                .url(relay.url())
                .requestTimeout(PATIENCE)
                .connectTimeout(Duration.ofSeconds(20))
                .closeTimeout(Duration.ofSeconds(1))
                .connect());
    }

    private GatewayClient keep(GatewayClient client) {
        clients.add(client);
        return client;
    }

    /** So many numbered requests, by several clients at once: each is answered with its own number, and carried out once. */
    private void everyRequestIsCarriedOutOnce(int requests, int askers, Faults faults, int moveEvery, long seed)
            throws InterruptedException {
        AtomicIntegerArray carriedOut = new AtomicIntegerArray(requests);
        overTcp().serve("count", ServeOptions.defaults().withQueueCapacity(requests), request -> {
            carriedOut.incrementAndGet(Integer.parseInt(request.text()));
            return Response.text("number " + request.text());
        });
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        CountDownLatch left = new CountDownLatch(requests);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < askers; i++) {
            GatewayClient client = overRelay(seed + i, faults);
            DatagramRelay relay = relays.get(i);
            int first = i;
            threads.add(new Thread(() -> {
                Semaphore underWay = new Semaphore(UNDER_WAY);
                AtomicInteger answered = new AtomicInteger();
                for (int number = first; number < requests; number += askers) {
                    String text = Integer.toString(number);
                    underWay.acquireUninterruptibly();
                    client.request(Request.of("count", Payload.text(text))).whenComplete((response, fault) -> {
                        if (fault != null || !response.text().equals("number " + text)) {
                            wrong.add(text + ": " + (fault == null ? response.text() : fault.toString()));
                        }
                        if (moveEvery > 0 && answered.incrementAndGet() % moveEvery == 0) {
                            relay.move();
                        }
                        left.countDown();
                        underWay.release();
                    });
                }
            }));
        }
        threads.forEach(Thread::start);

        assertThat(left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(() -> left.getCount() + " are not answered: " + relays + " " + wrong)
                .isTrue();
        assertThat(wrong).as(relays::toString).isEmpty();
        for (int number = 0; number < requests; number++) {
            assertThat(carriedOut.get(number))
                    .as("times that %d was carried out, %s", number, relays)
                    .isEqualTo(1);
        }
    }

    private long count(Way way, Deed deed) {
        return relays.stream().mapToLong(relay -> relay.count(way, deed)).sum();
    }

    @Test
    void aFifthIsLostEachWayAndTenThousandRequestsAreAnsweredEachCarriedOutOnce() throws InterruptedException {
        everyRequestIsCarriedOutOnce(10_000, 8, Faults.losing(0.2), 0, 1001);
        for (Way way : Way.values()) {
            double share = (double) count(way, Deed.LOST) / (count(way, Deed.LOST) + count(way, Deed.CARRIED));
            assertThat(share).as(relays::toString).isBetween(0.15, 0.25);
        }
    }

    @Test
    void aTenthIsDoubledAndReorderedOverFiftyAndTenThousandRequestsAreAnsweredEachCarriedOutOnce()
            throws InterruptedException {
        everyRequestIsCarriedOutOnce(10_000, 4, Faults.duplicatingAndReordering(0.1), 0, 2001);
        for (Way way : Way.values()) {
            assertThat(count(way, Deed.DUPLICATED)).as(relays::toString).isPositive();
            assertThat(count(way, Deed.REPEATED)).as(relays::toString).isPositive();
            assertThat(count(way, Deed.REORDERED)).as(relays::toString).isPositive();
        }
    }

    @Test
    void theAddressChangesEvery500RequestsAndTenThousandAreAnsweredEachCarriedOutOnce() throws InterruptedException {
        everyRequestIsCarriedOutOnce(10_000, 2, Faults.NONE, 500, 3001);
        assertThat(relays).as(relays::toString).allMatch(relay -> relay.moves() == 10);
    }

    @Test
    void allOfItAtOnceIsSurvivedToo() throws InterruptedException {
        Faults all = new Faults(0.1, 0.05, 0.05, 0.1, 0.1, Duration.ofMillis(100));
        everyRequestIsCarriedOutOnce(3_000, 6, all, 100, 4001);
    }

    @Test
    void aWayThatIsLongerThanTheFirstTimeoutDisturbsNothing() throws InterruptedException {
        everyRequestIsCarriedOutOnce(1_000, 2, Faults.delaying(Duration.ofMillis(400)), 0, 5001);
    }
}
