package io.socketgateway.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.routing.Counters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboundTest {
    private static final int KIB = 1024;
    private static final int MANY = (1 << 24) - 1;

    /** A link that takes what the test lets it. */
    private static final class TestLink implements Link {
        final List<String> committed = new ArrayList<>();
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
    private final Terms terms = new Terms(GatewayConfig.defaults().limits());
    private final Outbound outbound = new Outbound(link, terms, 1024 * KIB, counters, new Outbound.Owner() {
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
    });

    private void takeAtMost(int bodyBytes) {
        terms.accept(new Frame.Hello(1, 1, null, null, Frame.ABSENT, bodyBytes, null, null, null));
    }

    private static Frame response(int id, int bytes) {
        return new Frame.Response(id, false, Headers.EMPTY, Payload.bytes(new byte[bytes]));
    }

    private static Frame request(int id, int bytes) {
        return new Frame.Request(id, Subject.of("s"), 1, Frame.ABSENT, Headers.EMPTY, Payload.bytes(new byte[bytes]));
    }

    private static SharedMessage message(int bytes) {
        return new SharedMessage(new Frame.Message(0, Subject.of("s"), Headers.EMPTY, Payload.bytes(new byte[bytes])));
    }

    private boolean send(Frame frame) {
        return outbound.send(frame);
    }

    private void deliver(int id, int bytes) {
        outbound.deliver(id, message(bytes));
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
        deliver(1, 10);
        link.flushedBytes = link.committedBytes; // the window is open, but one waits
        deliver(2, 10);
        outbound.fillWindow();
        deliver(3, 10);
        assertThat(link.committed).containsExactly("MESSAGE 1", "MESSAGE 2", "MESSAGE 3");
    }

    @Test
    void overTheBoundTheOldestMessagesAreDroppedAndCountedAndNoAnswer() {
        closeWindow();
        send(response(7, 10));
        for (int id = 1; id <= 30; id++) {
            deliver(id, 100 * KIB);
        }
        assertThat(outbound.waitingBytes()).isLessThanOrEqualTo(1024 * KIB);
        long dropped = counters.messagesDroppedBacklog.sum();
        assertThat(dropped).isEqualTo(20);
        while (!outbound.isEmpty()) {
            drain();
        }
        assertThat(link.committed)
                .hasSize(11)
                .startsWith("RESPONSE 7", "MESSAGE 21")
                .endsWith("MESSAGE 30");
    }

    @Test
    void answersMayPassTheBoundAndThenMessagesAreDropped() {
        closeWindow();
        for (int id = 1; id <= 20; id++) {
            assertThat(send(response(id, 100 * KIB))).isTrue();
        }
        deliver(99, 10);
        assertThat(counters.messagesDroppedBacklog.sum()).isEqualTo(1);
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
    void atTheEndAnswersAreCommittedAndMessagesDropped() {
        closeWindow();
        deliver(1, 10);
        send(response(2, 10));
        deliver(3, 10);
        outbound.commitAnswers();
        assertThat(link.committed).containsExactly("RESPONSE 2");
        assertThat(counters.messagesDroppedBacklog.sum()).isEqualTo(2);
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
}
