package io.socketgateway.protocol.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.datagram.Exchange.Event;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a side makes of what its peer sends, once and again. */
class ExchangeReceivingTest {
    private static final int HELLO_ID = 1000;
    private static final int ID = 1001;

    private final ManualTime time = new ManualTime();
    private final RecordingOutlet outlet = new RecordingOutlet(1_187);
    private final AnswerCache cache = new AnswerCache(time.timers(), time, 1_000_000, 10_000, Duration.ofSeconds(60));
    private final Exchange gateway = exchange(Side.GATEWAY);
    private final Exchange client = exchange(Side.CLIENT);

    private Exchange exchange(Side side) {
        return new Exchange(
                side, HELLO_ID, cache, new RoundTrip(), time.timers(), time, new SplittableRandom(1), outlet);
    }

    private static Frame request(int id) {
        return new Frame.Request(id, Subject.of("a.b"), 5_000, Frame.ABSENT, Headers.EMPTY, Payload.text("ask " + id));
    }

    private static Frame response(int id) {
        return new Frame.Response(id, false, Headers.EMPTY, Payload.text("answer " + id));
    }

    private static Frame publish(int id, boolean confirm) {
        return new Frame.Publish(id, Subject.of("a.b"), confirm, Headers.EMPTY, Payload.EMPTY);
    }

    private static Frame subscribe(int id, boolean confirm) {
        return new Frame.Subscribe(id, SubjectPattern.of("a.>"), "", confirm, Headers.EMPTY);
    }

    static List<Frame> whatWantsAnAnswer() {
        return List.of(
                request(ID),
                publish(ID, true),
                subscribe(ID, true),
                new Frame.Serve(ID, SubjectPattern.of("a.>"), "", true, Headers.EMPTY),
                Frame.Hello.of(ID));
    }

    static List<Frame> whatUsesAnIdAndWantsNoAnswer() {
        return List.of(
                publish(ID, false),
                subscribe(ID, false),
                new Frame.Serve(ID, SubjectPattern.of("a.>"), "", false, Headers.EMPTY));
    }

    static List<Frame> whatUsesNoId() {
        return List.of(
                new Frame.Ping(ID, Payload.EMPTY),
                new Frame.Pong(ID, Payload.EMPTY),
                response(ID),
                Frame.Error.of(ID, ErrorCode.FAILED, "x"),
                new Frame.Cancel(ID),
                new Frame.Credit(ID, 1),
                new Frame.Unsubscribe(ID, true),
                new Frame.Unsubscribe(ID, false),
                new Frame.GoAway(0, null, Frame.ABSENT));
    }

    @ParameterizedTest
    @MethodSource("whatWantsAnAnswer")
    void what_wants_an_answer_is_carried_out_once_and_its_repeats_are_acknowledged(Frame frame) {
        assertThat(gateway.receive(frame)).isTrue();
        assertThat(outlet.sent()).as("the first time").isEmpty();
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.receive(frame)).isFalse();
            assertThat(outlet.sent()).containsExactly(new Frame.Ack(ID));
            assertThat(outlet.events()).containsExactly(Event.REPEAT_RECEIVED, Event.ACKNOWLEDGED);
        }
    }

    @ParameterizedTest
    @MethodSource("whatWantsAnAnswer")
    void once_it_is_answered_a_repeat_gets_the_same_answer(Frame frame) {
        gateway.receive(frame);
        assertThat(gateway.send(response(ID))).isTrue();
        assertThat(outlet.sent()).containsExactly(response(ID));
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.receive(frame)).isFalse();
            assertThat(outlet.sent()).containsExactly(response(ID));
            assertThat(outlet.events()).containsExactly(Event.REPEAT_RECEIVED, Event.ANSWER_REPEATED);
        }
    }

    @ParameterizedTest
    @MethodSource("whatUsesAnIdAndWantsNoAnswer")
    void what_wants_no_answer_is_carried_out_once_and_its_repeats_are_dropped(Frame frame) {
        assertThat(gateway.receive(frame)).isTrue();
        assertThat(gateway.receive(frame)).isFalse();
        assertThat(outlet.sent()).isEmpty();
        assertThat(outlet.events()).containsExactly(Event.REPEAT_RECEIVED);
        assertThat(gateway.underWay()).isZero();
    }

    @ParameterizedTest
    @MethodSource("whatUsesNoId")
    void what_stands_outside_the_window_is_handed_on_each_time_and_uses_no_id(Frame frame) {
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.receive(frame)).isTrue();
        }
        assertThat(outlet.sent()).isEmpty();
        assertThat(outlet.events()).isEmpty();
        assertThat(gateway.receive(request(ID))).as("its id is free").isTrue();
    }

    @Test
    void whatever_comes_with_id_0_is_carried_out_each_time() {
        for (Frame frame : List.of(request(0), publish(0, false), Frame.Hello.of(0))) {
            assertThat(gateway.receive(frame)).isTrue();
            assertThat(gateway.receive(frame)).isTrue();
        }
        assertThat(outlet.sent()).isEmpty();
        assertThat(gateway.underWay()).isZero();
    }

    @Test
    void a_second_use_of_an_id_is_a_repeat_whatever_it_asks() {
        gateway.receive(request(ID));
        gateway.send(response(ID));
        outlet.sent();
        assertThat(gateway.receive(publish(ID, true))).isFalse();
        assertThat(outlet.sent()).containsExactly(response(ID));
    }

    @Test
    void an_error_is_an_answer_like_any() {
        Frame error = Frame.Error.notProcessed(ID, ErrorCode.NO_WORKER, "nobody");
        gateway.receive(request(ID));
        gateway.send(error);
        outlet.sent();
        gateway.receive(request(ID));
        assertThat(outlet.sent()).containsExactly(error);
    }

    @Test
    void a_later_hello_is_answered_again_by_the_same_welcome() {
        Frame welcome = new Frame.Welcome(
                ID, 1, "s", "c", "0123456789abcdef", "r", false, 30, 8192, new Frame.SessionLimits(1, 1, 256), "n");
        gateway.receive(Frame.Hello.of(ID));
        gateway.send(welcome);
        outlet.sent();
        gateway.receive(Frame.Hello.of(ID));
        assertThat(outlet.sent()).containsExactly(welcome);
    }

    @Test
    void the_answer_to_what_came_with_id_0_is_not_kept() {
        gateway.receive(request(0));
        gateway.send(Frame.Error.of(0, ErrorCode.FAILED, "x"));
        assertThat(cache.size()).isZero();
    }

    @Test
    void what_nobody_asked_is_sent_and_not_kept() {
        gateway.send(response(ID));
        assertThat(outlet.sent()).containsExactly(response(ID));
        assertThat(cache.size()).isZero();
    }

    @Test
    void an_answer_that_no_datagram_can_hold_is_not_the_answer() {
        Frame tooLong = new Frame.Response(ID, false, Headers.EMPTY, Payload.bytes(new byte[1_182]));
        Frame error = Frame.Error.of(ID, ErrorCode.TOO_LARGE, "use a stream transport");
        gateway.receive(request(ID));
        assertThat(gateway.send(tooLong)).isFalse();
        assertThat(gateway.send(error)).isTrue();
        gateway.receive(request(ID));
        assertThat(outlet.sent()).containsExactly(error, error);
    }

    @Test
    void after_a_minute_the_answer_is_gone_and_a_repeat_is_408() {
        gateway.receive(request(ID));
        gateway.send(response(ID));
        outlet.sent();
        time.pass(Duration.ofSeconds(61));
        assertThat(gateway.receive(request(ID))).isFalse();
        assertThat(outlet.sent()).singleElement().satisfies(ExchangeReceivingTest::is408);
        assertThat(outlet.events()).containsExactly(Event.REPEAT_RECEIVED, Event.OUTDATED);
    }

    private static void is408(Frame frame) {
        assertThat(frame).isInstanceOf(Frame.Error.class);
        assertThat(((Frame.Error) frame).errorCode()).isSameAs(ErrorCode.DEADLINE);
        assertThat(((Frame.Error) frame).notProcessed()).isFalse();
        assertThat(frame.id()).isEqualTo(ID);
    }

    @Test
    void an_answer_that_others_have_pushed_out_is_408_too() {
        for (int id = ID; id <= ID + 40; id++) {
            gateway.receive(request(id));
            gateway.send(new Frame.Response(id, false, Headers.EMPTY, Payload.bytes(new byte[500])));
        }
        outlet.sent();
        gateway.receive(request(ID));
        assertThat(outlet.sent()).singleElement().satisfies(ExchangeReceivingTest::is408);
        gateway.receive(request(ID + 40));
        assertThat(outlet.sent()).singleElement().isInstanceOf(Frame.Response.class);
    }

    @Test
    void what_is_under_way_longer_than_answers_are_kept_is_still_acknowledged() {
        gateway.receive(request(ID));
        time.pass(Duration.ofMinutes(10));
        gateway.receive(request(ID));
        assertThat(outlet.sent()).containsExactly(new Frame.Ack(ID));
    }

    @Test
    void an_id_that_comes_late_is_carried_out_as_long_as_it_lies_in_the_window() {
        assertThat(gateway.receive(publish(ID + 4_095, false))).isTrue();
        assertThat(gateway.receive(request(ID))).isTrue();
        assertThat(outlet.sent()).isEmpty();
    }

    @Test
    void an_id_below_the_window_is_408_whether_it_wants_an_answer_or_not() {
        gateway.receive(publish(ID + 4_096, false));
        for (Frame late : List.of(request(ID), publish(ID, false))) {
            assertThat(gateway.receive(late)).isFalse();
            assertThat(outlet.sent()).singleElement().satisfies(ExchangeReceivingTest::is408);
            assertThat(outlet.events()).containsExactly(Event.OUTDATED);
        }
    }

    @Test
    void the_id_of_the_hello_that_opened_the_session_is_used() {
        assertThat(gateway.receive(request(HELLO_ID))).isFalse();
    }

    @Test
    void ids_go_on_after_the_largest() {
        Exchange exchange = new Exchange(
                Side.GATEWAY, -3, cache, new RoundTrip(), time.timers(), time, new SplittableRandom(1), outlet);
        for (int id : new int[] {-2, -1, 1, 2}) {
            assertThat(exchange.receive(request(id))).isTrue();
            assertThat(exchange.receive(request(id))).isFalse();
        }
    }

    @Test
    void a_frame_that_breaks_a_rule_uses_its_id_like_any_other() {
        Frame error = Frame.Error.of(ID, ErrorCode.MALFORMED, "subject: empty");
        for (FrameType type :
                List.of(FrameType.REQUEST, FrameType.PUBLISH, FrameType.SUBSCRIBE, FrameType.SERVE, FrameType.HELLO)) {
            Exchange exchange = exchange(Side.GATEWAY);
            assertThat(exchange.receiveRejected(type, ID)).isTrue();
            exchange.send(error);
            assertThat(exchange.receiveRejected(type, ID)).isFalse();
            assertThat(outlet.sent()).as(type.name()).containsExactly(error, error);
            assertThat(exchange.receive(request(ID))).isFalse();
            assertThat(outlet.sent()).containsExactly(error);
        }
    }

    @Test
    void of_other_types_and_with_id_0_it_uses_none() {
        for (int i = 0; i < 2; i++) {
            assertThat(gateway.receiveRejected(FrameType.UNSUBSCRIBE, ID)).isTrue();
            assertThat(gateway.receiveRejected(FrameType.PUBLISH, 0)).isTrue();
        }
        assertThat(gateway.receive(request(ID))).isTrue();
    }

    @Test
    void a_client_takes_the_gateways_ids_from_1_whatever_its_own_are() {
        assertThat(client.receive(request(1))).isTrue();
        assertThat(client.receive(request(1))).isFalse();
        assertThat(outlet.sent()).containsExactly(new Frame.Ack(1));
        client.send(response(1));
        client.receive(request(1));
        assertThat(outlet.sent()).containsExactly(response(1), response(1));
    }

    @Test
    void what_the_gateway_has_cancelled_is_acknowledged_to_it_no_more() {
        client.receive(request(1));
        assertThat(client.receive(new Frame.Cancel(1))).isTrue();
        assertThat(client.underWay()).isZero();
        assertThat(client.receive(request(1))).isFalse();
        assertThat(outlet.sent()).singleElement().isInstanceOf(Frame.Error.class);
    }

    @Test
    void what_a_client_has_cancelled_is_still_answered_by_the_gateway() {
        Frame cancelled = Frame.Error.of(ID, ErrorCode.CANCELLED, "cancelled");
        gateway.receive(request(ID));
        assertThat(gateway.receive(new Frame.Cancel(ID))).isTrue();
        gateway.send(cancelled);
        gateway.receive(request(ID));
        assertThat(outlet.sent()).containsExactly(cancelled, cancelled);
    }

    @Test
    void a_client_acknowledges_each_goaway_of_a_drain() {
        Frame drain = new Frame.GoAway(1, null, 500);
        for (int i = 0; i < 2; i++) {
            assertThat(client.receive(drain)).isTrue();
            assertThat(outlet.sent()).containsExactly(new Frame.Ack(1));
        }
        assertThat(client.receive(new Frame.GoAway(0, null, 500))).isTrue();
        assertThat(outlet.sent()).isEmpty();
    }

    @Test
    void a_client_does_not_acknowledge_the_answer_to_its_own_goaway() {
        client.send(new Frame.GoAway(ID, "done", Frame.ABSENT));
        outlet.sent();
        assertThat(client.receive(new Frame.GoAway(ID, null, Frame.ABSENT))).isTrue();
        assertThat(outlet.sent()).isEmpty();
    }

    @Test
    void a_gateway_does_not_acknowledge_a_clients_goaway() {
        assertThat(gateway.receive(new Frame.GoAway(ID, "done", Frame.ABSENT))).isTrue();
        assertThat(outlet.sent()).isEmpty();
    }

    @Test
    void an_ack_is_handed_on_to_nobody() {
        assertThat(client.receive(new Frame.Ack(ID))).isFalse();
        assertThat(gateway.receive(new Frame.Ack(ID))).isFalse();
    }

    @Test
    void what_is_never_answered_is_forgotten_once_it_has_left_the_window() {
        for (int id = 1; id <= 100_000; id++) {
            assertThat(client.receive(request(id))).isTrue();
            assertThat(client.underWay()).isLessThanOrEqualTo(2 * SeenIds.WINDOW);
        }
        client.receive(request(100_000 - 4_095));
        assertThat(outlet.sent()).as("the window is as it was").containsExactly(new Frame.Ack(100_000 - 4_095));
    }

    @Test
    void the_end_leaves_nothing() {
        gateway.receive(request(ID));
        gateway.send(response(ID));
        gateway.receive(request(ID + 1));
        gateway.close();
        assertThat(cache.size()).isZero();
        assertThat(gateway.underWay()).isZero();
        assertThat(time.timers().size()).isZero();
        gateway.send(response(ID + 1)); // what comes late from a worker
        assertThat(cache.size()).isZero();
    }
}
