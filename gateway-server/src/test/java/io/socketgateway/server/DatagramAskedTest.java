package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Section 3, datagram sessions: what the gateway asks of a client it asks again until that answers. */
@LoopsAndForms
class DatagramAskedTest {
    private static final String DEVICE = "client.device";

    @AutoClose
    private final Harness gateway;

    private RawDatagramPeer device;
    private RawPeer asking;

    DatagramAskedTest(int loops, Form form) {
        this.gateway = Harness.startWithDatagrams(loops, form);
    }

    @BeforeEach
    void open() {
        device = gateway.datagramSession("device");
        asking = gateway.connect();
    }

    private Frame.Request ask(int id, long deadlineMillis, String text) {
        asking.send(new Frame.Request(
                id, Subject.of(DEVICE), deadlineMillis, Frame.ABSENT, Headers.EMPTY, Payload.text(text)));
        return device.take();
    }

    /** At how many milliseconds from now that request was seen again, in the time that passes step by step. */
    private List<Long> repeatsWithin(long millis, long stepMillis, Frame.Request request) {
        List<Long> times = new ArrayList<>();
        for (long at = stepMillis; at <= millis; at += stepMillis) {
            gateway.pass(stepMillis);
            while (device.hasSomething()) {
                Frame.Request repeat = device.take();
                assertThat(repeat.id()).isEqualTo(request.id());
                assertThat(repeat.subject()).isEqualTo(request.subject());
                assertThat(repeat.payload()).isEqualTo(request.payload());
                times.add(at);
            }
        }
        return times;
    }

    private void expectNoRepeats(Frame.Request request) {
        assertThat(repeatsWithin(5_000, 500, request)).isEmpty();
    }

    @Test
    void aRequestHasAnIdAndADeadlineAndItsAnswerEndsIt() {
        Frame.Request request = ask(5, 7000, "who?");
        assertThat(request.id()).isNotZero();
        assertThat(request.subject()).isEqualTo(Subject.of(DEVICE));
        assertThat(request.payload().text()).isEqualTo("who?");
        assertThat(request.deadlineMillis()).isBetween(6900L, 7000L);

        device.respond(request.id(), "me");
        assertThat(asking.answer(5)).isEqualTo("me");
        expectNoRepeats(request);
        device.expectNothing();
    }

    @Test
    void anUnansweredRequestIsRepeatedAfter200MillisThenTwiceAsLongEachTimeUpToTwoSeconds() {
        Frame.Request request = ask(5, 30_000, "who?");
        List<Long> times = repeatsWithin(8_000, 100, request);

        long before = 0;
        long wait = 200;
        for (long time : times) {
            long longest = wait + wait / 4 + 30; // by chance, and by the ticks of the timers
            assertThat(time - before).as(times.toString()).isBetween(wait - 100, longest + 100);
            before = time;
            wait = Math.min(2000, 2 * wait);
        }
        assertThat(times).hasSizeBetween(5, 6);
        device.respond(request.id(), "at last");
        assertThat(asking.answer(5)).isEqualTo("at last");
        expectNoRepeats(request);
    }

    @Test
    void repeatsAreSpreadByChance() {
        Set<Long> firsts = new HashSet<>();
        for (int id = 2; id < 22 && firsts.size() < 2; id++) {
            RawDatagramPeer peer = gateway.datagramSession("peer-" + id);
            asking.send(RawPeer.requestFrame(id, "client.peer-" + id, ""));
            peer.take();
            gateway.pass(190);
            long at = 0;
            while (!peer.hasSomething()) {
                gateway.pass(30);
                at++;
            }
            firsts.add(at);
        }
        assertThat(firsts).hasSizeGreaterThan(1);
    }

    @Test
    void anAcknowledgedRequestIsRepeatedEveryTwoSeconds() {
        Frame.Request request = ask(5, 30_000, "who?");
        device.send(new Frame.Ack(request.id())).expectNothing();
        List<Long> times = repeatsWithin(8_000, 100, request);
        assertThat(times).hasSizeBetween(3, 4);
        long before = 0;
        for (long time : times) {
            assertThat(time - before).as(times.toString()).isBetween(1_900L, 2_630L);
            before = time;
        }
        device.respond(request.id(), "at last");
        assertThat(asking.answer(5)).isEqualTo("at last");
    }

    @Test
    void aRepeatSaysHowMuchTimeIsLeft() {
        Frame.Request request = ask(5, 5_000, "who?");
        gateway.pass(300);
        Frame.Request repeat = device.take();
        assertThat(repeat.deadlineMillis()).isBetween(4_650L, 4_810L);
        assertThat(repeat.deadlineMillis()).isLessThan(request.deadlineMillis());
    }

    @Test
    void itsDeadlineEndsARequest() {
        Frame.Request request = ask(5, 1_000, "who?");
        assertThat(repeatsWithin(900, 100, request)).isNotEmpty();
        gateway.pass(200);
        asking.expectError(5, ErrorCode.DEADLINE);
        Frame last = device.receive();
        while (last instanceof Frame.Request) {
            last = device.receive();
        }
        assertThat(last).isEqualTo(new Frame.Cancel(request.id()));
        expectNoRepeats(request);
        device.respond(request.id(), "too late").expectNothing();
        asking.expectNothing();
    }

    @Test
    void aRequestThatIsCancelledIsRepeatedNoMore() {
        Frame.Request request = ask(5, 30_000, "who?");
        asking.send(new Frame.Cancel(5)).expectError(5, ErrorCode.CANCELLED);
        assertThat(device.receive()).isEqualTo(new Frame.Cancel(request.id()));
        expectNoRepeats(request);
    }

    @Test
    void anErrorIsAnAnswerToo() {
        Frame.Request request = ask(5, 30_000, "who?");
        device.send(new Frame.Error(request.id(), ErrorCode.FORBIDDEN.code(), 1234, true, "not you"));
        Frame.Error error = asking.expectError(5, ErrorCode.FORBIDDEN);
        assertThat(error.retryAfterMillis()).isEqualTo(1234);
        assertThat(error.notProcessed()).isTrue();
        assertThat(error.message()).isEqualTo("not you");
        expectNoRepeats(request);
    }

    @Test
    void theFirstAnswerCounts() {
        Frame.Request request = ask(5, 30_000, "who?");
        device.respond(request.id(), "first")
                .respond(request.id(), "second")
                .send(Frame.Error.of(request.id(), ErrorCode.FAILED, "third"))
                .expectNothing();
        assertThat(asking.answer(5)).isEqualTo("first");
        asking.expectNothing();
    }

    @Test
    void onceARoundTripWasMeasuredRepeatsComeSooner() {
        Frame.Request first = ask(5, 30_000, "measure");
        device.respond(first.id(), "at once");
        asking.answer(5);

        Frame.Request second = ask(6, 30_000, "who?");
        List<Long> times = repeatsWithin(400, 50, second);
        assertThat(times.get(0)).isBetween(50L, 150L);
        assertThat(times).hasSizeBetween(2, 3);
    }

    @Test
    void everyRequestHasItsOwnIdAndTheyRise() {
        int before = 0;
        for (int i = 1; i <= 20; i++) {
            Frame.Request request = ask(i, 30_000, "r" + i);
            assertThat(request.id() - before).isPositive();
            before = request.id();
            device.respond(before, "a" + i);
            assertThat(asking.answer(i)).isEqualTo("a" + i);
        }
    }

    @Test
    void whatIsTooLongForADatagramIs413AndNothingIsSent() {
        asking.request(5, DEVICE, "x".repeat(RawDatagramPeer.MOST_SENT_BYTES)).expectError(5, ErrorCode.TOO_LARGE);
        device.expectNothing();
        gateway.pass(1_000);
        device.expectNothing();
        device.respond(ask(6, 30_000, "x".repeat(1000)).id(), "fits");
        assertThat(asking.answer(6)).isEqualTo("fits");
    }

    @Test
    void moreThan256UnderWayAreRefusedWithoutEffect() {
        List<Integer> ids = new ArrayList<>();
        for (int i = 1; i <= 256; i++) {
            ids.add(ask(i, 30_000, "r").id());
        }
        asking.request(257, DEVICE, "one more");
        assertThat(asking.expectError(257, ErrorCode.UNAVAILABLE).notProcessed())
                .isTrue();
        device.expectNothing();

        device.respond(ids.get(1), "the second");
        assertThat(asking.answer(2)).isEqualTo("the second");
        asking.request(258, DEVICE, "the oldest is still unanswered").expectError(258, ErrorCode.UNAVAILABLE);
        device.respond(ids.get(0), "the first");
        assertThat(asking.answer(1)).isEqualTo("the first");
        Frame.Request next = ask(259, 30_000, "there is room");
        device.respond(next.id(), "taken");
        assertThat(asking.answer(259)).isEqualTo("taken");
    }

    @Test
    void whatIsCancelledMakesRoom() {
        List<Integer> ids = new ArrayList<>();
        for (int i = 1; i <= 256; i++) {
            ids.add(ask(i, 30_000, "r").id());
        }
        for (int i = 1; i <= 256; i++) {
            asking.send(new Frame.Cancel(i)).expectError(i, ErrorCode.CANCELLED);
            assertThat(device.receive(Frame.Cancel.class).id()).isEqualTo(ids.get(i - 1));
        }
        Frame.Request next = ask(257, 30_000, "there is room");
        device.respond(next.id(), "taken");
        assertThat(asking.answer(257)).isEqualTo("taken");
    }

    @Test
    void aRequestForAStreamToADatagramClientIsRefused() {
        asking.requestStream(5, DEVICE, 10).expectError(5, ErrorCode.UNSUPPORTED);
        device.expectNothing();
    }

    @Test
    void aClientThatLeavesIs503ToWhoAskedIt() {
        ask(5, 30_000, "who?");
        device.send(new Frame.GoAway(9, null, Frame.ABSENT)).receive(Frame.GoAway.class);
        asking.expectError(5, ErrorCode.UNAVAILABLE);
    }

    @Test
    void aMessageIsSentOnce() {
        asking.publish(5, DEVICE, "once");
        assertThat(device.message(0)).isEqualTo("once");
        for (int i = 0; i < 20; i++) {
            gateway.pass(500);
        }
        device.expectNothing();
    }

    @Test
    void clientsThatAskEachOtherAreBothDatagramClients() {
        RawDatagramPeer other = gateway.datagramSession("other");
        other.request(2, DEVICE, "ping");
        device.respond(device.take().id(), "pong");
        assertThat(other.answer(2)).isEqualTo("pong");
        device.request(2, "client.other", "ping back");
        other.respond(other.take().id(), "pong back");
        assertThat(device.answer(2)).isEqualTo("pong back");
    }
}
