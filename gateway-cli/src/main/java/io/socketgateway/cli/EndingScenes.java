package io.socketgateway.cli;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.Responses;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The demo's scenes of what takes longer: streams, and requests that are given up or come too late. */
final class EndingScenes {
    static final List<DemoCommand.Scene> ALL =
            List.of(EndingScenes::stream, EndingScenes::cancel, EndingScenes::deadline, EndingScenes::roundTrip);

    private EndingScenes() {}

    private static void stream(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Stream with credit", "the worker sends no faster than alice wants");
        AtomicInteger made = new AtomicInteger();
        CompletableFuture<Void> given = new CompletableFuture<>();
        stage.worker().serveStream("numbers.from", request -> {
            int first = Integer.parseInt(request.text());
            return Responses.from(IntStream.range(first, Integer.MAX_VALUE)
                    .peek(number -> made.incrementAndGet())
                    .mapToObj(number -> Response.text(Integer.toString(number)))
                    .onClose(() -> given.complete(null)));
        });
        Taker alice = new Taker();
        stage.alice()
                .requestStream(Request.of("numbers.from", Payload.text("1")))
                .subscribe(alice);
        Flow.Subscription subscription = Stage.await(alice.subscription);
        narrator.sends("alice", "numbers.from 1, three responses wanted");
        subscription.request(3);
        narrator.receives("alice", alice.take(3));
        narrator.sends("alice", "two more wanted");
        subscription.request(2);
        String more = alice.take(2);
        narrator.receives("alice", more);
        narrator.check(more.equals("4 5") && alice.arrived.isEmpty(), "as many as wanted, in order");
        narrator.sends("alice", "that is enough: cancel");
        subscription.cancel();
        Stage.await(given);
        narrator.check(made.get() <= 6, "of two thousand million numbers the worker made " + made);
    }

    private static void cancel(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Cancel", "whoever no longer wants an answer says so, and the worker stops");
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> told = new CompletableFuture<>();
        stage.worker().serveAsync("reports.make", request -> {
            request.onCancel(() -> told.complete(null));
            begun.complete(null);
            return new CompletableFuture<>();
        });
        CompletableFuture<Response> report = stage.alice().request("reports.make", Payload.EMPTY);
        narrator.sends("alice", "reports.make");
        Stage.await(begun);
        narrator.receives("worker", "begins");
        report.cancel(true);
        narrator.sends("alice", "cancel");
        Stage.await(told);
        narrator.receives("worker", "is told to stop");
        narrator.check(report.isCancelled(), "nobody works for nothing");
    }

    private static void deadline(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Deadline", "a request says how long its answer is of use");
        CompletableFuture<Void> told = new CompletableFuture<>();
        stage.worker().serveAsync("oracle.ask", request -> {
            request.onCancel(() -> told.complete(null));
            return new CompletableFuture<>();
        });
        Request request = Request.to("oracle.ask")
                .text("what is the answer?")
                .timeout(Duration.ofMillis(150))
                .build();
        narrator.sends("alice", "oracle.ask 'what is the answer?', within 150 ms");
        long start = narrator.now();
        GatewayException error = Stage.errorOf(stage.alice().request(request));
        narrator.receives(
                "alice", (error == null ? "an answer" : Faults.text(error)) + " after " + narrator.since(start));
        narrator.check(error != null && error.code() == ErrorCode.DEADLINE, "408 when the time was up");
        Stage.await(told);
        narrator.check(true, "and the worker was told to stop");
    }

    private static void roundTrip(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Round trip", "a thousand questions, one after another and then at once");
        long start = narrator.now();
        for (int i = 0; i < 1_000; i++) {
            Stage.await(stage.alice().request("gateway.echo", Payload.text("x")));
        }
        narrator.receives("alice", "1,000 answers one after another in " + narrator.since(start));
        long again = narrator.now();
        List<CompletableFuture<Response>> all = IntStream.range(0, 1_000)
                .mapToObj(i -> stage.alice().request("gateway.echo", Payload.text("x")))
                .toList();
        Stage.await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
        narrator.receives("alice", "1,000 answers at once in " + narrator.since(again));
        narrator.check(all.stream().allMatch(answer -> answer.join().text().equals("x")), "all of them right");
    }

    /** A subscriber whose demand is made by hand. */
    private static final class Taker implements Flow.Subscriber<Response> {
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription.complete(newSubscription);
        }

        @Override
        public void onNext(Response response) {
            arrived.add(response.text());
        }

        @Override
        public void onError(Throwable fault) {
            arrived.add("error: " + fault.getMessage());
        }

        @Override
        public void onComplete() {
            arrived.add("end");
        }

        String take(int count) throws InterruptedException {
            StringBuilder taken = new StringBuilder();
            for (int i = 0; i < count; i++) {
                taken.append(i == 0 ? "" : " ").append(Stage.next(arrived));
            }
            return taken.toString();
        }
    }
}
