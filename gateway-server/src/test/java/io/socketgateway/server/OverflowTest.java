package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.server.config.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Subscriptions that say what becomes of their messages when too many wait. */
@LoopsAndForms
class OverflowTest {
    private static final int KIB = 1024;
    private static final int BOUND_BYTES = 64 * KIB;
    private static final String BACKLOG = "gateway.backlog.bytes";
    private static final String FILLER = "x".repeat(2 * KIB);

    @AutoClose
    private final Harness gateway;

    OverflowTest(int loops, Form form) {
        gateway = Harness.start(
                "tcp://127.0.0.1:0?send-buffer-bytes=8KiB&receive-buffer-bytes=8KiB",
                loops,
                form,
                "limits.backlog-bytes-per-session",
                "64KiB");
    }

    private static void subscribe(RawPeer peer, int id, String pattern, String group, String... options) {
        peer.send(new Frame.Subscribe(id, SubjectPattern.of(pattern), group, true, Headers.of(options)));
    }

    private RawPeer deaf(String pattern, String... options) {
        RawPeer peer = gateway.connect(4 * KIB);
        subscribe(peer, 1, pattern, "", options);
        return peer.expectConfirmed(1);
    }

    /** What came of so many messages, in order. */
    private List<Integer> publishAndRead(RawPeer deaf, int messages, String subject) {
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < messages; i++) {
            publisher.publish(1, subject, i + " " + FILLER);
        }
        publisher.expectNothing();
        gateway.settle();
        return numbers(deaf);
    }

    /** The numbers of all messages that wait. */
    private List<Integer> numbers(RawPeer deaf) {
        List<Integer> numbers = new ArrayList<>();
        while (gateway.gauge(BACKLOG) > 0) {
            numbers.add(number(deaf.receive()));
        }
        deaf.send(new Frame.Ping(500, Payload.EMPTY)); // now that nothing waits, answers overtake nothing
        Frame next = deaf.receive();
        while (next instanceof Frame.Message) {
            numbers.add(number(next));
            next = deaf.receive();
        }
        return numbers;
    }

    private static int number(Frame message) {
        return Integer.parseInt(((Frame.Message) message).payload().text().split(" ", -1)[0]);
    }

    @Test
    @Reaches(
            limit = Limit.BACKLOG_BYTES_PER_SESSION,
            at = {Reach.UNDER, Reach.AT, Reach.OVER})
    void messagesWaitUpToTheBoundOfTheSession() {
        RawPeer deaf = deaf("news");
        RawPeer publisher = gateway.connect();
        int published = 0;
        while (gateway.gauge(BACKLOG) < BOUND_BYTES - KIB) {
            publishKib(publisher);
            published++;
        }
        expectDropped(0); // below
        publishKib(publisher);
        assertThat(gateway.gauge(BACKLOG)).isEqualTo(BOUND_BYTES);
        expectDropped(0);
        publishKib(publisher);
        assertThat(gateway.gauge(BACKLOG)).isEqualTo(BOUND_BYTES);
        expectDropped(1);
        for (int i = 0; i < published + 1; i++) {
            deaf.message(1);
        }
        deaf.expectNothing();
    }

    /** Publishes what costs a KiB while it waits. */
    private void publishKib(RawPeer publisher) {
        publisher.publish(1, "news", "x".repeat(KIB - 512)); // what else a waiting message costs
        publisher.expectNothing();
        gateway.settle();
    }

    private void expectDropped(int messages) {
        assertThat(gateway.gateway.counters().messagesDroppedOldest.sum()).isEqualTo(messages);
        assertThat(gateway.gateway.counters().timesReached(Limit.BACKLOG_BYTES_PER_SESSION))
                .isEqualTo(messages);
    }

    @Test
    void aBufferBoundsHowManyWaitAndTheOldestGo() {
        RawPeer deaf = deaf("news", "buffer", "5");
        List<Integer> numbers = publishAndRead(deaf, 200, "news");
        assertThat(numbers).hasSizeLessThan(100).endsWith(195, 196, 197, 198, 199);
        assertThat(numbers.get(numbers.size() - 6)).isLessThan(194);
        assertThat(gateway.gateway.counters().messagesDroppedOldest.sum()).isEqualTo(200 - numbers.size());
    }

    @Test
    void theNewestMayGoInstead() {
        RawPeer deaf = deaf("news", "buffer", "5", "overflow", "drop-newest");
        List<Integer> numbers = publishAndRead(deaf, 200, "news");
        assertThat(numbers).hasSizeLessThan(100);
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(i);
        }
        assertThat(gateway.gateway.counters().messagesDroppedNewest.sum()).isEqualTo(200 - numbers.size());
    }

    @Test
    void orOnlyTheLatestOfEachSubjectWaits() {
        RawPeer deaf = deaf("price.*", "overflow", "latest");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 200; i++) {
            publisher.publish(1, "price." + i % 2, i + " " + FILLER);
        }
        publisher.expectNothing();
        gateway.settle();
        List<Integer> numbers = numbers(deaf);
        assertThat(numbers).hasSizeLessThan(100);
        assertThat(numbers.subList(numbers.size() - 2, numbers.size())).containsExactlyInAnyOrder(198, 199);
        assertThat(gateway.gateway.counters().messagesConflated.sum()).isEqualTo(200 - numbers.size());
    }

    @Test
    void orTheSessionEnds() {
        RawPeer deaf = deaf("news", "buffer", "5", "overflow", "disconnect");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 200; i++) {
            publisher.publish(1, "news", i + " " + FILLER);
        }
        publisher.expectNothing();
        Frame frame = deaf.receive();
        int expected = 0;
        while (frame instanceof Frame.Message message) {
            assertThat(message.payload().text()).startsWith(expected + " ");
            expected++;
            frame = deaf.receive();
        }
        assertThat(frame).isInstanceOfSatisfying(Frame.Error.class, error -> {
            assertThat(error.id()).isZero();
            assertThat(error.errorCode()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(error.message()).contains("subscription 1");
        });
        deaf.expectOrderlyEnd();
        assertThat(gateway.gateway.counters().messagesDroppedEnded.sum())
                .as("those that waited, and the one for which there was no room")
                .isEqualTo(6);
    }

    @Test
    void whenOneEndsInTheMiddleOfAMessageTheOthersGetItOnce() {
        RawPeer ending = gateway.connect(4 * KIB);
        subscribe(ending, 1, "news", "");
        ending.expectConfirmed(1);
        RawPeer before = gateway.connect().subscribe(1, "news");
        subscribe(ending, 2, "news", "", "buffer", "5", "overflow", "disconnect");
        ending.expectConfirmed(2);
        RawPeer after = gateway.connect().subscribe(1, "news");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 100; i++) {
            publisher.publish(1, "news", i + " " + FILLER);
            assertThat(before.message(1)).startsWith(i + " ");
            assertThat(after.message(1)).startsWith(i + " ");
        }
        before.expectNothing();
        after.expectNothing();
        assertThat(gateway.gateway.counters().sessionsClosedWithError.sum()).isEqualTo(1);
    }

    @Test
    void anOptionThatIsNotKnownIsIgnoredAndABadValueIs400() {
        RawPeer peer = gateway.connect();
        subscribe(peer, 1, "a", "", "colour", "red");
        peer.expectConfirmed(1);
        subscribe(peer, 2, "a", "", "overflow", "drop-all");
        assertThat(peer.expectError(2, ErrorCode.MALFORMED).message())
                .isEqualTo("overflow: 'drop-all' is none of drop-oldest, drop-newest, latest, disconnect");
        for (String bad : List.of("0", "-1", "1.5", "", "many", "2147483648", "99999999999")) {
            subscribe(peer, 2, "a", "", "buffer", bad);
            assertThat(peer.expectError(2, ErrorCode.MALFORMED).message()).startsWith("buffer: '" + bad + "'");
        }
        subscribe(peer, 2, "a", "", "buffer", "2147483647");
        peer.expectConfirmed(2);
    }

    @Test
    void aGroupPrefersMembersWhoseBufferHasRoom() {
        RawPeer deaf = gateway.connect(4 * KIB);
        subscribe(deaf, 1, "jobs", "g", "buffer", "2");
        deaf.expectConfirmed(1);
        RawPeer alert = gateway.connect();
        subscribe(alert, 1, "jobs", "g");
        alert.expectConfirmed(1);
        RawPeer publisher = gateway.connect();
        int taken = 0;
        for (int i = 0; i < 300; i++) {
            publisher.publish(1, "jobs", FILLER);
            publisher.expectNothing();
            gateway.settle();
            while (alert.hasSomething()) {
                alert.message(1);
                taken++;
            }
        }
        assertThat(taken).isGreaterThan(200);
        assertThat(gateway.gateway.counters().messagesDroppedOldest.sum()).isZero();
    }

    @Test
    void aQuietSubscriptionOfTheSameClientKeepsItsMessages() {
        RawPeer deaf = deaf("noise", "buffer", "3");
        subscribe(deaf, 2, "signal", "");
        deaf.expectConfirmed(2);
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 200; i++) {
            publisher.publish(1, "noise", i + " " + FILLER);
        }
        for (int i = 0; i < 10; i++) {
            publisher.publish(1, "signal", "1000" + i);
        }
        publisher.expectNothing();
        gateway.settle();
        List<Integer> numbers = numbers(deaf);
        List<Integer> signals =
                numbers.stream().filter(number -> number >= 10_000).toList();
        assertThat(signals).containsExactly(10000, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10008, 10009);
    }

    @Test
    void whoSubscribesAndUnsubscribesWithoutReadingLeavesNothingBehind() {
        RawPeer deaf = deaf("news");
        RawPeer publisher = gateway.connect();
        while (gateway.gauge(BACKLOG) == 0) {
            publishKib(publisher);
        }
        Map<String, Integer> before = objectsAfter(deaf, publisher);
        assertThat(objectsAfter(deaf, publisher).get("MessageQueue")).isEqualTo(before.get("MessageQueue"));
    }

    /** What the gateway remembers after fifty subscriptions that came and went, each with a message that waited. */
    private Map<String, Integer> objectsAfter(RawPeer deaf, RawPeer publisher) {
        for (int id = 2; id < 52; id++) {
            deaf.send(new Frame.Subscribe(id, SubjectPattern.of("jobs"), "", false, Headers.EMPTY));
            gateway.settle();
            publisher.publish(1, "jobs", "one");
            publisher.expectNothing();
            gateway.settle();
            deaf.send(new Frame.Unsubscribe(id, false));
            gateway.settle();
        }
        return ReachableObjects.from(gateway.gateway, "RecentMatches");
    }

    @Test
    void whatWaitsForASubscriptionThatIsEndedDoesNotComeAnyMore() {
        RawPeer deaf = deaf("news");
        RawPeer publisher = gateway.connect();
        while (gateway.gauge(BACKLOG) < BOUND_BYTES / 4) {
            publishKib(publisher);
        }
        deaf.send(new Frame.Unsubscribe(1, true));
        gateway.settle();
        assertThat(gateway.gateway.counters().messagesDroppedEnded.sum()).isPositive();
        Frame frame = deaf.receive();
        while (frame instanceof Frame.Message) {
            frame = deaf.receive();
        }
        assertThat(frame).isInstanceOf(Frame.Response.class);
        deaf.expectNothing();
    }
}
