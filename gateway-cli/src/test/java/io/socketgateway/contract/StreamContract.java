package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.Responses;
import io.socketgateway.contract.Target.Capability;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One question, many answers, at the pace of the one who asks. */
public interface StreamContract extends TargetHolder {
    /** The most responses that a client lets wait for its subscriber. */
    int WINDOW = 256;

    private static Stream<Response> numbers(int count) {
        return IntStream.range(0, count).mapToObj(i -> Response.text(Integer.toString(i)));
    }

    @Test
    default void aStreamArrivesWholeAndInOrder() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("count");
        target().worker().serveStream(subject, request -> Responses.from(numbers(1000)));

        List<String> texts = StreamProbe.on(target().client().requestStream(Request.of(subject, Payload.EMPTY)))
                .request(Long.MAX_VALUE)
                .completed();

        assertThat(texts)
                .containsExactlyElementsOf(numbers(1000).map(Response::text).toList());
    }

    @Test
    default void aHundredThousandResponsesArriveInOrder() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("long");
        int count = 100_000;
        target().worker().serveStream(subject, request -> Responses.from(numbers(count)));

        try (Stream<Response> responses = target().client().stream(Request.of(subject, Payload.EMPTY))) {
            AtomicLong next = new AtomicLong();
            responses.forEachOrdered(
                    response -> assertThat(response.text()).isEqualTo(Long.toString(next.getAndIncrement())));
            assertThat(next).hasValue(count);
        }
    }

    @Test
    default void aSlowConsumerGetsExactlyWhatItAskedFor() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("slow");
        CountedPublisher publisher = new CountedPublisher();
        target().worker().serveStream(subject, request -> publisher);
        GatewayClient client = target().client();
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of(subject, Payload.EMPTY)));

        int asked = 0;
        for (int n : List.of(1, 2, 3, 1, 10, 200)) {
            probe.request(n);
            asked += n;
            assertThat(probe.await(asked)).hasSize(asked);
            assertThat(publisher.requested()).isEqualTo(asked);
        }
        Await.value(client.request("gateway.echo", Payload.EMPTY));
        assertThat(probe.texts()).hasSize(asked);
        assertThat(publisher.requested()).isEqualTo(asked);

        publisher.complete(); // needs no credit
        assertThat(probe.completed()).hasSize(asked);
    }

    @Test
    default void nothingIsAskedOfTheWorkerBeforeTheFirstDemand() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("lazy");
        CountedPublisher publisher = new CountedPublisher();
        CountDownLatch asked = new CountDownLatch(1);
        target().worker().serveStream(subject, request -> {
            asked.countDown();
            return publisher;
        });
        GatewayClient client = target().client();
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of(subject, Payload.EMPTY)));
        Await.value(client.request("gateway.echo", Payload.EMPTY));
        assertThat(asked.getCount()).isEqualTo(1);

        probe.request(1).await(1);
        assertThat(publisher.requested()).isEqualTo(1);
        probe.cancel();
        Await.opened(publisher.cancelled());
    }

    @Test
    default void aConsumerThatBlocksHoldsTheWorkerBack() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("blocked");
        CountedPublisher publisher = new CountedPublisher();
        target().worker().serveStream(subject, request -> publisher);
        GatewayClient client = target().client();
        CountDownLatch release = new CountDownLatch(1);
        AtomicLong taken = new AtomicLong();
        client.requestStream(Request.of(subject, Payload.EMPTY)).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Response response) {
                Await.opened(release);
                taken.incrementAndGet();
            }

            @Override
            public void onError(Throwable fault) {}

            @Override
            public void onComplete() {}
        });

        Await.until("the worker has credit", () -> publisher.requested() > 0);
        for (int i = 0; i < 20; i++) {
            Await.value(client.request("gateway.echo", Payload.EMPTY)); // the connection is not held up
        }
        assertThat(publisher.requested()).isLessThanOrEqualTo(WINDOW);

        release.countDown();
        Await.until("it goes on", () -> taken.get() > 4 * WINDOW);
        publisher.complete();
    }

    @Test
    default void aStreamThatIsCancelledIsCancelledAtTheWorker() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("cancelled");
        CountedPublisher publisher = new CountedPublisher();
        CountDownLatch onCancel = new CountDownLatch(1);
        target().worker().serveStream(subject, request -> {
            request.onCancel(onCancel::countDown);
            return publisher;
        });
        GatewayClient client = target().client();
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of(subject, Payload.EMPTY)));
        probe.request(5).await(5);

        probe.cancel();

        Await.opened(publisher.cancelled());
        Await.opened(onCancel);
        Await.value(client.request("gateway.echo", Payload.EMPTY));
        assertThat(probe.texts()).hasSize(5);
        assertThat(probe.isEnded()).isFalse();
    }

    @Test
    default void aBlockingStreamThatIsClosedEarlyCancelsTheRest() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("limited");
        CountedPublisher publisher = new CountedPublisher();
        target().worker().serveStream(subject, request -> publisher);

        try (Stream<Response> responses = target().client().stream(Request.of(subject, Payload.EMPTY))) {
            assertThat(responses.limit(10).map(Response::text).toList())
                    .isEqualTo(numbers(10).map(Response::text).toList());
        }

        Await.opened(publisher.cancelled());
    }

    @Test
    default void anErrorInTheMiddleComesAfterWhatWasSentBefore() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("breaks");
        CountedPublisher publisher = new CountedPublisher();
        target().worker().serveStream(subject, request -> publisher);
        StreamProbe probe = StreamProbe.on(target().client().requestStream(Request.of(subject, Payload.EMPTY)));
        probe.request(3).await(3);

        publisher.fail(new GatewayException(ErrorCode.LIMITED, "that is all for today"));

        GatewayException fault = probe.failed();
        assertThat(fault.code()).isEqualTo(ErrorCode.LIMITED);
        assertThat(fault).hasMessageContaining("that is all for today");
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        assertThat(probe.texts()).containsExactly("0", "1", "2");
    }

    @Test
    default void aBlockingStreamThrowsTheError() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("throws");
        target().worker().serveStream(subject, request -> {
            throw new GatewayException(ErrorCode.FORBIDDEN, "no");
        });

        GatewayException fault = Await.thrown(() -> {
            try (Stream<Response> responses = target().client().stream(Request.of(subject, Payload.EMPTY))) {
                responses.forEach(response -> {});
            }
        });
        assertThat(fault.code()).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    default void aStreamFromNobodyIs404() {
        target().requires(Capability.STREAMS);
        GatewayException fault = StreamProbe.on(
                        target().client().requestStream(Request.of(target().subject("nobody"), Payload.EMPTY)))
                .request(1)
                .failed();

        assertThat(fault.code()).isEqualTo(ErrorCode.NO_WORKER);
        assertThat(fault.notProcessed()).isTrue();
    }

    @Test
    default void theDeadlineBoundsTheWaitForTheFirstResponseOnly() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("first");
        CountedPublisher silent = new CountedPublisher();
        CountedPublisher prompt = new CountedPublisher();
        target().worker()
                .serveStream(subject, request -> request.text().equals("silent") ? neverStarts(silent) : prompt);
        GatewayClient client = target().client();
        Duration timeout = Duration.ofMillis(500);
        StreamProbe going = StreamProbe.on(client.requestStream(
                        Request.to(subject).text("prompt").timeout(timeout).build()))
                .request(1);
        going.await(1);

        StreamProbe waiting = StreamProbe.on(client.requestStream(
                        Request.to(subject).text("silent").timeout(timeout).build()))
                .request(1);
        assertThat(waiting.failed().code()).isEqualTo(ErrorCode.DEADLINE);
        Await.opened(silent.cancelled());

        going.request(1).await(2); // the first one's deadline has passed meanwhile
        prompt.complete();
        assertThat(going.completed()).containsExactly("0", "1");
    }

    /** A publisher that takes a subscriber, and then nothing comes. */
    private static Flow.Publisher<Response> neverStarts(CountedPublisher cancelledOnly) {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                cancelledOnly.cancel();
            }
        });
    }

    @Test
    default void aPlainServiceAnswersAStreamWithOne() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("single");
        target().worker().serve(subject, request -> Response.of(Headers.of("k", "v"), Payload.text("one")));
        GatewayClient client = target().client();

        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of(subject, Payload.EMPTY)));
        assertThat(probe.request(1).completed()).containsExactly("one");
        StreamProbe echo = StreamProbe.on(client.requestStream(Request.of("gateway.echo", Payload.text("e"))));
        assertThat(echo.request(5).completed()).containsExactly("e");
    }

    @Test
    default void aStreamServiceAnswersAPlainRequestWithItsFirst() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("first-only");
        CountedPublisher publisher = new CountedPublisher();
        target().worker().serveStream(subject, request -> publisher);

        assertThat(target().client().requestAndWait(subject, Payload.EMPTY).text())
                .isEqualTo("0");
        Await.opened(publisher.cancelled());
        assertThat(publisher.requested()).isEqualTo(1);
    }

    @Test
    default void anEmptyStreamCompletes() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("empty");
        target().worker().serveStream(subject, request -> Responses.of());

        assertThat(StreamProbe.on(target().client().requestStream(Request.of(subject, Payload.EMPTY)))
                        .request(1)
                        .completed())
                .isEmpty();
    }

    @Test
    default void emptyResponsesOfAStreamAreResponses() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("empties");
        target().worker()
                .serveStream(subject, request -> Responses.of(Response.empty(), Response.text("x"), Response.empty()));

        assertThat(StreamProbe.on(target().client().requestStream(Request.of(subject, Payload.EMPTY)))
                        .request(10)
                        .completed())
                .containsExactly("", "x", "");
    }

    @Test
    default void aWorkerThatLeavesInTheMiddleEndsTheStreamWith503() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("leaves");
        GatewayClient worker = target().worker(builder -> builder.closeTimeout(Duration.ZERO));
        CountedPublisher publisher = new CountedPublisher();
        worker.serveStream(subject, request -> publisher);
        StreamProbe probe = StreamProbe.on(target().client().requestStream(Request.of(subject, Payload.EMPTY)));
        probe.request(2).await(2);

        worker.close();

        assertThat(probe.failed().code()).isEqualTo(ErrorCode.UNAVAILABLE);
        Await.opened(publisher.cancelled());
    }

    @Test
    default void aRequesterThatLeavesInTheMiddleCancelsTheStream() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("abandoned");
        CountedPublisher publisher = new CountedPublisher();
        target().worker().serveStream(subject, request -> publisher);
        GatewayClient client = target().client(builder -> builder.closeTimeout(Duration.ZERO));
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of(subject, Payload.EMPTY)));
        probe.request(2).await(2);

        client.close();

        Await.opened(publisher.cancelled());
        assertThat(probe.failed().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    default void aPublisherThatSendsMoreThanItWasAskedForFails() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("flood");
        target().worker()
                .serveStream(
                        subject,
                        request -> subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                            @Override
                            public void request(long n) {
                                for (long i = 0; i < n + 5; i++) {
                                    subscriber.onNext(Response.text("x"));
                                }
                            }

                            @Override
                            public void cancel() {}
                        }));

        StreamProbe probe = StreamProbe.on(target().client().requestStream(Request.of(subject, Payload.EMPTY)));
        assertThat(probe.request(3).failed().code()).isEqualTo(ErrorCode.FAILED);
        assertThat(probe.texts()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    default void severalStreamsRunAtOnceEachAtItsOwnPace() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("many");
        target().worker().serveStream(subject, request -> Responses.from(numbers(Integer.parseInt(request.text()))));
        GatewayClient client = target().client();
        StreamProbe stalled = StreamProbe.on(client.requestStream(Request.of(subject, Payload.text("100"))));
        stalled.request(1).await(1);

        List<StreamProbe> probes = IntStream.range(0, 20)
                .mapToObj(i -> StreamProbe.on(
                                client.requestStream(Request.of(subject, Payload.text(Integer.toString(i * 100)))))
                        .request(Long.MAX_VALUE))
                .toList();

        for (int i = 0; i < probes.size(); i++) {
            assertThat(probes.get(i).completed()).hasSize(i * 100);
        }
        assertThat(stalled.texts()).hasSize(1);
        assertThat(stalled.request(99).completed()).hasSize(100);
    }

    @Test
    default void aNumberOfZeroOrLessIsTheSubscribersError() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("zero");
        CountedPublisher publisher = new CountedPublisher();
        target().worker().serveStream(subject, request -> publisher);
        StreamProbe probe = StreamProbe.on(target().client().requestStream(Request.of(subject, Payload.EMPTY)));
        probe.request(1).await(1);

        probe.request(0);

        Await.until("the stream has ended", probe::isEnded);
        Await.opened(publisher.cancelled());
    }
}
