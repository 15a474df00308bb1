package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.IncomingMessage;
import io.socketgateway.client.Response;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.client.Subscription;
import io.socketgateway.contract.Target.Capability;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many at once: nothing is lost, mixed up or out of order. */
public interface LoadContract extends TargetHolder {
    /** Threads that share one client. */
    int THREADS = 16;

    private static void inParallel(int threads, Callable<?> task) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(task));
            }
            running.forEach(Await::value);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    default void messagesOfOnePublisherStayInOrderHoweverManyPublish() {
        target().requires(Capability.ORDERED_MESSAGES);
        String subject = target().subject("ordered");
        int publishers = 4;
        int each = 5000;
        List<ConcurrentLinkedQueue<IncomingMessage>> received = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ConcurrentLinkedQueue<IncomingMessage> messages = new ConcurrentLinkedQueue<>();
            received.add(messages);
            subscriptions.add(target().client()
                    .subscribe(
                            subject, SubscribeOptions.defaults().withQueueCapacity(publishers * each), messages::add));
        }
        List<GatewayClient> clients =
                IntStream.range(0, publishers).mapToObj(i -> target().client()).toList();
        ConcurrentLinkedQueue<GatewayClient> free = new ConcurrentLinkedQueue<>(clients);

        inParallel(publishers, () -> {
            GatewayClient client = free.remove();
            int publisher = clients.indexOf(client);
            for (int n = 0; n < each; n++) {
                Payload payload = Payload.text(publisher + ":" + n);
                if (n % 500 == 499) {
                    Await.value(client.publishConfirmed(subject, payload));
                } else {
                    client.publish(subject, payload);
                }
            }
            return null;
        });

        for (ConcurrentLinkedQueue<IncomingMessage> messages : received) {
            Await.until("all messages", () -> messages.size() >= publishers * each);
            int[] next = new int[publishers];
            for (IncomingMessage message : messages) {
                String[] parts = message.text().split(":", 2);
                int publisher = Integer.parseInt(parts[0]);
                assertThat(Integer.parseInt(parts[1])).isEqualTo(next[publisher]++);
            }
            assertThat(messages).hasSize(publishers * each);
        }
        assertThat(subscriptions).allMatch(subscription -> subscription.dropped() == 0);
    }

    @Test
    default void oneClientServesSixteenThreadsAtOnce() {
        String subject = target().subject("shared");
        target().worker().serve(subject + ".*", request -> Response.text(request.subject() + "=" + request.text()));
        GatewayClient client = target().client();
        ConcurrentLinkedQueue<Integer> numbers =
                new ConcurrentLinkedQueue<>(IntStream.range(0, THREADS).boxed().toList());

        inParallel(THREADS, () -> {
            int thread = numbers.remove();
            String topic = subject + ".topic." + thread;
            Inbox inbox = new Inbox();
            try (Subscription subscription = client.subscribe(topic, inbox)) {
                assertThat(subscription.isActive()).isTrue();
                for (int i = 0; i < 50; i++) {
                    String text = thread + "/" + i;
                    CompletableFuture<Response> answer = client.request(subject + "." + thread, Payload.text(text));
                    client.publish(topic, Payload.text(text));
                    assertThat(client.requestAndWait("gateway.echo", Payload.text(text))
                                    .text())
                            .isEqualTo(text);
                    assertThat(Await.value(answer).text()).isEqualTo(subject + "." + thread + "=" + text);
                    assertThat(inbox.next().text()).isEqualTo(text);
                    if (i % 10 == 0) {
                        Await.value(client.ping());
                    }
                }
            }
            return null;
        });
    }

    @Test
    default void aBurstOfRequestsIsAnsweredEachWithItsOwn() {
        String subject = target().subject("burst");
        for (int i = 0; i < 3; i++) {
            target().worker().serve(subject, request -> Response.of(request.payload()));
        }
        GatewayClient client = target().client();

        for (int round = 0; round < 5; round++) {
            List<CompletableFuture<Response>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                answers.add(client.request(subject, Payload.text(round + "-" + i)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(Await.value(answers.get(i)).text()).isEqualTo(round + "-" + i);
            }
        }
    }

    @Test
    default void subscribersThatComeAndGoDisturbNobody() {
        String subject = target().subject("toggle");
        Inbox steady = new Inbox();
        target().client().subscribe(subject, SubscribeOptions.defaults().withQueueCapacity(100_000), steady);
        GatewayClient publisher = target().client();
        GatewayClient fickle = target().client();

        inParallel(4, () -> {
            for (int i = 0; i < 100; i++) {
                try (Subscription subscription = fickle.subscribe(subject, message -> {})) {
                    Await.value(publisher.publishConfirmed(subject, Payload.text("m" + subscription.dropped())));
                }
            }
            return null;
        });
        Await.value(publisher.publishConfirmed(subject, Payload.text("last")));

        assertThat(steady.textsUpTo("last")).hasSize(401);
    }
}
