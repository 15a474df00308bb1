package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.IncomingRequest;
import io.socketgateway.client.Response;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.client.Service;
import io.socketgateway.contract.Target.Capability;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who of several workers gets a request, and what becomes of it when that one goes away. */
public interface WorkerContract extends TargetHolder {
    /** A request that a worker has in hand until the test answers it. */
    record InHand(String worker, IncomingRequest request, CompletableFuture<Response> answer) {}

    /** Workers that answer only when told to. */
    final class Desk {
        private final BlockingQueue<InHand> taken = new LinkedBlockingQueue<>();

        CompletionStage<Response> take(String worker, IncomingRequest request) {
            CompletableFuture<Response> answer = new CompletableFuture<>();
            taken.add(new InHand(worker, request, answer));
            return answer;
        }

        InHand next() {
            try {
                InHand next = taken.poll(Await.LONG.toSeconds(), TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("no worker got a request");
                }
                return next;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    @Test
    default void aClientMayServeByTheSameTransport() {
        target().requires(Capability.SERVE);
        String subject = target().subject("own");
        GatewayClient worker = target().client();
        worker.serve(subject, request -> Response.text("served " + request.text()));

        assertThat(target().client()
                        .requestAndWait(subject, Payload.text("you"))
                        .text())
                .isEqualTo("served you");
        assertThat(worker.requestAndWait(subject, Payload.text("myself")).text())
                .isEqualTo("served myself");
    }

    @Test
    default void theWorkerWithTheFewestRequestsUnderWayGetsTheNext() {
        String subject = target().subject("spread");
        Desk desk = new Desk();
        for (String name : List.of("a", "b", "c")) {
            target().worker().serveAsync(subject, request -> desk.take(name, request));
        }
        GatewayClient client = target().client();

        Map<String, Integer> counts = new HashMap<>();
        List<InHand> inHand = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            CompletableFuture<Response> unused = client.request(subject, Payload.EMPTY);
            InHand next = desk.next();
            inHand.add(next);
            counts.merge(next.worker(), 1, Integer::sum);
            assertThat(counts.values().stream()
                            .mapToInt(Integer::intValue)
                            .max()
                            .orElse(0))
                    .as("after %d requests: %s", i + 1, counts)
                    .isEqualTo(i / 3 + 1);
        }

        CompletableFuture<Response> marker = client.request(subject, Payload.text("marker"));
        InHand last = desk.next(); // one of them has four now
        for (InHand each : inHand) {
            if (each.worker().equals("b")) {
                each.answer().complete(Response.empty());
            }
        }
        last.answer().complete(Response.empty());
        Await.value(marker);
        Await.value(client.request("gateway.echo", Payload.EMPTY));
        // three free hands for b, who has none under way once its answers have gone through
        Await.until(
                "b has answered",
                () -> inHand.stream()
                        .filter(each -> each.worker().equals("b"))
                        .allMatch(each -> each.answer().isDone()));
        Await.untilAsserted(() -> {
            CompletableFuture<Response> probe = client.request(subject, Payload.EMPTY);
            InHand taken = desk.next();
            taken.answer().complete(Response.empty());
            Await.value(probe);
            assertThat(taken.worker()).isEqualTo("b");
        });
        inHand.forEach(each -> each.answer().complete(Response.empty()));
    }

    @Test
    default void groupsTakeTurns() {
        String subject = target().subject("groups");
        Desk desk = new Desk();
        target().worker()
                .serveAsync(subject, ServeOptions.defaults().withGroup("one"), request -> desk.take("one", request));
        GatewayClient two = target().worker();
        two.serveAsync(subject, ServeOptions.defaults().withGroup("two"), request -> desk.take("two", request));
        two.serveAsync(subject, ServeOptions.defaults().withGroup("two"), request -> desk.take("two", request));
        GatewayClient client = target().client();

        List<String> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            CompletableFuture<Response> answer = client.request(subject, Payload.EMPTY);
            InHand next = desk.next();
            order.add(next.worker());
            next.answer().complete(Response.empty());
            Await.value(answer);
        }

        assertThat(order).hasSize(6).doesNotContainSequence("one", "one").doesNotContainSequence("two", "two");
    }

    @Test
    default void theMostSpecificPatternAnswers() {
        String root = target().subject("specific");
        GatewayClient worker = target().worker();
        for (String pattern : List.of(">", "*.b", "a.*", "a.b", "a.>")) {
            worker.serve(root + "." + pattern, request -> Response.text(pattern));
        }
        GatewayClient client = target().client();

        Map<String, String> answers = new HashMap<>();
        for (String asked : List.of("a.b", "a.c", "x.b", "a.b.c", "x.y", "x")) {
            answers.put(
                    asked,
                    client.requestAndWait(root + "." + asked, Payload.EMPTY).text());
        }

        assertThat(answers)
                .isEqualTo(Map.of("a.b", "a.b", "a.c", "a.*", "x.b", "*.b", "a.b.c", "a.>", "x.y", ">", "x", ">"));
    }

    @Test
    default void aWorkerThatLeavesInTheMiddleIs503AndItMayHaveBeenDone() {
        String subject = target().subject("leaves");
        Desk desk = new Desk();
        GatewayClient worker = target().worker(builder -> builder.closeTimeout(Duration.ZERO));
        worker.serveAsync(subject, request -> desk.take("worker", request));
        CompletableFuture<Response> answer = target().client().request(subject, Payload.EMPTY);
        InHand inHand = desk.next();

        worker.close();

        GatewayException fault = Await.failure(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        Await.until("the worker's handler hears of it", inHand.request()::isCancelled);
    }

    @Test
    default void aServiceThatIsClosedFinishesWhatItHasAndGetsNothingNew() {
        String subject = target().subject("closes");
        Desk desk = new Desk();
        Service service = target().worker()
                .serveAsync(
                        subject,
                        request -> request.payload().isEmpty()
                                ? CompletableFuture.completedFuture(Response.text("first"))
                                : desk.take("first", request));
        GatewayClient client = target().client();
        CompletableFuture<Response> underWay = client.request(subject, Payload.text("hold on"));
        InHand inHand = desk.next();

        service.close();
        Await.until("the service has ended", () -> !service.isActive());
        target().worker().serve(subject, request -> Response.text("second"));
        Await.untilAsserted(() ->
                assertThat(client.requestAndWait(subject, Payload.EMPTY).text()).isEqualTo("second"));

        inHand.answer().complete(Response.text("finished"));
        assertThat(Await.value(underWay).text()).isEqualTo("finished");
        for (int i = 0; i < 10; i++) {
            assertThat(client.requestAndWait(subject, Payload.EMPTY).text()).isEqualTo("second");
        }
    }

    @Test
    default void afterItsOnlyServiceIsClosedASubjectIs404Again() {
        String subject = target().subject("gone");
        Service service = target().worker().serve(subject, request -> Response.text("here"));
        GatewayClient client = target().client();
        assertThat(client.requestAndWait(subject, Payload.EMPTY).text()).isEqualTo("here");

        service.close();
        service.close();

        Await.untilAsserted(() -> assertThat(
                        Await.failure(client.request(subject, Payload.EMPTY)).code())
                .isEqualTo(ErrorCode.NO_WORKER));
    }

    @Test
    default void moreThanAWorkerCanTakeIsRefusedWithoutEffect() {
        String subject = target().subject("busy");
        Desk desk = new Desk();
        target().worker()
                .serveAsync(
                        subject,
                        ServeOptions.defaults().withConcurrency(1).withQueueCapacity(1),
                        request -> desk.take("worker", request));
        GatewayClient client = target().client();
        CompletableFuture<Response> first = client.request(subject, Payload.text("1"));
        InHand inHand = desk.next();
        CompletableFuture<Response> second = client.request(subject, Payload.text("2"));

        GatewayException refused = Await.failure(client.request(subject, Payload.text("3")));
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused.notProcessed()).isTrue();

        inHand.answer().complete(Response.text("one"));
        assertThat(Await.value(first).text()).isEqualTo("one");
        InHand next = desk.next();
        assertThat(next.request().text()).isEqualTo("2");
        next.answer().complete(Response.text("two"));
        assertThat(Await.value(second).text()).isEqualTo("two");
    }

    @Test
    default void aRequestThatWaitsForAHandlerAndIsCancelledNeverReachesIt() {
        String subject = target().subject("withdrawn");
        Desk desk = new Desk();
        target().worker()
                .serveAsync(
                        subject, ServeOptions.defaults().withConcurrency(1), request -> desk.take("worker", request));
        GatewayClient client = target().client();
        CompletableFuture<Response> first = client.request(subject, Payload.text("1"));
        InHand inHand = desk.next();
        CompletableFuture<Response> second = client.request(subject, Payload.text("2"));
        CompletableFuture<Response> third = client.request(subject, Payload.text("3"));
        second.cancel(true);
        Await.value(client.request("gateway.echo", Payload.EMPTY)); // the cancellation is through

        inHand.answer().complete(Response.empty());
        Await.value(first);

        InHand next = desk.next();
        next.answer().complete(Response.empty());
        if (next.request().text().equals("2")) { // the cancellation and the first answer crossed on their way
            next = desk.next();
            next.answer().complete(Response.empty());
        }
        assertThat(next.request().text()).isEqualTo("3");
        Await.value(third);
    }

    @Test
    default void handlersOfOneServiceRunAtOnceUpToItsConcurrency() {
        String subject = target().subject("parallel");
        CountDownLatch allThere = new CountDownLatch(8);
        target().worker().serve(subject, ServeOptions.defaults().withConcurrency(8), request -> {
            allThere.countDown();
            Await.opened(allThere);
            return request.reply(request.text());
        });
        GatewayClient client = target().client();

        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(client.request(subject, Payload.text("n" + i)));
        }

        for (int i = 0; i < 8; i++) {
            assertThat(Await.value(answers.get(i)).as(String.class)).isEqualTo("n" + i);
        }
    }

    @Test
    default void aWorkerThatServesTwiceAndAsksItselfGetsItsAnswer() {
        String subject = target().subject("self");
        GatewayClient worker = target().worker();
        worker.serve(
                subject + ".outer",
                request -> Response.text("outer "
                        + worker.requestAndWait(subject + ".inner", request.payload())
                                .text()));
        worker.serve(subject + ".inner", request -> Response.text("inner " + request.text()));

        assertThat(worker.requestAndWait(subject + ".outer", Payload.text("x")).text())
                .isEqualTo("outer inner x");
    }

    @Test
    default void whatIsReservedOrNoPatternIsRefused() {
        GatewayClient worker = target().worker();
        for (String reserved : List.of("gateway.echo", "gateway.>", "client.x", "client.*")) {
            GatewayException fault = Await.thrown(() -> worker.serve(reserved, request -> Response.empty()));
            assertThat(fault.code()).as(reserved).isEqualTo(ErrorCode.FORBIDDEN);
        }
        for (String bad : List.of("", "a..b", "a.>.b", "a b", "x*")) {
            if (bad.equals("x*")) {
                continue;
            }
            GatewayException fault = Await.thrown(() -> worker.serve(bad, request -> Response.empty()));
            assertThat(fault.code()).as(bad).isEqualTo(ErrorCode.MALFORMED);
        }
        worker.serve(target().subject("fine"), request -> Response.empty());
    }
}
