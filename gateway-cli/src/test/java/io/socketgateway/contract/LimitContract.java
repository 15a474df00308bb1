package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.Responses;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.contract.Target.Capability;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is too much or too large, who says so, and that all else goes on. The gateway's limits are the defaults. */
public interface LimitContract extends TargetHolder {
    /** The longest frame that a gateway takes from a stream by default. */
    int MAX_FRAME_BYTES = 1 << 20;

    /** How many requests of one session may be under way by default. */
    int REQUESTS_PER_SESSION = 1024;

    /** How many subscriptions and services one session may have by default. */
    int SUBSCRIPTIONS_PER_SESSION = 1000;

    private static byte[] bytes(int count) {
        return new byte[count];
    }

    private void assertAlive(GatewayClient client) {
        assertThat(client.requestAndWait("gateway.echo", Payload.text("alive")).text())
                .isEqualTo("alive");
    }

    @Test
    default void moreRequestsThanTheClientAllowsFailAtOnce() {
        String subject = target().subject("waits");
        CompletableFuture<Response> answer = new CompletableFuture<>();
        target().worker().serveAsync(subject, request -> answer.copy());
        GatewayClient client = target().client(builder -> builder.maxRequests(4));
        List<CompletableFuture<Response>> underWay = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            underWay.add(client.request(subject, Payload.EMPTY));
        }

        CompletableFuture<Response> oneMore = client.request(subject, Payload.EMPTY);
        assertThat(oneMore).isDone();
        GatewayException fault = Await.failure(oneMore);
        assertThat(fault.code()).isEqualTo(ErrorCode.LIMITED);
        assertThat(fault.notProcessed()).isTrue();
        assertThat(Await.failure(client.publishConfirmed(subject, Payload.EMPTY))
                        .code())
                .isEqualTo(ErrorCode.LIMITED);

        answer.complete(Response.text("done"));
        underWay.forEach(each -> assertThat(Await.value(each).text()).isEqualTo("done"));
        Await.untilAsserted(() -> assertAlive(client));
    }

    @Test
    default void aStreamOverTheBoundOfRequestsFailsAtOnce() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("waits");
        target().worker().serveAsync(subject, request -> new CompletableFuture<>());
        GatewayClient client = target().client(builder -> builder.maxRequests(1));
        CompletableFuture<Response> underWay = client.request(subject, Payload.EMPTY);

        GatewayException fault = StreamProbe.on(client.requestStream(Request.of(subject, Payload.EMPTY)))
                .failed();

        assertThat(fault.code()).isEqualTo(ErrorCode.LIMITED);
        underWay.cancel(true);
        Await.untilAsserted(() -> assertAlive(client));
    }

    @Test
    default void moreRequestsThanTheGatewayAllowsFailAtOnce() {
        target().requires(Capability.MANY_REQUESTS);
        String subject = target().subject("waits");
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CountDownLatch all = new CountDownLatch(REQUESTS_PER_SESSION);
        target().worker()
                .serveAsync(subject, ServeOptions.defaults().withConcurrency(REQUESTS_PER_SESSION), request -> {
                    all.countDown();
                    return answer.copy();
                });
        GatewayClient client = target().client(builder -> builder.maxRequests(Integer.MAX_VALUE));
        List<CompletableFuture<Response>> underWay = new ArrayList<>();
        for (int i = 0; i < REQUESTS_PER_SESSION; i++) {
            underWay.add(client.request(subject, Payload.EMPTY));
        }

        CompletableFuture<Response> oneMore = client.request(subject, Payload.EMPTY);
        assertThat(oneMore).isDone();
        GatewayException fault = Await.failure(oneMore);
        assertThat(fault.code()).isEqualTo(ErrorCode.LIMITED);
        assertThat(fault.notProcessed()).isTrue();

        Await.opened(all);
        answer.complete(Response.text("done"));
        underWay.forEach(each -> assertThat(Await.value(each).text()).isEqualTo("done"));
        Await.untilAsserted(() -> assertAlive(client));
    }

    @Test
    default void moreBytesThanMayWaitFailAtOnce() {
        GatewayClient client = target().client(builder -> builder.maxOutboundBytes(1000));
        Payload large = Payload.bytes(bytes(1001));

        assertThat(Await.thrown(() -> client.publish("a", large)).code()).isEqualTo(ErrorCode.LIMITED);
        CompletableFuture<Response> request = client.request("gateway.echo", large);
        assertThat(request).isDone();
        GatewayException fault = Await.failure(request);
        assertThat(fault.code()).isEqualTo(ErrorCode.LIMITED);
        assertThat(fault.notProcessed()).isTrue();
        assertAlive(client);
    }

    @Test
    default void moreSubscriptionsThanTheGatewayAllowsAreRefused() {
        String subject = target().subject("s");
        GatewayClient client = target().client();
        for (int i = 0; i < SUBSCRIPTIONS_PER_SESSION; i++) {
            client.subscribe(subject + "." + i, message -> {});
        }

        GatewayException fault = Await.thrown(() -> client.subscribe(subject + ".more", message -> {}));

        assertThat(fault.code()).isEqualTo(ErrorCode.LIMITED);
        assertAlive(client);
    }

    @Test
    default void aFrameOfExactlyTheLimitGoesThroughAndOneByteMoreDoesNot() {
        target().requires(Capability.LARGE_FRAMES);
        GatewayClient client = target().client();
        int overhead = 1 + 1 + 4 + 2 + "gateway.echo".length() + 4; // type, flags, id, subject, deadlineMillis
        Payload exact = Payload.bytes(bytes(MAX_FRAME_BYTES - overhead));

        assertThat(client.requestAndWait("gateway.echo", exact)).isEqualTo(exact);

        GatewayException fault =
                Await.failure(client.request("gateway.echo", Payload.bytes(bytes(MAX_FRAME_BYTES - overhead + 1))));
        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(fault.notProcessed()).isTrue();
        assertAlive(client);
    }

    @Test
    default void whatIsTooLargeFailsWithoutAnythingBeingSent() {
        GatewayClient client = target().client();
        Payload large = Payload.bytes(bytes(MAX_FRAME_BYTES + 1));
        String session = client.sessionId();

        assertThat(Await.failure(client.request("gateway.echo", large)).code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(Await.thrown(() -> client.publish("a", large)).code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(Await.failure(client.publishConfirmed("a", large)).code()).isEqualTo(ErrorCode.TOO_LARGE);

        assertAlive(client);
        assertThat(client.sessionId()).as("the connection stood all the time").isEqualTo(session);
    }

    @Test
    default void aStreamRequestThatIsTooLargeFails() {
        target().requires(Capability.STREAMS);
        GatewayClient client = target().client();

        GatewayException fault = StreamProbe.on(
                        client.requestStream(Request.of("gateway.echo", Payload.bytes(bytes(MAX_FRAME_BYTES + 1)))))
                .request(1)
                .failed();

        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(fault.notProcessed()).isTrue();
        assertAlive(client);
    }

    @Test
    default void anAnswerThatIsTooLargeIsTheRequestersError() {
        String subject = target().subject("big");
        target().worker().serve(subject, request -> Response.of(Payload.bytes(bytes(MAX_FRAME_BYTES + 1))));
        GatewayClient client = target().client();

        GatewayException fault = Await.failure(client.request(subject, Payload.EMPTY));

        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        assertAlive(client);
    }

    @Test
    default void aResponseOfAStreamThatIsTooLargeEndsItWithAnError() {
        target().requires(Capability.STREAMS);
        String subject = target().subject("big");
        target().worker()
                .serveStream(
                        subject,
                        request -> Responses.of(
                                Response.text("small"), Response.of(Payload.bytes(bytes(MAX_FRAME_BYTES + 1)))));

        StreamProbe probe = StreamProbe.on(target().client().requestStream(Request.of(subject, Payload.EMPTY)));

        assertThat(probe.request(5).failed().code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(probe.texts()).containsExactly("small");
    }

    @Test
    default void whatTheReceiverDoesNotTakeIsTooLarge() {
        String subject = target().subject("little");
        GatewayClient little = target().worker(builder -> builder.maxFrameBytes(1024));
        little.serve(
                subject, request -> Response.text("took " + request.payload().length()));
        Inbox inbox = new Inbox();
        little.subscribe(subject, inbox);
        GatewayClient client = target().client();

        GatewayException request = Await.failure(client.request(subject, Payload.bytes(bytes(1024))));
        assertThat(request.code()).isEqualTo(ErrorCode.TOO_LARGE);
        GatewayException answer = Await.failure(little.request("gateway.echo", Payload.bytes(bytes(1100))));
        assertThat(answer.code()).isEqualTo(ErrorCode.TOO_LARGE);
        Await.value(client.publishConfirmed(subject, Payload.bytes(bytes(1024)))); // dropped
        Await.value(client.publishConfirmed(subject, Payload.text("fits")));

        assertThat(inbox.next().text()).isEqualTo("fits");
        assertThat(client.requestAndWait(subject, Payload.bytes(bytes(500))).text())
                .isEqualTo("took 500");
    }

    @Test
    default void tooManyOrTooLargeHeadersAreRefusedByTheBuilder() {
        Request.Builder many = Request.to("a");
        for (int i = 0; i < 65; i++) {
            many.header("h" + i, "");
        }
        assertThat(Await.thrown(many::build).code()).isEqualTo(ErrorCode.MALFORMED);
        assertThat(Await.thrown(Request.to("a").header("h", "x".repeat(8192))::build)
                        .code())
                .isEqualTo(ErrorCode.MALFORMED);
        assertThat(Await.thrown(Request.to("a").header("ü", "x")::build).code()).isEqualTo(ErrorCode.MALFORMED);
    }
}
