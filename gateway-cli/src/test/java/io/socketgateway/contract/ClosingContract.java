package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.contract.Target.Capability;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The end of a client: what is under way is finished, and nobody waits for ever. */
public interface ClosingContract extends TargetHolder {
    private static CompletableFuture<Void> closing(GatewayClient client) {
        return CompletableFuture.runAsync(client::close, task -> new Thread(task, "closes").start());
    }

    @Test
    default void closingWaitsForTheAnswersUnderWay() {
        String subject = target().subject("slow");
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        target().worker().serveAsync(subject, request -> {
            begun.countDown();
            return answer;
        });
        GatewayClient client = target().client(builder -> builder.closeTimeout(Await.LONG));
        CompletableFuture<Response> underWay = client.request(subject, Payload.EMPTY);
        Await.opened(begun);

        CompletableFuture<Void> closed = closing(client);
        Await.untilAsserted(() -> {
            GatewayException refused = Await.failure(client.request("gateway.echo", Payload.EMPTY));
            assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(refused.notProcessed()).isTrue();
        });
        assertThat(closed).isNotDone();
        answer.complete(Response.text("in time"));

        assertThat(Await.value(underWay).text()).isEqualTo("in time");
        Await.value(closed);
        assertThat(client.state()).isEqualTo(ConnectionState.CLOSED);
    }

    @Test
    default void closingWaitsForTheRequestsThatItsHandlersAnswer() {
        String subject = target().subject("last");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        GatewayClient worker = target().worker(builder -> builder.closeTimeout(Await.LONG));
        worker.serve(subject, request -> {
            if (request.text().equals("last")) {
                begun.countDown();
                Await.opened(release);
            }
            return Response.text("my last");
        });
        GatewayClient client = target().client();
        CompletableFuture<Response> underWay = client.request(subject, Payload.text("last"));
        Await.opened(begun);

        CompletableFuture<Void> closed = closing(worker);
        Await.untilAsserted(() -> assertThat(
                        Await.failure(client.request(subject, Payload.EMPTY)).code())
                .isEqualTo(ErrorCode.NO_WORKER));
        assertThat(closed).isNotDone();
        release.countDown();

        assertThat(Await.value(underWay).text()).isEqualTo("my last");
        Await.value(closed);
    }

    @Test
    default void closingWaitsForTheMessagesThatHaveArrived() {
        String subject = target().subject("queue");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Inbox inbox = new Inbox();
        GatewayClient subscriber = target().client(builder -> builder.closeTimeout(Await.LONG));
        subscriber.subscribe(subject, message -> {
            begun.countDown();
            Await.opened(release);
            inbox.handle(message);
        });
        GatewayClient publisher = target().client();
        IntStream.range(0, 20).forEach(i -> publisher.publish(subject, Payload.text("m" + i)));
        Await.value(publisher.publishConfirmed(subject, Payload.text("last")));
        Await.opened(begun);
        Await.value(subscriber.request("gateway.echo", Payload.EMPTY)); // the messages went before the answer

        CompletableFuture<Void> closed = closing(subscriber);
        release.countDown();
        Await.value(closed);

        assertThat(inbox.waiting()).isEqualTo(21);
    }

    @Test
    default void whatIsPublishedBeforeClosingIsSent() {
        target().requires(Capability.ORDERED_MESSAGES);
        String subject = target().subject("parting");
        Inbox inbox = new Inbox();
        target().client().subscribe(subject, inbox);
        GatewayClient publisher = target().client();

        for (int i = 0; i < 1000; i++) {
            publisher.publish(subject, Payload.text("m" + i));
        }
        publisher.close();

        assertThat(inbox.textsUpTo("m999")).hasSize(1000);
    }

    @Test
    default void closingDoesNotWaitLongerThanItShould() {
        String subject = target().subject("never");
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        target().worker().serveAsync(subject, request -> {
            request.onCancel(cancelled::countDown);
            begun.countDown();
            return new CompletableFuture<>();
        });
        GatewayClient client = target().client(builder -> builder.closeTimeout(Duration.ofMillis(50)));
        CompletableFuture<Response> answer = client.request(subject, Payload.EMPTY);
        Await.opened(begun);

        client.close();

        GatewayException fault = Await.failure(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        Await.opened(cancelled);
    }

    @Test
    default void closingWaitsForAStream() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("stream");
        CountedPublisher publisher = new CountedPublisher();
        target().worker().serveStream(subject, request -> publisher);
        GatewayClient client = target().client(builder -> builder.closeTimeout(Await.LONG));
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of(subject, Payload.EMPTY)));
        probe.request(1).await(1);

        CompletableFuture<Void> closed = closing(client);
        probe.request(1).await(2);
        assertThat(closed).isNotDone();
        publisher.complete();

        assertThat(probe.completed()).containsExactly("0", "1");
        Await.value(closed);
    }

    @Test
    default void closingTwiceAtOnceIsClosingOnce() {
        GatewayClient client = target().client();
        CompletableFuture<Void> first = closing(client);
        CompletableFuture<Void> second = closing(client);

        Await.value(first);
        Await.value(second);

        assertThat(client.state()).isEqualTo(ConnectionState.CLOSED);
    }
}
