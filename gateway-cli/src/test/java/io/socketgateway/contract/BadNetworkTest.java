package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.Responses;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that come one by one, in odd pieces, or late: every exchange works all the same. */
final class BadNetworkTest {
    private Scene scene;

    @BeforeEach
    void open() {
        scene = Scene.open();
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private void everyExchangeWorks(int count) {
        String subject = scene.subject("all");
        GatewayClient worker = scene.relayed();
        worker.serve(
                subject + ".mirror",
                request -> Response.of(Headers.of("seen", request.headers().get("k")), request.payload()));
        worker.serveStream(
                subject + ".count",
                request -> Responses.from(IntStream.range(0, count).mapToObj(i -> Response.text("n" + i))));
        GatewayClient client = scene.relayed();
        Inbox inbox = new Inbox();
        client.subscribe(subject + ".*", inbox);

        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(client.request(Request.to(subject + ".mirror")
                    .header("k", "v" + i)
                    .text("☃".repeat(i))
                    .build()));
            worker.publish(subject + ".news", Payload.text("m" + i));
        }
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of(subject + ".count", Payload.EMPTY)))
                .request(Long.MAX_VALUE);

        for (int i = 0; i < count; i++) {
            Response response = Await.value(answers.get(i));
            assertThat(response.text()).isEqualTo("☃".repeat(i));
            assertThat(response.headers().get("seen")).isEqualTo("v" + i);
        }
        assertThat(inbox.textsUpTo("m" + (count - 1))).hasSize(count);
        assertThat(probe.completed()).hasSize(count);
        Await.value(client.ping());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 1021})
    void everyExchangeWorksPieceByPiece(int bytes) {
        scene.relay().pieces(bytes);
        everyExchangeWorks(30);
    }

    @Test
    void everyExchangeWorksWhenAllIsLate() {
        scene.relay().delay(Duration.ofMillis(20));
        everyExchangeWorks(30);
    }

    @Test
    void largeFramesArriveInOddPieces() {
        scene.relay().pieces(4099);
        byte[] bytes = new byte[1_000_000];
        new java.util.Random(7).nextBytes(bytes);

        assertThat(scene.relayed().requestAndWait("gateway.echo", Payload.bytes(bytes)))
                .isEqualTo(Payload.bytes(bytes));
    }

    @Test
    void aStreamOfLargeResponsesOverASlowNetworkArrivesWhole() {
        String subject = scene.subject("chunks");
        byte[] chunk = new byte[100_000];
        int count = 300;
        AtomicInteger read = new AtomicInteger();
        GatewayClient worker = scene.direct();
        worker.serveStream(
                subject,
                request -> Responses.from(IntStream.range(0, count)
                        .peek(i -> read.set(i))
                        .mapToObj(i -> Response.of(Payload.bytes(chunk)))));
        GatewayClient client = scene.relayed();
        scene.relay().stall(Relay.Way.TO_CLIENT);
        StreamProbe probe = StreamProbe.on(client.requestStream(Request.of(subject, Payload.EMPTY)));
        probe.request(Long.MAX_VALUE);
        Await.until("the worker has sent what it may", () -> {
            int before = read.get();
            for (int i = 0; i < 50; i++) {
                Await.value(worker.request("gateway.echo", Payload.EMPTY));
            }
            return read.get() == before && before > 0 || probe.isEnded();
        });

        scene.relay().resume();

        assertThat(probe.completed()).hasSize(count);
    }

    @Test
    void aStallThatEndsInTimeCostsNothing() {
        GatewayClient client = scene.relayed();
        String session = client.sessionId();
        scene.relay().stall(Relay.Way.TO_GATEWAY, Relay.Way.TO_CLIENT);
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(client.request("gateway.echo", Payload.text("m" + i)));
        }
        assertThat(scene.direct()
                        .requestAndWait("gateway.echo", Payload.text("others"))
                        .text())
                .isEqualTo("others");
        assertThat(answers).noneMatch(CompletableFuture::isDone);

        scene.relay().resume();

        for (int i = 0; i < answers.size(); i++) {
            assertThat(Await.value(answers.get(i)).text()).isEqualTo("m" + i);
        }
        assertThat(client.sessionId()).isEqualTo(session);
    }
}
