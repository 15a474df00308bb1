package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.contract.Await;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Work with ids: what the workers have carried out, and what the clients were told. One against the other says whether
 * what was told is true.
 */
final class Ledger implements AutoCloseable {
    private static final String SUBJECT = "work";
    private static final int MOST = 400_000;
    private static final int SLOW_MILLIS = 60; // one in ten, so that there is always something under way

    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final AtomicIntegerArray carriedOut = new AtomicIntegerArray(MOST); // by id
    private final Collection<Asked> asked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lastId = new AtomicInteger();

    private record Asked(int id, CompletableFuture<Response> answer) {}

    /** What the clients were told in the end. */
    record Outcome(int answered, int notProcessed, int perhapsProcessed) {}

    /** Lets that client carry out work. */
    void serve(GatewayClient worker) {
        ServeOptions options = ServeOptions.defaults().withConcurrency(MOST).withQueueCapacity(MOST);
        worker.serveAsync(SUBJECT, options, request -> {
            int id = Integer.parseInt(request.payload().text());
            carriedOut.incrementAndGet(id);
            CompletableFuture<Response> answer = new CompletableFuture<>();
            Response response = Response.text("done " + id);
            if (id % 10 == 0) {
                scheduler.schedule(() -> answer.complete(response), SLOW_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                answer.complete(response);
            }
            return answer;
        });
    }

    /** Lets each of the clients ask for work, one piece in so many milliseconds, until the future is cancelled. */
    ScheduledFuture<?> askSteadily(List<GatewayClient> clients, int millis) {
        return scheduler.scheduleAtFixedRate(
                () -> clients.forEach(client -> {
                    int id = lastId.getAndIncrement();
                    asked.add(new Asked(id, client.request(SUBJECT, Payload.text(Integer.toString(id)))));
                }),
                0,
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** How many pieces of work were asked for. */
    int asked() {
        return lastId.get();
    }

    /** An id that nobody has used. */
    int unused() {
        return lastId.getAndIncrement();
    }

    /** Waits until so many were asked for. */
    void await(int count) {
        Await.until(count + " requests", () -> asked() >= count);
    }

    /** Waits for every outcome; fails if one was carried out twice, or otherwise than its client was told. */
    Outcome settle() {
        int answered = 0;
        int notProcessed = 0;
        int perhaps = 0;
        List<String> lies = new ArrayList<>();
        for (Asked each : asked) {
            if (Await.value(each.answer().handle((response, fault) -> fault)) instanceof GatewayException fault) {
                int times = carriedOut.get(each.id());
                if (fault.notProcessed()) {
                    notProcessed++;
                } else {
                    perhaps++;
                }
                if (times > 1 || times == 1 && fault.notProcessed()) {
                    lies.add(each.id() + " was carried out " + times + " times and failed: " + fault.getMessage());
                }
            } else {
                int times = carriedOut.get(each.id());
                answered++;
                if (times != 1 || !Await.value(each.answer()).text().equals("done " + each.id())) {
                    lies.add(each.id() + " was carried out " + times + " times and answered");
                }
            }
        }
        assertThat(lies).as("what was told and is not so").isEmpty();
        assertThat(asked).as("each id has its outcome").hasSize(asked());
        return new Outcome(answered, notProcessed, perhaps);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
