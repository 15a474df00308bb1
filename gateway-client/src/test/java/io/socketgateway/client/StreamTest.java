package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StreamTest {
    private static final Request REQUEST = Request.of("lines", Payload.text("log"));

    private final ScriptedGateway gateway = new ScriptedGateway();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void close() {
        gateway.close();
    }

    private Collecting subscribe(GatewayClient client, long first) {
        Collecting subscriber = new Collecting(first);
        client.requestStream(REQUEST).subscribe(subscriber);
        return subscriber;
    }

    @Test
    void demandBecomesCreditAndResponsesComeInOrder() {
        Collecting lines = subscribe(gateway.connect(), 2);
        Frame.Request request = gateway.peer().expect(Frame.Request.class);
        assertThat(request.isStream()).isTrue();
        assertThat(request.credit()).isEqualTo(2);
        assertThat(request.payload()).isEqualTo(Payload.text("log"));
        gateway.peer().respondMore(request.id(), Payload.text("1"));
        gateway.peer().respondMore(request.id(), Payload.text("2"));
        lines.awaitTexts(2);
        lines.subscription().request(3);
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Credit(request.id(), 3));
        gateway.peer().respondMore(request.id(), Payload.text("3"));
        gateway.peer().respond(request.id(), Payload.EMPTY);
        assertThat(lines.end()).isNull();
        assertThat(lines.texts).containsExactly("1", "2", "3");
        assertThat(lines.overlapped).isFalse();
        assertThat(lines.onEventLoop).isFalse();
    }

    @Test
    void aLastResponseThatIsNotEmptyIsAnItem() {
        Collecting lines = subscribe(gateway.connect(), 5);
        gateway.peer().respond(gateway.peer().expect(Frame.Request.class).id(), Payload.text("only"));
        assertThat(lines.end()).isNull();
        assertThat(lines.texts).containsExactly("only");
    }

    @Test
    void nothingIsSentBeforeTheFirstDemand() {
        GatewayClient client = gateway.connect();
        Collecting lines = subscribe(client, 0);
        client.publish("after", Payload.EMPTY);
        assertThat(gateway.peer().next()).isInstanceOf(Frame.Publish.class);
        lines.subscription().request(1);
        assertThat(gateway.peer().expect(Frame.Request.class).credit()).isEqualTo(1);
    }

    @Test
    void boundlessDemandIsGivenInPortionsAsTheSubscriberTakesThem() {
        Collecting lines = subscribe(gateway.connect(), Long.MAX_VALUE);
        Frame.Request request = gateway.peer().expect(Frame.Request.class);
        assertThat(request.credit()).isEqualTo(16);
        long credit = request.credit();
        int total = 2000;
        for (int i = 0; i < total; i++) {
            while (credit == 0) {
                credit += gateway.peer().expect(Frame.Credit.class).n();
            }
            credit--;
            gateway.peer().respondMore(request.id(), Payload.text(Integer.toString(i)));
        }
        gateway.peer().respond(request.id(), Payload.EMPTY);
        assertThat(lines.end()).isNull();
        assertThat(lines.texts).hasSize(total);
        assertThat(lines.texts.get(total - 1)).isEqualTo("1999");
    }

    @Test
    void aSlowSubscriberHoldsCreditBack() {
        GatewayClient client = gateway.connect();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        client.requestStream(REQUEST).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Response item) {
                goOn.join();
            }

            @Override
            public void onError(Throwable fault) {
                ended.completeExceptionally(fault);
            }

            @Override
            public void onComplete() {
                ended.complete(null);
            }
        });
        Frame.Request request = gateway.peer().expect(Frame.Request.class);
        for (int i = 0; i < request.credit(); i++) {
            gateway.peer().respondMore(request.id(), Payload.text("x"));
        }
        gateway.peer().send(new Frame.Ping(5, Payload.EMPTY));
        assertThat(gateway.peer().next()).isInstanceOf(Frame.Pong.class); // and no CREDIT before it
        goOn.complete(null);
        assertThat(gateway.peer().expect(Frame.Credit.class).n()).isGreaterThan(0);
        gateway.peer().respond(request.id(), Payload.EMPTY);
        ended.join();
    }

    @Test
    void moreThanWasAskedForEndsTheStream() {
        Collecting lines = subscribe(gateway.connect(), 1);
        int id = gateway.peer().expect(Frame.Request.class).id();
        gateway.peer().respondMore(id, Payload.text("1"));
        gateway.peer().respondMore(id, Payload.text("2"));
        assertThat(lines.end()).isInstanceOf(GatewayException.class).hasMessageContaining("credit");
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(id));
        assertThat(lines.texts).containsExactly("1");
    }

    @Test
    void anErrorComesAfterWhatCameBeforeIt() {
        Collecting lines = subscribe(gateway.connect(), 5);
        int id = gateway.peer().expect(Frame.Request.class).id();
        gateway.peer()
                .send(
                        new Frame.Response(id, true, io.socketgateway.protocol.Headers.EMPTY, Payload.text("1")),
                        Frame.Error.of(id, ErrorCode.FAILED, "broke"));
        assertThat(lines.end())
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        fault -> assertThat(fault.code()).isEqualTo(ErrorCode.FAILED));
        assertThat(lines.texts).containsExactly("1");
    }

    @Test
    void cancellingSendsCancelAndSignalsNothingMore() {
        GatewayClient client = gateway.connect();
        Collecting lines = subscribe(client, 5);
        int id = gateway.peer().expect(Frame.Request.class).id();
        lines.subscription().cancel();
        lines.subscription().cancel();
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(id));
        gateway.peer().respondMore(id, Payload.text("late"));
        gateway.peer().send(Frame.Error.of(id, ErrorCode.CANCELLED, ""));
        Futures.pingPong(client, gateway.peer());
        assertThat(lines.texts).isEmpty();
        assertThat(lines.hasEnded()).isFalse();
    }

    @Test
    void demandThatIsNotOverZeroEndsTheStream() {
        Collecting lines = subscribe(gateway.connect(), 1);
        int id = gateway.peer().expect(Frame.Request.class).id();
        lines.subscription().request(0);
        assertThat(lines.end()).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3.9");
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void eachSubscriberMakesARequestOfItsOwn() {
        Flow.Publisher<Response> publisher = gateway.connect().requestStream(REQUEST);
        publisher.subscribe(new Collecting(1));
        publisher.subscribe(new Collecting(1));
        int first = gateway.peer().expect(Frame.Request.class).id();
        assertThat(gateway.peer().expect(Frame.Request.class).id()).isNotEqualTo(first);
    }

    @Test
    void overTheBoundTheSubscriberIsToldAtOnce() {
        GatewayClient client = gateway.connect(GatewayClient.builder().maxRequests(1));
        subscribe(client, 1);
        Collecting second = subscribe(client, 1);
        assertThat(second.end())
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        fault -> assertThat(fault.code()).isEqualTo(ErrorCode.LIMITED));
        assertThat(second.overlapped).isFalse();
    }

    @Test
    void theTimeoutBoundsTheWaitForTheFirstResponseAlone() {
        GatewayClient client = gateway.connect(
                GatewayClient.builder().requestTimeout(Duration.ofSeconds(2)).clock(clock));
        Collecting silent = subscribe(client, 5);
        Collecting flowing = subscribe(client, 5);
        int silentId = gateway.peer().expect(Frame.Request.class).id();
        int flowingId = gateway.peer().expect(Frame.Request.class).id();
        gateway.peer().respondMore(flowingId, Payload.text("1"));
        flowing.awaitTexts(1);
        clock.advanceUntil(silent::hasEnded);
        assertThat(silent.end())
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        fault -> assertThat(fault.code()).isEqualTo(ErrorCode.DEADLINE));
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(silentId));
        gateway.peer().respond(flowingId, Payload.EMPTY);
        assertThat(flowing.end()).isNull();
    }

    @Test
    void aSubscriberThatThrowsCancelsItsStream() {
        GatewayClient client = gateway.connect();
        client.requestStream(REQUEST).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(3);
            }

            @Override
            public void onNext(Response item) {
                throw new IllegalStateException("thrown on purpose");
            }

            @Override
            public void onError(Throwable fault) {}

            @Override
            public void onComplete() {}
        });
        int id = gateway.peer().expect(Frame.Request.class).id();
        gateway.peer().respondMore(id, Payload.text("x"));
        assertThat(gateway.peer().next()).isEqualTo(new Frame.Cancel(id));
    }

    @Test
    void aLostConnectionFailsTheStream() {
        Collecting lines = subscribe(gateway.connect(), 5);
        gateway.peer().expect(Frame.Request.class);
        gateway.peer().reset();
        assertThat(lines.end())
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        fault -> assertThat(fault.mayHaveBeenProcessed()).isTrue());
    }

    @Test
    void theBlockingStreamReadsAndCancels() {
        GatewayClient client = gateway.connect();
        CompletableFuture<List<String>> read = CompletableFuture.supplyAsync(() -> {
            try (Stream<Response> lines = client.stream(REQUEST)) {
                return lines.limit(2).map(Response::text).toList();
            }
        });
        Frame.Request request = gateway.peer().expect(Frame.Request.class);
        gateway.peer().respondMore(request.id(), Payload.text("1"));
        gateway.peer().respondMore(request.id(), Payload.text("2"));
        assertThat(read.join()).containsExactly("1", "2");
        Frame last = gateway.peer().next();
        while (last instanceof Frame.Credit) { // it may have wanted more before it had enough
            last = gateway.peer().next();
        }
        assertThat(last).isEqualTo(new Frame.Cancel(request.id()));

        CompletableFuture<List<String>> failing = CompletableFuture.supplyAsync(
                () -> client.stream(REQUEST).map(Response::text).toList());
        gateway.peer()
                .send(Frame.Error.of(gateway.peer().expect(Frame.Request.class).id(), ErrorCode.NO_WORKER, "nobody"));
        assertThatThrownBy(failing::join).hasMessageContaining("nobody");
    }
}
