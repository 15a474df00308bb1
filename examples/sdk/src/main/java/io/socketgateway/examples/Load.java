package io.socketgateway.examples;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes so many requests at a steady rate, and tells how they went.
 *
 * <p>Requests that certainly had no effect are made again by the SDK; one that fails in another way is not, since a worker may
 * have carried it out.
 */
public final class Load {
    private static final Logger LOG = LoggerFactory.getLogger(Load.class);

    private final GatewayClient client;
    private final int requests;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger right = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final CountDownLatch outstanding;

    private Load(GatewayClient client, int requests) {
        this.client = client;
        this.requests = requests;
        this.outstanding = new CountDownLatch(requests);
    }

    /**
     * Ends with 0 if every request was answered, and rightly; else with 1.
     *
     * @param args how many requests (1,000), and how many of them a second (100)
     */
    public static void main(String[] args) throws InterruptedException {
        int requests = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
        int rate = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        boolean allRight = false;
        try (GatewayClient client = Environment.client()
                .agent("example-load")
                .requestTimeout(Duration.ofSeconds(10))
                .retries(5)
                .connect()) {
            allRight = new Load(client, requests).run(rate);
        } catch (GatewayException e) {
            LOG.error("no gateway: {}", e.getMessage());
        }
        System.exit(allRight ? 0 : 1);
    }

    private boolean run(int rate) throws InterruptedException {
        ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
        ticks.scheduleAtFixedRate(this::next, 0, TimeUnit.SECONDS.toNanos(1) / rate, TimeUnit.NANOSECONDS);
        outstanding.await();
        ticks.shutdown();
        System.out.printf(
                Locale.ROOT,
                "%,d sent at %,d a second: %,d answered right, %,d wrong, %,d failed%n",
                requests,
                rate,
                right.get(),
                wrong.get(),
                failed.get());
        return right.get() == requests;
    }

    private void next() {
        int number = sent.getAndIncrement();
        if (number < requests) {
            String text = "request " + number;
            client.request(Environment.subject(), Payload.text(text))
                    .whenComplete((response, failure) -> count(text, response, failure));
        }
    }

    private void count(String text, @Nullable Response response, @Nullable Throwable failure) {
        if (response == null) {
            failed.incrementAndGet();
            LOG.warn("{}: {}", text, failure == null ? "no answer" : failure.getMessage());
        } else if (response.text().equals(text.toUpperCase(Locale.ROOT))) {
            right.incrementAndGet();
        } else {
            wrong.incrementAndGet();
            LOG.warn("{}: answered {}", text, response.text());
        }
        outstanding.countDown();
    }
}
