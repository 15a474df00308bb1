package io.socketgateway.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.Reach;
import io.socketgateway.server.Reaches;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Counters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboundTest {
    private static final int KIB = 1024;
    private static final int MANY = (1 << 24) - 1;

    /** A link that takes what the test lets it. */
    private static final class TestLink implements Link {
        final List<String> committed = new ArrayList<>();
        final List<Integer> committedSizes = new ArrayList<>(); // of messages
        long committedBytes;
        long flushedBytes;

        @Override
        public Carrier carrier() {
            return Carrier.STREAM;
        }

        @Override
        public int maxFrameBytes() {
            return MANY;
        }

        @Override
        public @Nullable String datagramToken() {
            return null;
        }

        @Override
        public boolean takesRequests() {
            return true;
        }

        @Override
        public boolean commit(Frame frame, Form form, int maxBodyBytes) {
            int bytes = payload(frame).length();
            if (bytes > maxBodyBytes) {
                return false;
            }
            committedBytes += bytes;
            committed.add(frame.type() + " " + frame.id());
            return true;
        }

        @Override
        public boolean commit(SharedMessage message, int id, Form form, int maxBodyBytes) {
            int bytes = message.message().payload().length();
            if (bytes > maxBodyBytes) {
                return false;
            }
            committedBytes += bytes;
            committedSizes.add(bytes);
            committed.add("MESSAGE " + id);
            return true;
        }

        private static Payload payload(Frame frame) {
            return frame instanceof Frame.Response response
                    ? response.payload()
                    : frame instanceof Frame.Request request ? request.payload() : Payload.EMPTY;
        }

        @Override
        public long committedPosition() {
            return committedBytes;
        }

        @Override
        public long flushedPosition() {
            return flushedBytes;
        }

        @Override
        public void flush() {}

        @Override
        public void log(@Nullable FrameLog log) {}

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}

        @Override
        public Form receivedForm() {
            return Form.BINARY;
        }

        @Override
        public int unfinishedBytes() {
            return 0;
        }

        @Override
        public long consumedBytes() {
            return 0;
        }

        @Override
        public void finish() {}

        @Override
        public void closeIfReset() {}
    }

    private final TestLink link = new TestLink();
    private final Counters counters = new Counters();
    private final List<Frame> requestsCommitted = new ArrayList<>();
    private final List<Frame> tooLong = new ArrayList<>();
    private final List<Integer> ended = new ArrayList<>();
    private final List<Integer> overflown = new ArrayList<>();
    private final SharedBound shared = new SharedBound(2048 * KIB);
    private final Map<Integer, MessageQueue> queues = new HashMap<>();
    private final Terms terms = new Terms(GatewayConfig.defaults().limits());
    private final Outbound outbound = new Outbound(link, terms, 1024 * KIB, shared, counters, new Outbound.Owner() {
        @Override
        public void committed(Frame.Request request) {
            requestsCommitted.add(request);
        }

        @Override
        public Frame.@Nullable Request due(Frame.Request request) {
            return ended.contains(request.id()) ? null : request;
        }

        @Override
        public void tooLong(Frame frame) {
            tooLong.add(frame);
        }

        @Override
        public void delivered() {}

        @Override
        public void overflown(int subscriptionId) {
            overflown.add(subscriptionId);
        }

        @Override
        public boolean takesMore() {
            return !isFull();
        }
    });

    private boolean isFull() {
        return outbound.isFull();
    }

    private void takeAtMost(int bodyBytes) {
        terms.accept(new Frame.Hello(1, 1, null, null, Frame.ABSENT, bodyBytes, null, null, null));
    }

    private static Frame response(int id, int bytes) {
        return new Frame.Response(id, false, Headers.EMPTY, Payload.bytes(new byte[bytes]));
    }

    private static Frame request(int id, int bytes) {
        return new Frame.Request(id, Subject.of("s"), 1, Frame.ABSENT, Headers.EMPTY, Payload.bytes(new byte[bytes]));
    }

    private static SharedMessage message(String subject, int bytes) {
        return new SharedMessage(
                new Frame.Message(0, Subject.of(subject), Headers.EMPTY, Payload.bytes(new byte[bytes])));
    }

    private void subscribe(int id, Overflow overflow, int capacity) {
        queues.put(id, outbound.queue(id, overflow, capacity));
    }

    private MessageQueue queue(int id) {
        return queues.computeIfAbsent(id, key -> outbound.queue(id, Overflow.DROP_OLDEST, MANY));
    }

    private long dropped() {
        return counters.messagesDroppedOldest.sum() + counters.messagesDroppedNewest.sum();
    }

    private boolean send(Frame frame) {
        return outbound.send(frame);
    }

    private void deliver(int id, int bytes) {
        deliver(id, "s", bytes);
    }

    private void deliver(int id, String subject, int bytes) {
        queue(id).deliver(message(subject, bytes));
    }

    /** The socket takes all that is committed. */
    private void drain() {
        link.flushedBytes = link.committedBytes;
        outbound.fillWindow();
    }

    private void closeWindow() {
        send(response(1, Outbound.WINDOW_BYTES));
        link.committed.clear();
    }

    @Test
    void upToTheWindowFramesAreCommittedAtOnce() {
        for (int id = 1; id <= 70; id++) {
            send(response(id, KIB));
        }
        assertThat(link.committed).hasSize(64);
        assertThat(outbound.waitingBytes()).isGreaterThanOrEqualTo(6 * KIB);
        assertThat(outbound.isEmpty()).isFalse();
        drain();
        assertThat(link.committed).hasSize(70).endsWith("RESPONSE 70");
        drain();
        assertThat(outbound.isEmpty()).isTrue();
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void answersGoBeforeMessagesAndMessagesKeepAShare() {
        closeWindow();
        for (int id = 1; id <= 4; id++) {
            deliver(100 + id, 10);
        }
        for (int id = 1; id <= 10; id++) {
            send(response(id, 10));
        }
        drain();
        assertThat(link.committed)
                .containsExactly(
                        "RESPONSE 1",
                        "RESPONSE 2",
                        "RESPONSE 3",
                        "RESPONSE 4",
                        "MESSAGE 101",
                        "RESPONSE 5",
                        "RESPONSE 6",
                        "RESPONSE 7",
                        "RESPONSE 8",
                        "MESSAGE 102",
                        "RESPONSE 9",
                        "RESPONSE 10",
                        "MESSAGE 103",
                        "MESSAGE 104");
    }

    @Test
    void messagesNeverOvertakeOneAnother() {
        closeWindow();
        deliver(1, 11);
        link.flushedBytes = link.committedBytes; // the window is open, but one waits
        deliver(1, 12);
        outbound.fillWindow();
        deliver(1, 13);
        assertThat(link.committedSizes).endsWith(11, 12, 13);
    }

    @Test
    void overTheBoundTheOldestMessagesAreDroppedAndCountedAndNoAnswer() {
        closeWindow();
        send(response(7, 10));
        for (int id = 1; id <= 30; id++) {
            deliver(id, 100 * KIB);
        }
        assertThat(outbound.waitingBytes()).isLessThanOrEqualTo(1024 * KIB);
        assertThat(dropped()).isEqualTo(20);
        while (!outbound.isEmpty()) {
            drain();
        }
        assertThat(link.committed)
                .hasSize(11)
                .startsWith("RESPONSE 7", "MESSAGE 21")
                .endsWith("MESSAGE 30");
    }

    @Test
    @Reaches(
            limit = Limit.BACKLOG_BYTES_PER_SESSION,
            at = {Reach.UNDER, Reach.AT, Reach.OVER})
    void exactlyTheBoundMayWait() {
        int bound = outbound.boundBytes();
        int overhead = MessageQueue.bytes(message("s", 0));
        for (int missing : new int[] {1, 0}) {
            closeWindow();
            deliver(1, bound / 2 - overhead);
            deliver(1, bound - bound / 2 - overhead - missing);
            assertThat(outbound.waitingBytes()).isEqualTo(bound - missing);
            assertThat(counters.timesReached(Limit.BACKLOG_BYTES_PER_SESSION)).isZero();
            if (missing > 0) {
                drainAll();
            }
        }
        deliver(1, 1);
        assertThat(counters.timesReached(Limit.BACKLOG_BYTES_PER_SESSION)).isEqualTo(1);
        assertThat(dropped()).isEqualTo(1);
    }

    private void drainAll() {
        while (!outbound.isEmpty()) {
            drain();
        }
    }

    @Test
    void answersMayPassTheBoundAndThenMessagesAreDropped() {
        closeWindow();
        for (int id = 1; id <= 20; id++) {
            assertThat(send(response(id, 100 * KIB))).isTrue();
        }
        deliver(99, 10);
        assertThat(dropped()).isEqualTo(1);
        while (!outbound.isEmpty()) {
            drain();
        }
        assertThat(link.committed).hasSize(20).endsWith("RESPONSE 20");
    }

    @Test
    void requestsAreToldOfWhenTheyAreCommittedAndNotBefore() {
        send(request(1, 10));
        closeWindow();
        send(request(2, 10));
        assertThat(requestsCommitted).extracting(Frame::id).containsExactly(1);
        drain();
        assertThat(requestsCommitted).extracting(Frame::id).containsExactly(1, 2);
    }

    @Test
    void aRequestThatEndedWhileItWaitedIsNotSent() {
        closeWindow();
        send(request(2, 10));
        send(request(3, 10));
        ended.add(2);
        drain();
        assertThat(link.committed).containsExactly("REQUEST 3");
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void requestsThatWaitMayBeWithdrawn() {
        closeWindow();
        send(response(1, 10));
        send(request(2, 10));
        send(response(3, 10));
        outbound.withdrawRequests();
        drain();
        assertThat(link.committed).containsExactly("RESPONSE 1", "RESPONSE 3");
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(requestsCommitted).isEmpty();
    }

    @Test
    void whatIsTooLongIsRefusedAtOnce() {
        takeAtMost(1024);
        assertThat(send(response(1, 2000))).isFalse();
        takeAtMost(MANY);
        closeWindow();
        takeAtMost(1024);
        assertThat(send(response(1, 2000))).isFalse();
        deliver(5, 2000);
        assertThat(tooLong).isEmpty();
    }

    @Test
    void whatHasBecomeTooLongWhileItWaitedIsToldOf() {
        closeWindow();
        send(response(1, 2000));
        send(request(2, 2000));
        deliver(3, 2000);
        link.flushedBytes = link.committedBytes;
        takeAtMost(1024);
        outbound.fillWindow();
        assertThat(tooLong).extracting(Frame::id).containsExactly(1, 2);
        assertThat(counters.messagesDroppedTooLarge.sum()).isEqualTo(1);
        assertThat(link.committed).isEmpty();
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void atTheEndAnswersAreCommittedUpToTheWindowAndAllElseIsDropped() {
        closeWindow();
        deliver(1, 10);
        send(response(2, 10));
        deliver(3, 10);
        send(response(4, Outbound.WINDOW_BYTES));
        send(response(5, 10));
        link.flushedBytes = link.committedBytes;
        outbound.commitAnswers();
        assertThat(link.committed).containsExactly("RESPONSE 2", "RESPONSE 4");
        assertThat(counters.messagesDroppedEnded.sum()).isEqualTo(2);
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(outbound.hasAnswers()).isFalse();
    }

    @Test
    void clearedItHoldsNothing() {
        closeWindow();
        deliver(1, 10);
        send(response(2, 10));
        outbound.clear();
        drain();
        assertThat(link.committed).isEmpty();
        assertThat(outbound.isEmpty()).isTrue();
    }

    // Overflow options

    @Test
    void aFullQueueDropsItsOldestUnlessToldOtherwise() {
        closeWindow();
        subscribe(5, Overflow.DROP_OLDEST, 2);
        for (int bytes = 1; bytes <= 4; bytes++) {
            deliver(5, bytes);
        }
        drain();
        assertThat(link.committedSizes).containsExactly(3, 4);
        assertThat(counters.messagesDroppedOldest.sum()).isEqualTo(2);
        assertThat(queue(5).dropped()).isEqualTo(2);
        assertThat(counters.timesReached(Limit.BACKLOG_BYTES_PER_SESSION)).isZero();
    }

    @Test
    void aFullQueueMayDropTheNewest() {
        closeWindow();
        subscribe(5, Overflow.DROP_NEWEST, 2);
        for (int bytes = 1; bytes <= 4; bytes++) {
            deliver(5, bytes);
        }
        drain();
        assertThat(link.committedSizes).containsExactly(1, 2);
        assertThat(counters.messagesDroppedNewest.sum()).isEqualTo(2);
        assertThat(queue(5).dropped()).isEqualTo(2);
    }

    @Test
    void ofEachSubjectTheLatestMayBeAllThatWaits() {
        closeWindow();
        subscribe(5, Overflow.LATEST, MANY);
        deliver(5, "a", 1);
        deliver(5, "b", 2);
        deliver(5, "a", 3);
        deliver(5, "c", 4);
        deliver(5, "b", 5);
        assertThat(counters.messagesConflated.sum()).isEqualTo(2);
        drain();
        assertThat(link.committedSizes)
                .as("in the place of the one that was replaced")
                .containsExactly(3, 5, 4);
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(shared.heldBytes()).isZero();
    }

    @Test
    void theLatestOfTooManySubjectsMakeTheOldestGo() {
        closeWindow();
        subscribe(5, Overflow.LATEST, 2);
        deliver(5, "a", 1);
        deliver(5, "b", 2);
        deliver(5, "b", 3);
        deliver(5, "c", 4);
        drain();
        assertThat(link.committedSizes).containsExactly(3, 4);
        assertThat(counters.messagesConflated.sum()).isEqualTo(1);
        assertThat(counters.messagesDroppedOldest.sum()).isEqualTo(1);
    }

    @Test
    void aFullQueueMayWantTheSessionToEnd() {
        closeWindow();
        subscribe(5, Overflow.DISCONNECT, 2);
        deliver(5, 1);
        deliver(5, 2);
        assertThat(overflown).isEmpty();
        deliver(5, 3);
        assertThat(overflown).containsExactly(5);
    }

    @Test
    void atTheBoundOfTheSessionTheSameOptionsDecide() {
        closeWindow();
        subscribe(5, Overflow.DROP_NEWEST, MANY);
        for (int i = 1; i <= 12; i++) {
            deliver(5, 100 * KIB + i);
        }
        subscribe(6, Overflow.DISCONNECT, MANY);
        deliver(6, 100 * KIB);
        assertThat(overflown).containsExactly(6);
        assertThat(counters.messagesDroppedNewest.sum()).isEqualTo(2);
        assertThat(counters.timesReached(Limit.BACKLOG_BYTES_PER_SESSION)).isEqualTo(3);
        assertThat(isFull()).isTrue();
        drain();
        drain();
        assertThat(link.committedSizes).startsWith(100 * KIB + 1, 100 * KIB + 2);
    }

    @Test
    void aSubscriptionWithNothingToGiveTakesFromTheOneThatHasMost() {
        closeWindow();
        for (int i = 1; i <= 9; i++) {
            deliver(1, 100 * KIB + i);
        }
        deliver(2, 100 * KIB);
        deliver(3, 100 * KIB + 50);
        assertThat(dropped()).isEqualTo(1);
        assertThat(queue(1).dropped()).isEqualTo(1);
        assertThat(queue(3).size()).isEqualTo(1);
        deliver(3, 100 * KIB + 51);
        assertThat(queue(3).dropped()).as("its own goes first").isEqualTo(1);
    }

    @Test
    void aQuietSubscriptionThatWouldHaveTheSessionEndIsGivenRoomByANoisyOne() {
        closeWindow();
        for (int i = 1; i <= 10; i++) {
            deliver(1, 100 * KIB);
        }
        subscribe(2, Overflow.DISCONNECT, MANY);
        subscribe(3, Overflow.DROP_NEWEST, MANY);
        deliver(2, 100 * KIB);
        deliver(3, 100 * KIB);
        assertThat(overflown).isEmpty();
        assertThat(queue(1).dropped()).isEqualTo(2);
        assertThat(queue(2).size()).isEqualTo(1);
        assertThat(queue(3).size()).isEqualTo(1);
    }

    @Test
    void whoDropsTheNewestIsNotMadeToGiveByOthers() {
        closeWindow();
        subscribe(1, Overflow.DROP_NEWEST, MANY);
        for (int i = 1; i <= 10; i++) {
            deliver(1, 100 * KIB);
        }
        deliver(2, 100 * KIB);
        assertThat(queue(1).dropped()).isZero();
        assertThat(queue(2).dropped()).isEqualTo(1);
    }

    @Test
    void answersMakeEveryKindOfMessageGo() {
        closeWindow();
        subscribe(1, Overflow.DROP_NEWEST, MANY);
        for (int i = 1; i <= 10; i++) {
            deliver(1, 100 * KIB + i);
        }
        send(response(7, 100 * KIB));
        assertThat(queue(1).size()).isEqualTo(9);
        assertThat(counters.messagesDroppedNewest.sum()).isEqualTo(1);
        subscribe(2, Overflow.DISCONNECT, MANY);
        deliver(2, 10);
        for (int id = 8; id <= 20; id++) {
            send(response(id, 100 * KIB));
        }
        assertThat(overflown).isNotEmpty();
    }

    @Test
    void subscriptionsHaveTheirTurns() {
        closeWindow();
        for (int i = 0; i < 3; i++) {
            deliver(1, 10);
        }
        deliver(2, 10);
        deliver(3, 10);
        deliver(3, 10);
        drain();
        assertThat(link.committed)
                .containsExactly("MESSAGE 1", "MESSAGE 2", "MESSAGE 3", "MESSAGE 1", "MESSAGE 3", "MESSAGE 1");
    }

    @Test
    void whatWaitsForASubscriptionThatEndsIsDroppedAndCounted() {
        closeWindow();
        deliver(1, 10);
        deliver(2, 20);
        deliver(1, 10);
        queue(1).close();
        assertThat(counters.messagesDroppedEnded.sum()).isEqualTo(2);
        drain();
        assertThat(link.committedSizes).containsExactly(20);
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(shared.heldBytes()).isZero();
    }

    @Test
    void aMessageThatWaitsForManyCountsOnceInWhatWaitsForAll() {
        closeWindow();
        SharedMessage message = message("s", 100 * KIB);
        queue(1).deliver(message);
        queue(2).deliver(message);
        assertThat(shared.heldBytes()).isBetween(100L * KIB, 101L * KIB);
        assertThat(outbound.waitingBytes()).isGreaterThan(200 * KIB);
        outbound.clear();
        assertThat(shared.heldBytes()).isZero();
    }

    @Test
    void givingWayHalvesWhatWaitsUnlessTheAnswersAloneAreMore() {
        closeWindow();
        for (int i = 1; i <= 8; i++) {
            deliver(1, 100 * KIB);
        }
        send(response(7, 100 * KIB));
        assertThat(outbound.giveWay()).isTrue();
        assertThat(queue(1).size()).isEqualTo(3);
        send(response(8, 300 * KIB));
        assertThat(outbound.giveWay()).isFalse();
    }

    @Test
    void whatComesAfterTheEndIsDroppedAndCounted() {
        outbound.clear();
        deliver(1, 10);
        assertThat(link.committed).isEmpty();
        assertThat(counters.messagesDroppedEnded.sum()).isEqualTo(1);
    }
}
