package io.socketgateway.cli;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Response;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The demo's scenes of pressure: a subscriber that does not keep up, and a gateway that has to go. */
final class PressureScenes {
    static final List<DemoCommand.Scene> ALL = List.of(PressureScenes::slowSubscriber, PressureScenes::drain);

    private static final int TICKS = 100;
    private static final int CAPACITY = 10;
    /** One that it is busy with, and those that wait. */
    private static final int KEPT = CAPACITY + 1;

    private static final int BATCH = 10;
    private static final int BATCHES = 10;

    private PressureScenes() {}

    private static void slowSubscriber(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("A slow subscriber", "loses what it chose to lose, is told, and slows down nobody");
        BlockingQueue<String> bobs = new LinkedBlockingQueue<>();
        BlockingQueue<String> carols = new LinkedBlockingQueue<>();
        AtomicLong lost = new AtomicLong();
        CompletableFuture<Void> allLost = new CompletableFuture<>();
        CompletableFuture<Void> dozing = new CompletableFuture<>();
        CompletableFuture<Void> awake = new CompletableFuture<>();
        stage.bob().subscribe("ticks", message -> bobs.add(message.text()));
        SubscribeOptions options = SubscribeOptions.defaults()
                .withOverflow(Overflow.DROP_OLDEST)
                .withQueueCapacity(CAPACITY)
                .withDropListener((subscription, count) -> {
                    if (lost.addAndGet(count) >= TICKS - KEPT) {
                        allLost.complete(null);
                    }
                });
        stage.carol().subscribe("ticks", options, message -> {
            dozing.complete(null);
            awake.join();
            carols.add(message.text());
        });
        stage.alice().publish("ticks", Payload.text("tick-1"));
        Stage.await(dozing);
        narrator.receives("carol", "the first of ticks, dozes off, and keeps the latest " + CAPACITY);
        narrator.sends("alice", "ticks, " + TICKS + " in all");
        for (int i = 2; i <= TICKS; i++) {
            stage.alice().publish("ticks", Payload.text("tick-" + i));
        }
        List<String> bobHeard = take(bobs, TICKS);
        narrator.receives("bob", bobHeard.size() + " ticks");
        Stage.await(allLost);
        awake.complete(null);
        List<String> carolHeard = take(carols, KEPT);
        narrator.receives("carol", carolHeard.size() + " ticks, and is told that " + lost + " are lost");
        narrator.check(
                bobHeard.size() == TICKS && bobHeard.get(TICKS - 1).equals("tick-" + TICKS), "bob missed nothing");
        narrator.check(
                lost.get() + carolHeard.size() == TICKS
                        && carolHeard.get(KEPT - 1).equals("tick-" + TICKS)
                        && carols.isEmpty(),
                "carol has the latest, and not one is unaccounted for");
    }

    private static List<String> take(BlockingQueue<String> arrivals, int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(String.valueOf(Stage.next(arrivals)));
        }
        return taken;
    }

    private static void drain(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Drain", "one of two gateways is restarted, and no request fails");
        AtomicInteger carriedOut = new AtomicInteger();
        try (Gateway north = Gateway.builder().listen("tcp://127.0.0.1:0").start();
                Gateway south = Gateway.builder().listen("tcp://127.0.0.1:0").start();
                GatewayClient northWorker = worker(north, south, carriedOut);
                GatewayClient southWorker = worker(south, north, carriedOut);
                GatewayClient dora = connect(north, south)) {
            narrator.sends("dora", "jobs.do, over and over, to north");
            long start = narrator.now();
            CompletableFuture<Void> drained = new CompletableFuture<>();
            int asked = 0;
            int answered = 0;
            int after = 0;
            for (int batch = 0; after < BATCHES; batch++) {
                List<CompletableFuture<Response>> answers = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    answers.add(dora.request("jobs.do", Payload.text("job-" + asked++)));
                }
                if (batch == BATCHES) {
                    start = narrator.now();
                    drained = north.drain();
                    narrator.receives("north", "is told to end, with requests under way");
                }
                for (CompletableFuture<Response> answer : answers) {
                    answered += Stage.errorOf(answer) == null ? 1 : 0;
                }
                if (drained.isDone()) {
                    if (after++ == 0) {
                        narrator.sends("north", "has ended after " + narrator.since(start));
                    }
                }
            }
            narrator.receives("dora", answered + " answers");
            narrator.check(answered == asked, "none of " + asked + " requests failed");
            narrator.check(carriedOut.get() == asked, "none was carried out twice");
            narrator.check(
                    north.sessionCount() == 0 && south.sessionCount() == 3 && areConnected(northWorker, southWorker),
                    "and all are at south now");
        }
    }

    private static boolean areConnected(GatewayClient... clients) {
        return List.of(clients).stream().allMatch(client -> client.state() == ConnectionState.CONNECTED);
    }

    private static GatewayClient worker(Gateway first, Gateway second, AtomicInteger carriedOut) {
        GatewayClient worker = connect(first, second);
        worker.serve("jobs.do", request -> {
            carriedOut.incrementAndGet();
            return Response.of(request.payload());
        });
        return worker;
    }

    private static GatewayClient connect(Gateway first, Gateway second) {
        return GatewayClient.builder().urls(url(first), url(second)).connect();
    }

    private static String url(Gateway gateway) {
        return "tcp://127.0.0.1:" + gateway.addresses().get(0).getPort();
    }
}
