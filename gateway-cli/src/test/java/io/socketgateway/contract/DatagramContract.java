package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.client.Responses;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where datagrams have an answer of their own: what they cannot do fails at once and says so, and how long they may be. */
public interface DatagramContract extends TargetHolder {
    /** The longest datagram that a gateway takes by default. */
    int MOST_TAKEN_BYTES = 8192;

    /** The longest datagram that it sends. */
    int MOST_SENT_BYTES = 1200;

    /** How many ids there may be between the oldest unanswered and the newest. */
    int WINDOW = 256;

    /** The envelope, the frame's length, its type, flags and id. */
    int RESPONSE_OVERHEAD = 9 + 4 + 6;

    private static Payload bytes(int count) {
        return Payload.bytes(new byte[count]);
    }

    private static int requestOverhead(String subject) {
        return 9 + 4 + 6 + 2 + subject.length() + 4; // the last is deadlineMillis
    }

    private static void assertUnsupported(GatewayException fault) {
        assertThat(fault.code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(fault.notProcessed()).isTrue();
        assertThat(fault.getMessage()).containsIgnoringCase("udp");
    }

    private static void assertAlive(GatewayClient client) {
        assertThat(client.requestAndWait("gateway.echo", Payload.text("alive")).text())
                .isEqualTo("alive");
    }

    @Test
    default void servingFailsAtOnceAndSaysWhy() {
        String subject = target().subject("serve");
        GatewayClient client = target().client();

        assertUnsupported(Await.thrown(() -> client.serve(subject, request -> Response.empty())));
        assertUnsupported(
                Await.thrown(() -> client.serve(subject, ServeOptions.defaults(), request -> Response.empty())));
        assertUnsupported(Await.thrown(() -> client.serve(subject, String.class, text -> text)));
        assertUnsupported(Await.thrown(() -> client.serveAsync(subject, request -> new CompletableFuture<>())));
        assertUnsupported(Await.thrown(() -> client.serveStream(subject, request -> Responses.of())));
        assertAlive(client);
        assertThat(Await.failure(client.request(subject, Payload.EMPTY)).code()).isEqualTo(ErrorCode.NO_WORKER);
    }

    @Test
    default void askingForAStreamFailsAtOnceAndSaysWhy() {
        String subject = target().subject("stream");
        AtomicInteger asked = new AtomicInteger();
        target().worker().serveStream(subject, request -> {
            asked.incrementAndGet();
            return Responses.of();
        });
        GatewayClient client = target().client();
        Request request = Request.of(subject, Payload.EMPTY);

        assertUnsupported(Await.thrown(() -> {
            GatewayException fault =
                    StreamProbe.on(client.requestStream(request)).failed();
            throw fault;
        }));
        assertUnsupported(Await.thrown(() -> {
            try (var responses = client.stream(request)) {
                responses.forEach(response -> {});
            }
        }));
        assertAlive(client);
        assertThat(asked).hasValue(0);
    }

    @Test
    default void aClientWithDatagramsAmongItsUrlsMayNotServe() {
        GatewayClient client = target().client(builder -> builder.url("tcp://127.0.0.1:1"));

        assertUnsupported(Await.thrown(() -> client.serve(target().subject("mixed"), request -> Response.empty())));
        assertAlive(client);
    }

    @Test
    default void aRequestFillsTheLongestDatagramAndOneByteMoreIsNotSent() {
        String subject = target().subject("long");
        AtomicInteger carriedOut = new AtomicInteger();
        target().worker().serve(subject, request -> {
            carriedOut.incrementAndGet();
            return Response.text("took " + request.payload().length());
        });
        GatewayClient client = target().client();
        int most = MOST_TAKEN_BYTES - requestOverhead(subject);

        assertThat(client.requestAndWait(subject, bytes(most)).text()).isEqualTo("took " + most);

        GatewayException fault = Await.failure(client.request(subject, bytes(most + 1)));
        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(fault.notProcessed()).isTrue();
        assertAlive(client);
        assertThat(carriedOut).hasValue(1);
    }

    @Test
    default void whatIsTooLongToBePublishedIsNotSent() {
        String subject = target().subject("news");
        Inbox inbox = new Inbox();
        target().worker().subscribe(subject, inbox);
        GatewayClient client = target().client();
        String session = client.sessionId();

        assertThat(Await.thrown(() -> client.publish(subject, bytes(MOST_TAKEN_BYTES)))
                        .code())
                .isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(Await.failure(client.publishConfirmed(subject, bytes(MOST_TAKEN_BYTES)))
                        .code())
                .isEqualTo(ErrorCode.TOO_LARGE);
        Await.value(client.publishConfirmed(subject, bytes(8000)));

        assertThat(inbox.next().payload().length()).isEqualTo(8000);
        assertThat(client.sessionId()).isEqualTo(session);
    }

    @Test
    default void anAnswerFillsADatagramOf1200BytesAndOneByteMoreIsTooLarge() {
        String subject = target().subject("answers");
        AtomicInteger carriedOut = new AtomicInteger();
        target().worker().serve(subject, request -> {
            carriedOut.incrementAndGet();
            return Response.of(bytes(Integer.parseInt(request.text())));
        });
        GatewayClient client = target().client();
        int most = MOST_SENT_BYTES - RESPONSE_OVERHEAD;

        assertThat(client.requestAndWait(subject, Payload.text(Integer.toString(most)))
                        .length())
                .isEqualTo(most);
        GatewayException fault = Await.failure(client.request(subject, Payload.text(Integer.toString(most + 1))));

        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(fault.mayHaveBeenProcessed()).isTrue();
        assertThat(fault).hasMessageContaining("stream");
        assertThat(carriedOut).hasValue(2);
        assertAlive(client);
    }

    @Test
    default void aMessageThatIsTooLongIsDroppedAndTheNextArrives() {
        String subject = target().subject("messages");
        Inbox inbox = new Inbox();
        target().client().subscribe(subject, inbox);
        GatewayClient publisher = target().worker();

        Await.value(publisher.publishConfirmed(subject, bytes(MOST_SENT_BYTES)));
        Await.value(publisher.publishConfirmed(subject, Payload.text("fits")));

        assertThat(inbox.next().text()).isEqualTo("fits");
    }

    @Test
    default void moreRequestsThanTheWindowHoldsWaitInTheClientAndAreAllAnsweredOnce() {
        String subject = target().subject("window");
        ConcurrentLinkedQueue<CompletableFuture<Response>> inHand = new ConcurrentLinkedQueue<>();
        AtomicInteger carriedOut = new AtomicInteger();
        CountDownLatch windowFull = new CountDownLatch(WINDOW);
        target().worker().serveAsync(subject, ServeOptions.defaults().withConcurrency(1024), request -> {
            carriedOut.incrementAndGet();
            CompletableFuture<Response> answer = new CompletableFuture<>();
            inHand.add(answer);
            windowFull.countDown();
            return answer;
        });
        GatewayClient client = target().client();
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            answers.add(client.request(subject, Payload.text("r" + i)));
        }

        Await.opened(windowFull);
        Await.value(client.ping()); // stands outside the window
        assertThat(carriedOut).hasValue(WINDOW);
        while (answers.stream().anyMatch(answer -> !answer.isDone())) {
            Await.until("something in hand", () -> {
                CompletableFuture<Response> next = inHand.poll();
                if (next != null) {
                    next.complete(Response.text("done"));
                }
                return next != null || answers.stream().allMatch(CompletableFuture::isDone);
            });
        }

        answers.forEach(answer -> assertThat(Await.value(answer).text()).isEqualTo("done"));
        assertThat(carriedOut).hasValue(1000);
    }

    @Test
    default void aRequestToAClientThatIsTooLongIsTooLarge() {
        GatewayClient asked = target().client();
        AtomicInteger carriedOut = new AtomicInteger();
        asked.onRequest(request -> {
            carriedOut.incrementAndGet();
            return Response.text("took " + request.payload().length());
        });
        GatewayClient asking = target().worker();
        String address = "client." + asked.clientId();

        GatewayException fault = Await.failure(asking.request(address, bytes(MOST_SENT_BYTES)));
        assertThat(fault.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(asking.requestAndWait(address, bytes(1000)).text()).isEqualTo("took 1000");
        assertThat(carriedOut).hasValue(1);
    }

    @Test
    default void aClientIsAskedByManyAtOnceAndAnswersEach() {
        GatewayClient asked = target().client();
        asked.onRequest(request -> Response.text("re " + request.text()));
        GatewayClient asking = target().client();
        String address = "client." + asked.clientId();
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(asking.request(address, Payload.text("q" + i)));
        }

        for (int i = 0; i < 200; i++) {
            assertThat(Await.value(answers.get(i)).text()).isEqualTo("re q" + i);
        }
    }

    @Test
    default void twoHundredClientsAreSessionsOfTheirOwn() {
        List<GatewayClient> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(target().client());
        }
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (GatewayClient client : clients) {
            answers.add(client.request("gateway.whoami", Payload.EMPTY));
        }

        for (int i = 0; i < clients.size(); i++) {
            assertThat(Await.value(answers.get(i)).text())
                    .contains(clients.get(i).sessionId())
                    .contains("\"udp\"");
        }
    }
}
