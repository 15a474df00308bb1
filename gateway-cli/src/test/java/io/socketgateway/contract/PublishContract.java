package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.IncomingMessage;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.client.Subscription;
import io.socketgateway.contract.Target.Capability;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who gets what is published, in which order, and what happens when that is too much. */
public interface PublishContract extends TargetHolder {
    /** A typed message. */
    record Reading(String sensor, double value) {}

    @Test
    default void whatIsPublishedReachesEverySubscriberOnce() {
        String subject = target().subject("news");
        List<Inbox> inboxes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            GatewayClient subscriber = target().client();
            for (int j = 0; j < 2; j++) {
                Inbox inbox = new Inbox();
                subscriber.subscribe(subject, inbox);
                inboxes.add(inbox);
            }
        }
        GatewayClient publisher = target().client();

        Await.value(publisher.publishConfirmed(subject, Headers.of("k", "v"), Payload.json("{\"n\":1}")));
        Await.value(publisher.publishConfirmed(subject, Payload.text("last")));

        for (Inbox inbox : inboxes) {
            IncomingMessage first = inbox.next();
            assertThat(first.subject()).isEqualTo(subject);
            assertThat(first.headers().toMap()).isEqualTo(Map.of("k", "v"));
            assertThat(first.payload()).isEqualTo(Payload.json("{\"n\":1}"));
            assertThat(inbox.next().text()).isEqualTo("last");
        }
    }

    @Test
    default void thePublisherIsASubscriberLikeAnyOther() {
        String subject = target().subject("own");
        GatewayClient client = target().client();
        Inbox inbox = new Inbox();
        client.subscribe(subject, inbox);

        client.publish(subject, Payload.text("to myself"));

        assertThat(inbox.next().text()).isEqualTo("to myself");
    }

    @Test
    default void publishingToNobodyIsConfirmed() {
        Await.value(target().client().publishConfirmed(target().subject("void"), Payload.text("hello?")));
    }

    @Test
    default void wildcardsMatchWhatTheyShouldAndNothingElse() {
        String root = target().subject("w");
        GatewayClient client = target().client();
        Map<String, List<String>> expected = Map.of(
                "a.b", List.of("a.b"),
                "a.*", List.of("a.b", "a.c"),
                "*.b", List.of("a.b", "x.b"),
                "*", List.of("a"),
                "a.>", List.of("a.b", "a.c", "a.b.c"),
                ">", List.of("a", "a.b", "a.c", "x.b", "a.b.c"),
                "*.*.c", List.of("a.b.c"));
        Map<String, Inbox> inboxes = new java.util.HashMap<>();
        for (String pattern : expected.keySet()) {
            Inbox inbox = new Inbox();
            inboxes.put(pattern, inbox);
            client.subscribe(root + "." + pattern, inbox);
        }
        GatewayClient publisher = target().client();

        for (String subject : List.of("a", "a.b", "a.c", "x.b", "a.b.c")) {
            Await.value(publisher.publishConfirmed(root + "." + subject, Payload.text(subject)));
        }

        expected.forEach((pattern, subjects) -> {
            for (String subject : subjects) {
                assertThat(inboxes.get(pattern).next().text()).as(pattern).isEqualTo(subject);
            }
        });
        Await.value(client.request("gateway.echo", Payload.EMPTY));
        inboxes.forEach(
                (pattern, inbox) -> assertThat(inbox.waiting()).as(pattern).isZero());
    }

    @Test
    default void aGroupGetsEachMessageOnce() {
        String subject = target().subject("shared");
        BlockingQueue<String> group = new LinkedBlockingQueue<>();
        Map<Integer, AtomicLong> shares = Map.of(0, new AtomicLong(), 1, new AtomicLong(), 2, new AtomicLong());
        for (int i = 0; i < 3; i++) {
            AtomicLong share = shares.get(i);
            target().client().subscribe(subject, SubscribeOptions.defaults().withGroup("g"), message -> {
                share.incrementAndGet();
                group.add(message.text());
            });
        }
        Inbox everything = new Inbox();
        target().client().subscribe(subject, everything);
        Inbox otherGroup = new Inbox();
        target().client().subscribe(subject, SubscribeOptions.defaults().withGroup("h"), otherGroup);
        GatewayClient publisher = target().client();

        for (int i = 0; i < 300; i++) {
            Await.value(publisher.publishConfirmed(subject, Payload.text("m" + i)));
        }

        List<String> all = IntStream.range(0, 300).mapToObj(i -> "m" + i).toList();
        assertThat(everything.textsUpTo("m299")).isEqualTo(all);
        assertThat(otherGroup.textsUpTo("m299")).isEqualTo(all);
        Await.until("the group has all", () -> group.size() >= 300);
        assertThat(group).containsExactlyInAnyOrderElementsOf(all);
        assertThat(shares.values()).allMatch(share -> share.get() == 100);
    }

    @Test
    default void aTypedSubscriptionReadsJson() {
        String subject = target().subject("readings");
        BlockingQueue<Reading> readings = new LinkedBlockingQueue<>();
        GatewayClient client = target().client();
        client.subscribe(subject, Reading.class, readings::add);

        client.publish(subject, Payload.text("not JSON")); // is logged, and no more
        client.publish(subject, client.json(new Reading("s1", 21.5)));

        Await.until("a reading", () -> !readings.isEmpty());
        assertThat(readings).containsExactly(new Reading("s1", 21.5));
    }

    @Test
    default void anEndedSubscriptionGetsNothingMore() {
        String subject = target().subject("ended");
        GatewayClient client = target().client();
        Inbox inbox = new Inbox();
        Inbox staying = new Inbox();
        Subscription subscription = client.subscribe(subject, inbox);
        client.subscribe(subject, staying);
        Await.value(client.publishConfirmed(subject, Payload.text("1")));
        assertThat(inbox.next().text()).isEqualTo("1");

        subscription.close();
        subscription.close();
        Await.until("the subscription has ended", () -> !subscription.isActive());
        Await.value(client.publishConfirmed(subject, Payload.text("2")));

        assertThat(staying.textsUpTo("2")).containsExactly("1", "2");
        Await.value(client.request("gateway.echo", Payload.EMPTY));
        assertThat(inbox.waiting()).isZero();
        assertThat(subscription.failure()).isEmpty();
    }

    @Test
    default void aHandlerThatThrowsGetsTheNextMessageAllTheSame() {
        String subject = target().subject("throws");
        GatewayClient client = target().client();
        Inbox inbox = new Inbox();
        client.subscribe(subject, message -> {
            inbox.handle(message);
            throw new IllegalStateException("on purpose");
        });

        client.publish(subject, Payload.text("1"));
        client.publish(subject, Payload.text("2"));

        assertThat(inbox.textsUpTo("2")).containsExactly("1", "2");
    }

    @Test
    default void aHandlerMaySubscribePublishAndAsk() {
        String subject = target().subject("nested");
        GatewayClient client = target().client();
        Inbox inner = new Inbox();
        CompletableFuture<String> answer = new CompletableFuture<>();
        client.subscribe(subject + ".outer", message -> {
            client.subscribe(subject + ".inner", inner);
            client.publish(subject + ".inner", message.payload());
            answer.complete(
                    client.requestAndWait("gateway.echo", message.payload()).text());
        });

        client.publish(subject + ".outer", Payload.text("x"));

        assertThat(inner.next().text()).isEqualTo("x");
        assertThat(Await.value(answer)).isEqualTo("x");
    }

    @Test
    default void whatIsForbiddenOrBadIsRefused() {
        GatewayClient client = target().client();
        assertThat(Await.failure(client.publishConfirmed("gateway.news", Payload.EMPTY))
                        .code())
                .isEqualTo(ErrorCode.FORBIDDEN);
        for (String reserved : List.of("gateway.>", "client.>", "client.someone")) {
            assertThat(Await.thrown(() -> client.subscribe(reserved, message -> {}))
                            .code())
                    .as(reserved)
                    .isEqualTo(ErrorCode.FORBIDDEN);
        }
        for (String bad : List.of("", "a..b", "a.*", "a b")) {
            assertThat(Await.failure(client.publishConfirmed(bad, Payload.EMPTY))
                            .code())
                    .isEqualTo(ErrorCode.MALFORMED);
            GatewayException fault = Await.thrown(() -> client.publish(bad, Payload.EMPTY));
            assertThat(fault.code()).isEqualTo(ErrorCode.MALFORMED);
        }
        assertThat(Await.thrown(() -> client.subscribe("a.>.b", message -> {})).code())
                .isEqualTo(ErrorCode.MALFORMED);
        assertThat(Await.thrown(() -> client.subscribe(
                                "a", SubscribeOptions.defaults().withGroup("g".repeat(256)), message -> {}))
                        .code())
                .isEqualTo(ErrorCode.MALFORMED);
    }

    @Test
    default void wildcardsInTheFirstTokenSeeNothingOfTheGatewaysAndClients() {
        GatewayClient client = target().client();
        Inbox everything = new Inbox();
        client.subscribe("*.*", everything);
        Inbox own = new Inbox();
        client.onMessage(own);
        String end = target().subject("end");

        Await.value(client.publishConfirmed("client." + client.clientId(), Payload.text("mine")));
        Await.value(client.publishConfirmed(end, Payload.text(end)));

        assertThat(own.next().text()).isEqualTo("mine");
        assertThat(everything.textsUpTo(end)).doesNotContain("mine");
    }

    @Test
    default void aSlowHandlerLosesTheOldestAndCountsThemAndTheSocketGoesOn() {
        target().requires(Capability.ORDERED_MESSAGES);
        String subject = target().subject("slow");
        GatewayClient slow = target().client();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Inbox inbox = new Inbox();
        AtomicLong told = new AtomicLong();
        Subscription subscription = slow.subscribe(
                subject,
                SubscribeOptions.defaults()
                        .withQueueCapacity(10)
                        .withDropListener((dropping, count) -> told.addAndGet(count)),
                message -> {
                    begun.countDown();
                    Await.opened(release);
                    inbox.handle(message);
                });
        GatewayClient publisher = target().client();
        Await.value(publisher.publishConfirmed(subject, Payload.text("m0")));
        Await.opened(begun);

        for (int i = 1; i < 100; i++) {
            publisher.publish(subject, Payload.text("m" + i));
        }
        Await.value(publisher.publishConfirmed(subject, Payload.text("m100")));

        Await.value(slow.ping());
        assertThat(slow.requestAndWait("gateway.echo", Payload.text("alive")).text())
                .isEqualTo("alive");
        Await.untilAsserted(() -> assertThat(subscription.dropped()).isEqualTo(90));
        Await.untilAsserted(() -> assertThat(told).hasValue(90));
        release.countDown();
        List<String> expected = new ArrayList<>(List.of("m0"));
        IntStream.rangeClosed(91, 100).forEach(i -> expected.add("m" + i));
        assertThat(inbox.textsUpTo("m100")).isEqualTo(expected);
        assertThat(subscription.isActive()).isTrue();
    }

    @Test
    default void aSlowHandlerDisturbsNoOtherSubscription() {
        String subject = target().subject("neighbours");
        GatewayClient client = target().client();
        CountDownLatch release = new CountDownLatch(1);
        client.subscribe(subject, message -> Await.opened(release));
        Inbox inbox = new Inbox();
        client.subscribe(subject, inbox);

        for (int i = 0; i < 50; i++) {
            client.publish(subject, Payload.text("m" + i));
        }

        assertThat(inbox.textsUpTo("m49")).hasSize(50);
        release.countDown();
    }
}
