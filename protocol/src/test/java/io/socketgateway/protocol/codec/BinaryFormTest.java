package io.socketgateway.protocol.codec;

import static io.socketgateway.protocol.codec.Bodies.breaksRule;
import static io.socketgateway.protocol.codec.Bodies.decode;
import static io.socketgateway.protocol.codec.Bodies.encode;
import static io.socketgateway.protocol.codec.Bodies.hex;
import static io.socketgateway.protocol.codec.Bodies.isMalformed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.RandomFrames;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryFormTest {
    private static final Headers HEADERS = Headers.of("k", "v");

    /** Each type, with every optional field and without, as the bytes that the specification wants. */
    static Stream<Arguments> layouts() {
        return Stream.of(
                Arguments.of("01 00 00000007 7B7D", Frame.Hello.of(7)),
                Arguments.of("03 00 00000007", new Frame.Ping(7, Payload.EMPTY)),
                Arguments.of("03 04 FFFFFFFF 6869", new Frame.Ping(-1, Payload.text("hi"))),
                Arguments.of("04 02 00000007 7B7D", new Frame.Pong(7, Payload.json("{}"))),
                Arguments.of("05 00 00000007 7B7D", new Frame.GoAway(7, null, Frame.ABSENT)),
                Arguments.of("06 00 00000007 6162", new Frame.Challenge(7, "ab")),
                Arguments.of(
                        "10 00 00000007 0001 61",
                        new Frame.Request(7, Subject.of("a"), -1, -1, Headers.EMPTY, Payload.EMPTY)),
                Arguments.of(
                        "10 1F 00000007 0001 61 000001F4 00000003 0001 0001 6B 0001 76 A0",
                        new Frame.Request(7, Subject.of("a"), 500, 3, HEADERS, Payload.cbor(hex("A0")))),
                Arguments.of("11 00 00000007", new Frame.Response(7, false, Headers.EMPTY, Payload.EMPTY)),
                Arguments.of(
                        "11 21 00000007 0001 0001 6B 0001 76 FF",
                        new Frame.Response(7, true, HEADERS, Payload.bytes(hex("FF")))),
                Arguments.of("12 00 00000007 0194 0001 78", new Frame.Error(7, 404, -1, false, "x")),
                Arguments.of("12 18 00000007 01AD 000003E8 0000", new Frame.Error(7, 429, 1000, true, "")),
                Arguments.of("13 00 00000007", new Frame.Cancel(7)),
                Arguments.of("14 00 00000007 FFFFFFFF", new Frame.Credit(7, Frame.MAX_U32)),
                Arguments.of("15 00 00000007", new Frame.Ack(7)),
                Arguments.of(
                        "18 47 00000007 0001 61 0001 0001 6B 0001 76 A0",
                        new Frame.Publish(7, Subject.of("a"), true, HEADERS, Payload.cbor(hex("A0")))),
                Arguments.of(
                        "19 41 00000007 0001 2A 0001 67 0001 0001 6B 0001 76",
                        new Frame.Subscribe(7, SubjectPattern.of("*"), "g", true, HEADERS)),
                Arguments.of(
                        "19 00 00000007 0001 3E 0000",
                        new Frame.Subscribe(7, SubjectPattern.of(">"), "", false, Headers.EMPTY)),
                Arguments.of("1A 40 00000007", new Frame.Unsubscribe(7, true)),
                Arguments.of("1A 00 00000000", new Frame.Unsubscribe(0, false)),
                Arguments.of(
                        "1B 05 00000000 0001 61 0001 0001 6B 0001 76 C3A9",
                        new Frame.Message(0, Subject.of("a"), HEADERS, Payload.text("é"))),
                Arguments.of(
                        "1C 40 00000007 0003 612E3E 0000",
                        new Frame.Serve(7, SubjectPattern.of("a.>"), "", true, Headers.EMPTY)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void a_body_means_its_frame(String body, Frame frame) {
        assertThat(decode(hex(body))).isEqualTo(frame);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void a_frame_is_written_as_its_body_or_reads_the_same(String body, Frame frame) {
        byte[] written = encode(frame, Form.BINARY);
        if (frame.type() != FrameType.HELLO) { // whose version is told though it may be left out
            assertThat(written).isEqualTo(hex(body));
        }
        assertThat(decode(written)).isEqualTo(frame);
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void a_flag_bit_that_the_type_does_not_define_is_malformed(FrameType type) {
        byte[] body = encode(new RandomFrames(3).next(type), Form.BINARY);
        for (int bit = 1; bit < 0x100; bit <<= 1) {
            if ((type.allowedFlags() & bit) == 0) {
                byte[] changed = body.clone();
                changed[1] |= (byte) bit;
                isMalformed(changed, "flags: " + type);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameType.class,
            names = {"HELLO", "WELCOME", "GOAWAY", "CHALLENGE"})
    void content_flags_are_ignored_where_the_payload_is_known(FrameType type) {
        byte[] body = encode(new RandomFrames(4).next(type), Form.BINARY);
        Frame plain = decode(body);
        for (int content : new int[] {2, 4, 6}) {
            body[1] = (byte) content;
            assertThat(decode(body)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void a_body_cut_at_any_byte_never_reads_past_its_end(FrameType type) {
        RandomFrames frames = new RandomFrames(5);
        for (int i = 0; i < 20; i++) {
            byte[] body = encode(frames.next(type), Form.BINARY);
            for (int length = 1; length < body.length; length++) {
                try {
                    decode(Arrays.copyOf(body, length)); // a payload may be cut and still be one
                } catch (ProtocolException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "03",
                "03 00",
                "03 00 000000",
                "10 00 00000007",
                "10 00 00000007 00",
                "10 00 00000007 0002 61",
                "10 08 00000007 0001 61 000001",
                "10 10 00000007 0001 61 000001",
                "10 18 00000007 0001 61 00000001",
                "10 01 00000007 0001 61 00",
                "10 01 00000007 0001 61 0001 0001 6B 0001",
                "10 01 00000007 0001 61 FFFF 0001 6B 0001 76",
                "11 01 00000007",
                "11 01 00000007 0001 0001 6B 0002 76",
                "12 00 00000007 01",
                "12 00 00000007 0194",
                "12 08 00000007 0194 0000",
                "12 00 00000007 0194 0001",
                "14 00 00000007",
                "14 00 00000007 000000",
                "18 00 00000007",
                "19 00 00000007 0001 61",
                "1B 00 00000007 FFFF 61",
                "1C 00 00000007 0001 61 0001",
            })
    void a_field_cut_off_is_malformed(String body) {
        isMalformed(hex(body), "cut off");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12 00 00000007 0194 0000 00",
                "13 00 00000007 00",
                "14 00 00000007 00000001 00",
                "15 00 00000007 00",
                "19 00 00000007 0001 61 0000 00",
                "19 01 00000007 0001 61 0000 0000 00",
                "1A 00 00000007 00",
                "1C 00 00000007 0001 61 0000 00",
            })
    void bytes_after_the_last_field_are_malformed(String body) {
        isMalformed(hex(body), "1 bytes after the last field");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C3",
                "80",
                "C080",
                "C1BF",
                "E08080",
                "ED A0 80",
                "ED BF BF",
                "F0808080",
                "F4908080",
                "F8888080 80",
                "FF",
                "FE",
                "E282",
                "F09F98",
                "C328"
            })
    void invalid_utf8_is_malformed_in_every_string(String bytes) {
        byte[] text = hex(bytes);
        String size = String.format("%04X", text.length);
        isMalformed(hex("10 00 00000007" + size + bytes), "subject: invalid UTF-8");
        isMalformed(hex("18 00 00000007" + size + bytes), "subject: invalid UTF-8");
        isMalformed(hex("19 00 00000007 0001 61" + size + bytes), "group: invalid UTF-8");
        isMalformed(hex("12 00 00000007 0194" + size + bytes), "message: invalid UTF-8");
        isMalformed(hex("11 01 00000007 0001" + size + bytes + "0000"), "headers: invalid UTF-8");
        isMalformed(hex("11 01 00000007 0001 0001 61" + size + bytes), "headers: invalid UTF-8");
        isMalformed(hex("06 00 00000007" + bytes), "cookie: invalid UTF-8");
        isMalformed(hex("01 00 00000007 7B22 61 22 3A 22" + bytes + "227D"), "json: invalid UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "19 00 00000000 0001 61 0000",
                "1C 00 00000000 0001 61 0000",
                "18 40 00000000 0001 61",
                "19 40 00000000 0001 61 0000",
                "1A 40 00000000",
                "1C 40 00000000 0001 61 0000",
                "10 10 00000000 0001 61 00000001"
            })
    void id_0_is_malformed_where_an_id_is_needed(String body) {
        isMalformed(hex(body), "id: 0 on ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 00 00000000 0001 61",
                "18 00 00000000 0001 61",
                "1A 00 00000000",
                "03 00 00000000",
                "13 00 00000000"
            })
    void id_0_is_taken_where_no_answer_is_needed(String body) {
        assertThat(decode(hex(body)).id()).isZero();
    }

    @Test
    void unknown_types_are_malformed_but_those_from_0x30_to_0x3E_are_skipped() {
        for (int code = 0; code < 0x100; code++) {
            if (FrameType.ofCode(code) != null || code == '{') {
                continue;
            }
            byte[] body = {(byte) code, -1, -1};
            if (code >= 0x30 && code <= 0x3E) {
                assertThat(decode(body)).isNull();
                assertThat(decode(new byte[] {(byte) code})).isNull();
            } else {
                isMalformed(body, "type: unknown " + code);
            }
        }
    }

    @Test
    void an_empty_body_is_malformed() {
        Frame ping = new Frame.Ping(1, Payload.EMPTY);
        assertThat(decode(encode(ping, Form.BINARY))).isEqualTo(ping);
        assertThatThrownBy(() -> decode(new byte[0], Side.CLIENT, Carrier.STREAM))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("length: 0");
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT, STREAM, 02",
        "CLIENT, STREAM, 06",
        "CLIENT, STREAM, 15",
        "CLIENT, STREAM, 1B",
        "GATEWAY, STREAM, 01",
        "GATEWAY, STREAM, 06",
        "GATEWAY, STREAM, 15",
        "GATEWAY, STREAM, 18",
        "GATEWAY, STREAM, 19",
        "GATEWAY, STREAM, 1A",
        "GATEWAY, STREAM, 1C",
        "CLIENT, DATAGRAM, 06",
    })
    void a_type_that_this_side_may_not_send_is_malformed(Side sender, Carrier carrier, String code) {
        FrameType type = FrameType.ofCode(Integer.parseInt(code, 16));
        Frame frame = new RandomFrames(9).next(type);
        for (Form form : Form.values()) {
            assertThatThrownBy(() -> decode(encode(frame, form), sender, carrier))
                    .isInstanceOfSatisfying(ProtocolException.class, fault -> {
                        assertThat(fault.frameType()).isNull();
                        assertThat(fault.message()).contains("type: " + type + " is not for this side");
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20 7B7D", "5B5D", "31", "7B", "7B7D 00", "7B7D 7B7D", "7B7D 2C", "EFBBBF 7B7D"})
    void the_json_of_a_control_frame_is_one_object_and_nothing_before_it(String payload) {
        isMalformed(hex("01 00 00000007" + payload), "json: ");
        isMalformed(hex("02 00 00000007" + payload), "json: ");
        isMalformed(hex("05 00 00000007" + payload), "json: ");
    }

    @Test
    void white_space_may_follow_the_json_of_a_control_frame() {
        assertThat(decode(hex("01 00 00000007 7B7D 20 09 0D 0A 20"))).isEqualTo(Frame.Hello.of(7));
        isMalformed(hex("01 00 00000007 7B7D 0C"), "json: ");
        isMalformed(hex("01 00 00000007 7B7D C2A0"), "json: ");
    }

    @Test
    void a_subject_that_breaks_a_rule_is_told_of_the_frame() {
        breaksRule(hex("10 00 00000007 0000"), FrameType.REQUEST, 7, "subject: empty");
        breaksRule(hex("10 00 00000007 0001 2A"), FrameType.REQUEST, 7, "subject: wildcard");
        breaksRule(hex("18 00 FFFFFFFF 0001 2E"), FrameType.PUBLISH, -1, "subject: empty token");
        breaksRule(hex("18 00 00000000 0001 20"), FrameType.PUBLISH, 0, "subject: white space");
        breaksRule(hex("19 00 00000007 0003 3E2E61 0000"), FrameType.SUBSCRIBE, 7, "subject: '>'");
        breaksRule(hex("1C 00 00000007 0003 612A62 0000"), FrameType.SERVE, 7, "subject: wildcard inside");
        breaksRule(hex("10 00 00000007 0100" + "61".repeat(256)), FrameType.REQUEST, 7, "subject: over 255 bytes");
        breaksRule(hex("19 00 00000007 0001 61 0100" + "61".repeat(256)), FrameType.SUBSCRIBE, 7, "group: over 255");
    }

    @Test
    void headers_that_break_a_rule_are_told_of_the_frame() {
        breaksRule(
                hex("10 01 00000007 0001 61 0002 0001 6B 0000 0001 6B 0000"),
                FrameType.REQUEST,
                7,
                "headers: 'k' twice");
        breaksRule(hex("11 01 00000007 0001 0000 0000"), FrameType.RESPONSE, 7, "headers: empty name");
        breaksRule(hex("19 01 00000007 0001 61 0000 0001 0001 0A 0000"), FrameType.SUBSCRIBE, 7, "headers: name");
        StringBuilder many = new StringBuilder("0041");
        for (int i = 0; i < 65; i++) {
            many.append("0002").append(String.format("41%02X", 0x30 + i)).append("0000");
        }
        breaksRule(hex("11 01 00000007" + many), FrameType.RESPONSE, 7, "headers: over 64 pairs");
        breaksRule(
                hex("11 01 00000007 0001 0001 6B 2000" + "61".repeat(8192)), FrameType.RESPONSE, 7, "over 8192 bytes");
    }

    @Test
    void headers_may_be_flagged_and_none() {
        assertThat(decode(hex("11 01 00000007 0000")))
                .isEqualTo(new Frame.Response(7, false, Headers.EMPTY, Payload.EMPTY));
    }

    @Test
    void what_does_not_parse_wins_over_a_broken_rule() {
        isMalformed(hex("10 00 00000007 0002 2A C3"), "subject: invalid UTF-8");
        isMalformed(hex("10 08 00000007 0001 2A 00"), "deadlineMillis: cut off"); // a wildcard, too
        isMalformed(hex("10 10 00000000 0001 2A 00000001"), "id: 0");
        isMalformed(hex("10 01 00000007 0000 0002 0001 6B 0000 0001 6B"), "headers: cut off");
        isMalformed(hex("19 00 00000007 0000 0000 00"), "after the last field");
        isMalformed(hex("19 00 00000007 0001 61 0100" + "61".repeat(256) + "00"), "after the last field");
        isMalformed(hex("1C 01 00000007 0001 61 0000 0001 0000 0000 00"), "after the last field");
        isMalformed(hex("19 00 00000000 0000 0000"), "id: 0");
        isMalformed(hex("18 40 00000000 0001 2A"), "id: 0");
        isMalformed(hex("1A 01 00000007"), "flags: ");
    }

    @Test
    void an_error_message_may_fill_its_field() {
        int max = Frame.Error.MAX_MESSAGE_BYTES;
        assertThat(decode(hex("12 00 00000007 0194 FFFF" + "61".repeat(max))))
                .isEqualTo(new Frame.Error(7, 404, -1, false, "a".repeat(max)));
        for (String message : new String[] {"a".repeat(max), "€".repeat(max), "😀".repeat(max)}) {
            Frame longest = new Frame.Error(7, 404, -1, false, message);
            for (Form form : Form.values()) {
                assertThat(decode(encode(longest, form))).isEqualTo(longest);
            }
        }
        isMalformed(
                Bodies.json("{'type':'error','code':1,'message':'" + "a".repeat(max) + "\\uD800'}"),
                "unpaired surrogate");
    }

    @Test
    void an_error_message_with_an_unpaired_surrogate_is_written_all_the_same() {
        Frame.Error error = Frame.Error.of(7, ErrorCode.FAILED, "a\uD800b");
        for (Form form : Form.values()) {
            Frame.Error read = (Frame.Error) decode(encode(error, form));
            assertThat(read.message()).startsWith("a").endsWith("b").hasSize(3);
        }
    }

    @Test
    void a_large_payload_is_carried_whole() {
        byte[] bytes = new byte[1 << 20];
        new SplittableRandom(1).nextBytes(bytes);
        Frame ping = new Frame.Ping(7, Payload.bytes(bytes));
        for (Form form : Form.values()) {
            assertThat(decode(encode(ping, form))).isEqualTo(ping);
        }
    }
}
