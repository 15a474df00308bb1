package io.socketgateway.protocol.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.datagram.Exchange.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a side sends, and sends again. */
class ExchangeSendingTest {
    private static final int HELLO_ID = 1000;
    private static final int ID = 1001;
    private static final Frame DONE = new Frame.GoAway(ID, "done", Frame.ABSENT);

    private final ManualTime time = new ManualTime();
    private final RecordingOutlet outlet = new RecordingOutlet(1_187);
    private final RoundTrip roundTrip = new RoundTrip();
    private final Exchange client = exchange(Side.CLIENT, HELLO_ID);

    private Exchange exchange(Side side, int helloId) {
        return exchange(side, helloId, roundTrip);
    }

    private Exchange exchange(Side side, int helloId, RoundTrip way) {
        AnswerCache cache = new AnswerCache(time.timers(), time, 1_000_000, 10_000, Duration.ofSeconds(60));
        return new Exchange(side, helloId, cache, way, time.timers(), time, () -> 0, outlet);
    }

    private static Frame request(int id, long deadlineMillis) {
        return new Frame.Request(id, Subject.of("a.b"), deadlineMillis, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY);
    }

    private static Frame request(int id) {
        return request(id, Frame.ABSENT);
    }

    private static Frame response(int id) {
        return new Frame.Response(id, false, Headers.EMPTY, Payload.EMPTY);
    }

    private static Frame publish(int id, boolean confirm) {
        return new Frame.Publish(id, Subject.of("a.b"), confirm, Headers.EMPTY, Payload.EMPTY);
    }

    private static Frame subscribe(int id, boolean confirm) {
        return new Frame.Subscribe(id, SubjectPattern.of("a.>"), "", confirm, Headers.EMPTY);
    }

    private record Question(Frame frame, List<Frame> answers) {}

    static List<Question> questions() {
        Frame error = Frame.Error.of(ID, ErrorCode.FORBIDDEN, "no");
        Frame welcome =
                new Frame.Welcome(ID, 1, "s", "c", null, "r", false, 30, 8192, new Frame.SessionLimits(1, 1, 256), "n");
        List<Frame> confirmed = List.of(response(ID), error);
        return List.of(
                new Question(request(ID), confirmed),
                new Question(publish(ID, true), confirmed),
                new Question(subscribe(ID, true), confirmed),
                new Question(new Frame.Serve(ID, SubjectPattern.of("a"), "", true, Headers.EMPTY), confirmed),
                new Question(new Frame.Unsubscribe(ID, true), confirmed),
                new Question(Frame.Hello.of(ID), List.of(welcome, error)),
                new Question(
                        new Frame.Ping(ID, Payload.text("x")), List.of(new Frame.Pong(ID, Payload.text("x")), error)),
                new Question(DONE, List.of(new Frame.GoAway(ID, null, Frame.ABSENT), error)));
    }

    static List<Frame> whatWantsNoAnswer() {
        return List.of(
                publish(ID, false),
                subscribe(ID, false),
                new Frame.Serve(ID, SubjectPattern.of("a"), "", false, Headers.EMPTY),
                new Frame.Unsubscribe(ID, false),
                request(0),
                publish(0, false),
                new Frame.Cancel(ID),
                new Frame.Credit(ID, 1),
                new Frame.Pong(ID, Payload.EMPTY),
                new Frame.Ack(ID),
                new Frame.Message(ID, Subject.of("a"), Headers.EMPTY, Payload.EMPTY),
                response(ID));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void what_wants_an_answer_is_sent_until_it_has_one(Question question) {
        for (Frame answer : question.answers()) {
            Exchange exchange = exchange(Side.CLIENT, HELLO_ID, new RoundTrip());
            assertThat(exchange.send(question.frame())).isTrue();
            assertThat(outlet.sent()).containsExactly(question.frame());
            time.passMillis(700);
            assertThat(outlet.sent()).as("after 200 and 600 ms").containsExactly(question.frame(), question.frame());
            assertThat(outlet.events()).containsExactly(Event.REPEAT_SENT, Event.REPEAT_SENT);

            assertThat(exchange.receive(answer)).as("an answer is handed on").isTrue();
            time.pass(Duration.ofSeconds(60));
            assertThat(outlet.sent()).as("after " + answer.type()).isEmpty();
            assertThat(outlet.givenUp()).isEmpty();
            assertThat(time.timers().size()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("whatWantsNoAnswer")
    void what_wants_no_answer_is_sent_once(Frame frame) {
        assertThat(client.send(frame)).isTrue();
        time.pass(Duration.ofSeconds(40));
        assertThat(outlet.sent()).containsExactly(frame);
        assertThat(outlet.givenUp()).isEmpty();
        assertThat(time.timers().size()).isZero();
    }

    @Test
    void a_ping_that_measures_is_sent_once() {
        client.sendOnce(new Frame.Ping(ID, Payload.EMPTY));
        time.pass(Duration.ofSeconds(40));
        assertThat(outlet.sent()).hasSize(1);
    }

    @Test
    void without_an_answer_it_is_given_up_after_thirty_seconds() {
        client.send(publish(ID, true));
        time.pass(Duration.ofMillis(29_990));
        assertThat(outlet.givenUp()).isEmpty();
        assertThat(outlet.sent()).as("200, 400, 800, 1600 ms, then every 2 s").hasSizeBetween(16, 18);
        outlet.events();
        time.passMillis(30);
        assertThat(outlet.givenUp()).containsExactly(publish(ID, true));
        assertThat(outlet.events()).containsExactly(Event.GIVEN_UP);
        assertThat(client.unanswered()).isZero();
        time.pass(Duration.ofSeconds(60));
        assertThat(outlet.sent()).isEmpty();
        assertThat(outlet.givenUp()).isEmpty();
    }

    @Test
    void a_request_is_given_up_at_its_deadline() {
        client.send(request(ID, 1_000));
        time.passMillis(1_020);
        assertThat(outlet.givenUp()).hasSize(1);
    }

    @Test
    void a_repeated_request_says_what_is_left_of_its_deadline() {
        client.send(request(ID, 1_000));
        time.pass(Duration.ofSeconds(2));
        List<Long> deadlines = new ArrayList<>();
        for (Frame sent : outlet.sent()) {
            Frame.Request request = (Frame.Request) sent;
            deadlines.add(request.deadlineMillis());
            assertThat(request).isEqualTo(request(ID, request.deadlineMillis()));
        }
        assertThat(deadlines).hasSize(3).startsWith(1_000L);
        assertThat(deadlines.get(1)).isBetween(780L, 800L);
        assertThat(deadlines.get(2)).isBetween(360L, 400L);
    }

    @Test
    void a_request_without_a_deadline_is_repeated_without_one() {
        client.send(request(ID));
        time.passMillis(300);
        assertThat(outlet.sent()).containsExactly(request(ID), request(ID));
    }

    @Test
    void a_deadline_that_has_expired_is_sent_as_it_is_and_then_given_up() {
        client.send(request(ID, 0));
        assertThat(outlet.sent()).containsExactly(request(ID, 0));
        time.passMillis(20);
        assertThat(outlet.givenUp()).hasSize(1);
        assertThat(outlet.sent()).isEmpty();
    }

    @Test
    void what_is_acknowledged_is_sent_every_two_seconds() {
        client.send(request(ID));
        time.passMillis(250);
        outlet.sent();
        assertThat(client.receive(new Frame.Ack(ID))).isFalse();
        time.passMillis(1_900);
        assertThat(outlet.sent()).isEmpty();
        time.passMillis(4_200);
        assertThat(outlet.sent()).hasSize(3);
    }

    @Test
    void an_ack_of_something_else_changes_nothing() {
        client.send(request(ID));
        client.receive(new Frame.Ack(ID + 1));
        time.passMillis(700);
        assertThat(outlet.sent()).hasSize(3);
    }

    @Test
    void the_goaway_of_a_drain_is_sent_until_the_client_acknowledges_it() {
        Exchange gateway = exchange(Side.GATEWAY, HELLO_ID);
        Frame drain = new Frame.GoAway(1, null, 500);
        gateway.send(drain);
        time.passMillis(250);
        assertThat(outlet.sent()).containsExactly(drain, drain);
        gateway.receive(new Frame.Ack(1));
        time.pass(Duration.ofSeconds(60));
        assertThat(outlet.sent()).isEmpty();
        assertThat(outlet.givenUp()).isEmpty();
        assertThat(gateway.unanswered()).isZero();
    }

    @Test
    void the_goaway_of_a_drain_is_no_answer_to_a_request_of_the_same_id() {
        Exchange exchange = exchange(Side.CLIENT, 0);
        exchange.send(request(1));
        outlet.sent();
        assertThat(exchange.receive(new Frame.GoAway(1, null, 500))).isTrue();
        assertThat(outlet.sent()).containsExactly(new Frame.Ack(1));
        time.passMillis(250);
        assertThat(outlet.sent()).as("the request goes on").containsExactly(request(1));
    }

    @Test
    void an_answer_of_another_kind_is_none() {
        client.send(request(ID));
        client.receive(new Frame.Pong(ID, Payload.EMPTY));
        client.receive(new Frame.Response(ID, true, Headers.EMPTY, Payload.EMPTY)); // more follows
        assertThat(client.unanswered()).isEqualTo(1);
        client.receive(response(ID));
        assertThat(client.unanswered()).isZero();
    }

    @Test
    void answers_to_unknown_ids_are_handed_on_and_do_nothing() {
        assertThat(client.receive(response(77))).isTrue();
        assertThat(client.receive(Frame.Error.of(78, ErrorCode.FAILED, "x"))).isTrue();
        assertThat(client.receive(Frame.Error.of(0, ErrorCode.MALFORMED, "x"))).isTrue();
        assertThat(outlet.sent()).isEmpty();
    }

    @Test
    void a_broken_response_is_an_answer_too() {
        client.send(request(ID));
        assertThat(client.receiveRejected(response(ID).type(), ID)).isTrue();
        assertThat(client.unanswered()).isZero();
    }

    @Test
    void only_what_was_sent_once_tells_the_round_trip() {
        client.send(request(ID));
        time.passMillis(90);
        client.receive(response(ID));
        assertThat(roundTrip.smoothedNanos()).isEqualTo(90_000_000);
        client.send(request(ID + 1));
        time.passMillis(1_000);
        client.receive(response(ID + 1));
        assertThat(roundTrip.smoothedNanos()).isEqualTo(90_000_000);
    }

    @Test
    void a_frame_that_no_datagram_can_hold_is_not_sent_and_not_kept() {
        Frame tooLong = new Frame.Request(
                ID, Subject.of("a.b"), Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, Payload.bytes(new byte[1_177]));
        assertThat(client.send(tooLong)).isFalse();
        assertThat(client.send(new Frame.Ping(ID, Payload.bytes(new byte[1_182]))))
                .isFalse();
        assertThat(outlet.sent()).isEmpty();
        assertThat(client.enteredFrames()).isZero();
        assertThat(client.unanswered()).isZero();
        assertThat(time.timers().size()).isZero();
    }

    // The window

    private void sendMany(int from, int count) {
        for (int id = from; id < from + count; id++) {
            assertThat(client.send(request(id))).isTrue();
        }
    }

    private List<Integer> sentIds() {
        return outlet.sent().stream().map(Frame::id).toList();
    }

    @Test
    void at_most_256_ids_lie_between_the_oldest_unanswered_and_the_newest() {
        assertThat(client.windowIsOpen()).isTrue();
        sendMany(ID, 255);
        assertThat(client.windowIsOpen()).isTrue();
        sendMany(ID + 255, 1);
        assertThat(client.windowIsOpen()).isFalse();
        sendMany(ID + 256, 3);
        assertThat(sentIds()).hasSize(256).endsWith(ID + 255);
        assertThat(client.heldBackBytes()).isPositive();
        assertThat(client.enteredFrames()).isEqualTo(259);
        assertThat(client.leftFrames()).isEqualTo(256);
    }

    @Test
    void the_answer_to_the_oldest_opens_the_window_and_what_was_held_back_goes_in_order() {
        sendMany(ID, 260);
        outlet.sent();
        client.receive(response(ID + 1));
        assertThat(sentIds()).as("the oldest is still unanswered").isEmpty();
        client.receive(response(ID));
        assertThat(sentIds()).containsExactly(ID + 256, ID + 257);
        client.receive(response(ID + 2));
        client.receive(response(ID + 3));
        assertThat(sentIds()).containsExactly(ID + 258, ID + 259);
        assertThat(client.heldBackBytes()).isZero();
        assertThat(client.leftFrames()).isEqualTo(260);
        assertThat(client.windowIsOpen()).isFalse();
        client.receive(response(ID + 4));
        assertThat(client.windowIsOpen()).isTrue();
    }

    @Test
    void ids_that_want_no_answer_use_up_the_window_as_well() {
        client.send(request(ID));
        for (int id = ID + 1; id <= ID + 300; id++) {
            client.send(publish(id, false));
        }
        assertThat(sentIds()).hasSize(256);
        client.receive(response(ID));
        assertThat(sentIds()).as("none of the others wants an answer").hasSize(45);
        assertThat(client.windowIsOpen()).isTrue();
    }

    @Test
    void what_wants_no_answer_is_never_waited_for() {
        for (int id = ID; id < ID + 10_000; id++) {
            client.send(publish(id, false));
        }
        assertThat(sentIds()).hasSize(10_000);
        assertThat(client.windowIsOpen()).isTrue();
    }

    @Test
    void ids_that_are_left_out_count() {
        client.send(request(ID));
        client.send(request(ID + 256));
        assertThat(sentIds()).containsExactly(ID);
        client.receive(response(ID));
        assertThat(sentIds()).containsExactly(ID + 256);
    }

    @Test
    void the_window_goes_on_after_the_largest_id() {
        Exchange exchange = exchange(Side.CLIENT, -2);
        exchange.send(request(-1));
        exchange.send(request(1));
        exchange.send(request(254));
        exchange.send(request(255));
        assertThat(sentIds()).containsExactly(-1, 1, 254);
    }

    @Test
    void what_stands_outside_the_window_goes_at_once_even_if_the_window_is_closed() {
        sendMany(ID, 300);
        outlet.sent();
        List<Frame> frames = List.of(
                new Frame.Ping(5_000, Payload.EMPTY),
                new Frame.Unsubscribe(77, true),
                new Frame.Cancel(ID + 3),
                response(1),
                publish(0, false),
                new Frame.GoAway(5_001, null, Frame.ABSENT));
        for (Frame frame : frames) {
            assertThat(client.send(frame)).isTrue();
        }
        assertThat(outlet.sent()).containsExactlyElementsOf(frames);
    }

    @Test
    void what_is_given_up_opens_the_window_too() {
        client.send(request(ID, 300));
        for (int id = ID + 1; id <= ID + 256; id++) {
            client.send(publish(id, false));
        }
        outlet.sent();
        time.passMillis(320);
        assertThat(outlet.givenUp()).hasSize(1);
        assertThat(sentIds()).contains(ID + 256);
    }

    @Test
    void what_was_held_back_beyond_its_deadline_is_given_up_and_never_sent() {
        sendMany(ID, 256);
        client.send(request(ID + 256, 500));
        client.send(request(ID + 257, 60_000));
        time.pass(Duration.ofSeconds(1));
        outlet.sent();
        client.receive(response(ID));
        client.receive(response(ID + 1));
        assertThat(outlet.givenUp()).extracting(Frame::id).containsExactly(ID + 256);
        assertThat(outlet.sent()).containsExactly(request(ID + 257, 59_000));
    }

    // What is not wanted any more

    @Test
    void what_is_abandoned_is_not_sent_again() {
        client.send(request(ID));
        assertThat(client.abandon(ID)).isFalse();
        time.pass(Duration.ofSeconds(40));
        assertThat(outlet.sent()).hasSize(1);
        assertThat(outlet.givenUp()).isEmpty();
        assertThat(client.abandon(ID)).isFalse();
    }

    @Test
    void what_is_abandoned_before_it_was_sent_never_is() {
        sendMany(ID, 258);
        assertThat(client.abandon(ID + 256)).isTrue();
        assertThat(client.abandon(ID + 256)).isFalse();
        outlet.sent();
        client.receive(response(ID));
        client.receive(response(ID + 1));
        assertThat(sentIds()).containsExactly(ID + 257);
        assertThat(client.heldBackBytes()).isZero();
        assertThat(client.leftFrames()).isEqualTo(client.enteredFrames());
    }

    @Test
    void cancel_ends_the_repeats_and_is_sent_once() {
        client.send(request(ID));
        client.send(new Frame.Cancel(ID));
        time.pass(Duration.ofSeconds(40));
        assertThat(outlet.sent()).containsExactly(request(ID), new Frame.Cancel(ID));
    }

    @Test
    void cancel_of_what_was_not_yet_sent_is_not_sent_either() {
        sendMany(ID, 257);
        outlet.sent();
        assertThat(client.send(new Frame.Cancel(ID + 256))).isTrue();
        client.receive(response(ID));
        assertThat(outlet.sent()).isEmpty();
    }

    @Test
    void unsubscribe_ends_the_repeats_of_its_subscribe() {
        for (boolean confirm : new boolean[] {true, false}) {
            Exchange exchange = exchange(Side.CLIENT, HELLO_ID);
            exchange.send(subscribe(ID, true));
            Frame unsubscribe = new Frame.Unsubscribe(ID, confirm);
            exchange.send(unsubscribe);
            assertThat(outlet.sent()).containsExactly(subscribe(ID, true), unsubscribe);
            time.passMillis(300);
            assertThat(outlet.sent()).isEqualTo(confirm ? List.of(unsubscribe) : List.of());
            exchange.receive(response(ID));
            assertThat(exchange.unanswered()).isZero();
        }
    }

    @Test
    void the_end_sends_nothing_again_and_nothing_that_was_held_back() {
        sendMany(ID, 300);
        client.send(new Frame.Ping(5_000, Payload.EMPTY));
        outlet.sent();
        client.close();
        time.pass(Duration.ofSeconds(60));
        assertThat(outlet.sent()).isEmpty();
        assertThat(outlet.givenUp()).isEmpty();
        assertThat(client.unanswered()).isZero();
        assertThat(client.heldBackBytes()).isZero();
        assertThat(time.timers().size()).isZero();
    }
}
