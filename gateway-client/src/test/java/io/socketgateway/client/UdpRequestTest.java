package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UdpRequestTest {
    private static final int WINDOW = 256;

    private final ScriptedUdpGateway gateway = new ScriptedUdpGateway();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void close() {
        gateway.close();
    }

    private GatewayClient connect() {
        return gateway.connect(GatewayClient.builder().clock(clock).random(() -> 0L)); // no jitter
    }

    private static Request within(Duration timeout) {
        return Request.to("a").timeout(timeout).build();
    }

    @Test
    void aRequestIsRepeatedWithTheTimeThatIsLeftUntilItIsAnswered() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = client.request(within(Duration.ofSeconds(10)));
        Frame.Request first = gateway.expect(Frame.Request.class);
        assertThat(first.deadlineMillis()).isEqualTo(10_000);
        clock.advance(Duration.ofMillis(60)); // HELLO was answered at once, so the timeout is the shortest
        Frame.Request second = gateway.expect(Frame.Request.class);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.deadlineMillis()).isBetween(9_930L, 9_950L);
        clock.advance(Duration.ofMillis(110));
        assertThat(gateway.expect(Frame.Request.class).deadlineMillis()).isBetween(9_820L, 9_840L);
        gateway.respond(first.id(), Payload.text("at last"));
        assertThat(Futures.soon(answer).text()).isEqualTo("at last");
        gateway.respond(first.id(), Payload.text("again")); // answers the repeats
        gateway.respond(first.id(), Payload.text("again"));
        clock.advance(Duration.ofSeconds(5));
        gateway.pingPong(client);
    }

    @Test
    void whatIsUnderWayIsAskedForEveryTwoSeconds() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = client.request(within(Duration.ofSeconds(10)));
        int id = gateway.expect(Frame.Request.class).id();
        clock.advance(Duration.ofMillis(60));
        gateway.expect(Frame.Request.class);
        gateway.send(new Frame.Ack(id));
        gateway.pingPong(client);
        clock.advance(Duration.ofMillis(1_950));
        gateway.pingPong(client);
        clock.advance(Duration.ofMillis(70));
        assertThat(gateway.expect(Frame.Request.class).id()).isEqualTo(id);
        gateway.send(new Frame.Ack(id));
        gateway.pingPong(client);
        clock.advance(Duration.ofMillis(1_950));
        gateway.pingPong(client);
        gateway.respond(id, Payload.EMPTY);
        Futures.soon(answer);
    }

    @Test
    void whatIsNotAnsweredUntilItsDeadlineMayHaveBeenProcessed() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = client.request(within(Duration.ofSeconds(1)));
        gateway.expect(Frame.Request.class);
        clock.advance(Duration.ofMillis(1_020)); // no repeat after that
        clock.advanceUntil(answer::isDone);
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.DEADLINE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
    }

    @Test
    void anOutdatedRepeatMayHaveBeenProcessed() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = client.request(within(Duration.ofSeconds(10)));
        int id = gateway.expect(Frame.Request.class).id();
        gateway.send(Frame.Error.of(id, ErrorCode.DEADLINE, "id: the answer is not kept any more"));
        GatewayException fault = Futures.faultOf(answer);
        assertThat(fault.code()).isEqualTo(ErrorCode.DEADLINE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
    }

    @Test
    void atMost256IdsAreUnanswered() {
        GatewayClient client = connect();
        List<CompletableFuture<Response>> answers = Stream.generate(() -> client.request(within(Duration.ofMinutes(1))))
                .limit(WINDOW + 2)
                .toList();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < WINDOW; i++) {
            ids.add(gateway.expect(Frame.Request.class).id());
        }
        assertThat(ids)
                .containsExactlyElementsOf(
                        IntStream.range(ids.get(0), ids.get(0) + WINDOW).boxed().toList());
        gateway.pingPong(client);
        gateway.respond(ids.get(1), Payload.EMPTY);
        Futures.soon(answers.get(1));
        gateway.pingPong(client); // the oldest is still unanswered
        gateway.respond(ids.get(0), Payload.EMPTY);
        Futures.soon(answers.get(0));
        assertThat(gateway.expect(Frame.Request.class).id()).isEqualTo(ids.get(0) + WINDOW);
        assertThat(gateway.expect(Frame.Request.class).id()).isEqualTo(ids.get(0) + WINDOW + 1);
    }

    @Test
    void whatWasHeldBackIsNotProcessedWhenTheSessionIsLost() {
        GatewayClient client = connect();
        List<CompletableFuture<Response>> answers = Stream.generate(() -> client.request(within(Duration.ofMinutes(1))))
                .limit(WINDOW + 10)
                .toList();
        for (int i = 0; i < WINDOW; i++) {
            gateway.expect(Frame.Request.class);
        }
        answers.get(WINDOW + 1).cancel(false); // takes nothing away from the truth about the others
        gateway.pingPong(client);
        gateway.send(Frame.Error.of(0, ErrorCode.UNAVAILABLE, "too slow"));
        for (int i = 0; i < WINDOW + 10; i++) {
            if (i != WINDOW + 1) {
                GatewayException fault = Futures.faultOf(answers.get(i));
                assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                assertThat(fault.notProcessed()).as("request " + i).isEqualTo(i >= WINDOW);
            }
        }
    }

    @Test
    void whatWasHeldBackUntilItsDeadlineIsNotProcessed() {
        GatewayClient client = connect();
        for (int i = 0; i < WINDOW; i++) {
            client.request(within(Duration.ofMinutes(1)));
            gateway.send(new Frame.Ack(gateway.expect(Frame.Request.class).id()));
        }
        CompletableFuture<Response> held = client.request(within(Duration.ofSeconds(1)));
        gateway.pingPong(client);
        clock.advance(Duration.ofMillis(1_020));
        assertThat(Futures.faultOf(held).notProcessed()).isTrue();
    }

    @Test
    void whatIsCancelledBeforeItWentOutNeverDoes() {
        GatewayClient client = connect();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < WINDOW; i++) {
            client.request(within(Duration.ofMinutes(1)));
            ids.add(gateway.expect(Frame.Request.class).id());
        }
        CompletableFuture<Response> cancelled = client.request(within(Duration.ofMinutes(1)));
        client.request(within(Duration.ofMinutes(1)));
        cancelled.cancel(false);
        gateway.pingPong(client); // not even CANCEL
        gateway.respond(ids.get(0), Payload.EMPTY);
        gateway.respond(ids.get(1), Payload.EMPTY);
        assertThat(gateway.expect(Frame.Request.class).id()).isEqualTo(ids.get(0) + WINDOW + 1);
    }

    @Test
    void aCancelledRequestIsNotRepeated() {
        GatewayClient client = connect();
        CompletableFuture<Response> answer = client.request(within(Duration.ofMinutes(1)));
        int id = gateway.expect(Frame.Request.class).id();
        answer.cancel(false);
        assertThat(gateway.expect(Frame.Cancel.class).id()).isEqualTo(id);
        clock.advance(Duration.ofSeconds(1));
        gateway.pingPong(client);
    }

    @Test
    void framesOfOneTurnShareADatagramThatIsNotFragmented() {
        GatewayClient client = connect();
        Frame[] pings = IntStream.range(0, 10)
                .mapToObj(i -> new Frame.Ping(0, Payload.text("x".repeat(300))))
                .toArray(Frame[]::new);
        gateway.send(pings);
        List<Integer> framesOfEach = new ArrayList<>();
        int pongs = 0;
        while (pongs < pings.length) {
            ScriptedUdpGateway.Datagram datagram = gateway.receive();
            assertThat(datagram.bytes().readableBytes()).isLessThanOrEqualTo(1_200);
            framesOfEach.add(datagram.frames().size());
            pongs += datagram.frames().size();
        }
        assertThat(framesOfEach).containsExactly(3, 3, 3, 1);
        gateway.pingPong(client);
    }

    @Test
    void whatNoDatagramHoldsFailsAtOnce() {
        GatewayClient client = connect();
        int room = 8192 - 9 - 4 - 6 - 2 - 1 - 4; // envelope, length, head, subject, deadline
        GatewayException fault = Futures.faultOf(client.request("a", bytes(room + 1)));
        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(fault).hasMessageContaining("datagram").hasMessageContaining("use a stream transport");
        assertThat(fault.notProcessed()).isTrue();
        CompletableFuture<Response> answer = client.request("a", bytes(room));
        ScriptedUdpGateway.Datagram datagram = gateway.receive();
        assertThat(datagram.bytes().readableBytes()).isEqualTo(8192);
        gateway.respond(datagram.frames().get(0).id(), Payload.EMPTY);
        Futures.soon(answer);
    }

    private static Payload bytes(int length) {
        return Payload.owning(Content.BYTES, new byte[length]);
    }

    @Test
    void aPublishIsSentOnceAndAConfirmedOneUntilItIs() {
        GatewayClient client = connect();
        client.publish("news", Payload.text("1"));
        assertThat(gateway.expect(Frame.Publish.class).id()).isZero();
        CompletableFuture<Void> confirmed = client.publishConfirmed("news", Payload.text("2"));
        Frame.Publish first = gateway.expect(Frame.Publish.class);
        clock.advance(Duration.ofMillis(60));
        assertThat(gateway.expect(Frame.Publish.class)).isEqualTo(first);
        gateway.respond(first.id(), Payload.EMPTY);
        Futures.soon(confirmed);
        clock.advance(Duration.ofSeconds(1));
        gateway.pingPong(client);
    }

    @Test
    void aPingOfTheUsersMeasuresAndIsSentOnce() {
        GatewayClient client =
                gateway.connect(GatewayClient.builder().clock(clock).requestTimeout(Duration.ofSeconds(4)));
        CompletableFuture<Duration> lost = client.ping();
        gateway.expect(Frame.Ping.class);
        clock.advance(Duration.ofSeconds(3));
        CompletableFuture<Duration> answered = client.ping();
        Frame.Ping ping = gateway.expect(Frame.Ping.class);
        clock.advance(Duration.ofMillis(30));
        gateway.pong(ping);
        assertThat(Futures.soon(answered)).isEqualTo(Duration.ofMillis(30));
        assertThat(lost).isNotDone();
        clock.advance(Duration.ofSeconds(1));
        assertThat(Futures.faultOf(lost).code()).isEqualTo(ErrorCode.DEADLINE);
        await().untilAsserted(() -> assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED));
    }
}
