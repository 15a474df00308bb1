package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.util.HexFormat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 2 as a client sees it: what is malformed, what breaks a rule, and the form of the answer. */
class BodyTest {
    @AutoClose
    private final Harness gateway = Harness.start(1, Form.BINARY);

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3F 00 00000001", // a type that is kept but not skipped
                "20 00 00000001",
                "2F 00 00000001",
                "0F 00 00000001",
                "07 00 00000001",
                "16 00 00000001",
                "17 00 00000001",
                "1D 00 00000001",
                "00 00 00000001",
                "40 00 00000001",
                "7A 00 00000001",
                "7C 00 00000001",
                "80 00 00000001",
                "FF 00 00000001",
                "02 00 00000001 7B7D", // WELCOME is the gateway's
                "1B 00 00000001 0001 61", // so is MESSAGE
                "06 00 00000001 61", // CHALLENGE is a datagram's
                "15 00 00000001", // so is ACK
                "03 01 00000001", // PING defines no HEADERS
                "03 08 00000001",
                "03 80 00000001",
                "13 02 00000001", // CANCEL defines no flag
                "14 01 00000001 00000001",
                "10 20 00000001 0001 61", // MORE on REQUEST
                "10 40 00000001 0001 61", // CONFIRM on REQUEST
                "11 10 00000001", // STREAM on RESPONSE
                "12 40 00000001 0190 0000",
                "18 08 00000001 0001 61", // DEADLINE on PUBLISH
                "19 02 00000001 0001 61 0000", // CONTENT on SUBSCRIBE
                "1A 01 00000001",
                "10 80 00000001 0001 61",
                "03", // cut off in the flags
                "03 00 000000", // in the id
                "10 00 00000001 00", // in a size
                "10 00 00000001 0005 6162", // in a string
                "10 08 00000001 0001 61 000000", // in the deadline
                "10 10 00000001 0001 61", // no credit
                "10 01 00000001 0001 61", // no headers
                "10 01 00000001 0001 61 0002 0001 61 0001 61", // the second pair is missing
                "14 00 00000001 000000",
                "12 00 00000001 0190 0005 61",
                "19 00 00000001 0001 61", // no group
                "13 00 00000001 00", // a byte after the last field
                "14 00 00000001 00000001 00",
                "12 00 00000001 0190 0000 00",
                "19 00 00000001 0001 61 0000 00",
                "1A 00 00000001 00",
                "1C 00 00000001 0001 61 0000 00",
                "10 00 00000001 0001 FF", // not UTF-8
                "10 00 00000001 0002 C080",
                "10 00 00000001 0003 EDA080", // a surrogate
                "19 00 00000001 0001 61 0001 FF",
                "10 01 00000001 0001 61 0001 0001 6B 0001 FF",
                "12 00 00000001 0190 0001 FF",
                "01 00 00000001", // HELLO without its object
                "01 00 00000001 5B5D",
                "01 00 00000001 7B",
                "01 00 00000001 7B7D61",
                "01 00 00000001 20 7B7D",
                "05 00 00000001 7B22726561736F6E223A377D", // reason: 7
                "19 00 00000000 0001 61 0000", // ids of 0
                "1C 00 00000000 0001 61 0000",
                "10 10 00000000 0001 61 00000001",
                "18 40 00000000 0001 61",
                "1A 40 00000000",
            })
    void aMalformedBinaryBodyIs400WithIdZeroAndTheEnd(String body) {
        RawPeer first = gateway.connect().sendBody(hex(body));
        first.expectError(0, ErrorCode.MALFORMED);
        assertThat(first.answeredIn()).isEqualTo(Form.BINARY);
        first.expectOrderlyEnd();

        RawPeer later = gateway.connect().expectNothing();
        later.sendBody(hex(body)).expectError(0, ErrorCode.MALFORMED);
        later.expectOrderlyEnd();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{\"id\":1}",
                "{\"type\":7}",
                "{\"type\":\"PING\"}",
                "{\"type\":\"nothing\",\"id\":1}",
                "{\"type\":\"welcome\",\"id\":1}",
                "{\"type\":\"message\",\"id\":1,\"subject\":\"a\"}",
                "{\"type\":\"ack\",\"id\":1}",
                "{\"type\":\"challenge\",\"id\":1,\"text\":\"c\"}",
                "{\"type\":\"ping\",\"id\":7.0}",
                "{\"type\":\"ping\",\"id\":7e0}",
                "{\"type\":\"ping\",\"id\":\"7\"}",
                "{\"type\":\"ping\",\"id\":-1}",
                "{\"type\":\"ping\",\"id\":4294967296}",
                "{\"type\":\"ping\",\"id\":null}",
                "{\"type\":\"ping\",\"id\":01}",
                "{\"type\":\"ping\",\"id\":1,\"id\":1}",
                "{\"type\":\"ping\",\"type\":\"ping\"}",
                "{\"type\":\"ping\"}x",
                "{\"type\":\"ping\"}{}",
                "{\"type\":\"ping\",}",
                "{\"type\":\"ping\"",
                "{\"type\":\"ping\",\"data\":1,\"text\":\"a\"}",
                "{\"type\":\"ping\",\"text\":\"a\",\"bytes\":\"\"}",
                "{\"type\":\"ping\",\"data\":{\"a\":}}",
                "{\"type\":\"ping\",\"data\":[1,]}",
                "{\"type\":\"ping\",\"data\":nul}",
                "{\"type\":\"ping\",\"data\":'a'}",
                "{\"type\":\"ping\",\"text\":\"\\ud800\"}",
                "{\"type\":\"ping\",\"text\":\"a\nb\"}",
                "{\"type\":\"ping\",\"text\":7}",
                "{\"type\":\"ping\",\"bytes\":\"QQ\"}",
                "{\"type\":\"ping\",\"bytes\":\"QQ= =\"}",
                "{\"type\":\"ping\",\"bytes\":\"Q-==\"}",
                "{\"type\":\"request\",\"id\":1}",
                "{\"type\":\"request\",\"id\":1,\"subject\":null}",
                "{\"type\":\"request\",\"id\":1,\"subject\":\"a\",\"headers\":[]}",
                "{\"type\":\"request\",\"id\":1,\"subject\":\"a\",\"headers\":{\"a\":1}}",
                "{\"type\":\"request\",\"id\":1,\"subject\":\"a\",\"stream\":true}",
                "{\"type\":\"request\",\"id\":1,\"subject\":\"a\",\"stream\":1,\"credit\":1}",
                "{\"type\":\"request\",\"id\":1,\"subject\":\"a\",\"deadlineMillis\":-1}",
                "{\"type\":\"request\",\"id\":1,\"subject\":\"a\",\"deadlineMillis\":4294967296}",
                "{\"type\":\"request\",\"subject\":\"a\",\"stream\":true,\"credit\":1}",
                "{\"type\":\"subscribe\",\"subject\":\"a\"}",
                "{\"type\":\"serve\",\"subject\":\"a\"}",
                "{\"type\":\"publish\",\"subject\":\"a\",\"confirm\":true}",
                "{\"type\":\"publish\",\"id\":1,\"subject\":\"a\",\"confirm\":\"true\"}",
                "{\"type\":\"unsubscribe\",\"confirm\":true}",
                "{\"type\":\"credit\",\"id\":1}",
                "{\"type\":\"error\",\"id\":1}",
                "{\"type\":\"error\",\"id\":1,\"code\":65536}",
                "{\"type\":\"hello\",\"id\":1,\"version\":\"1\"}",
                "{\"type\":\"hello\",\"id\":1,\"clientId\":7}",
                "{\"type\":\"hello\",\"id\":1,\"keepAliveSeconds\":1.5}",
            })
    void aMalformedJsonBodyIs400WithIdZeroAndTheEnd(String body) {
        RawPeer first = gateway.connect().sendBody(body);
        first.expectError(0, ErrorCode.MALFORMED);
        assertThat(first.answeredIn()).isEqualTo(Form.JSON);
        first.expectOrderlyEnd();

        RawPeer later = gateway.connect(Form.JSON).expectNothing();
        later.sendBody(body).expectError(0, ErrorCode.MALFORMED);
        assertThat(later.answeredIn()).isEqualTo(Form.JSON);
        later.expectOrderlyEnd();
    }

    @Test
    void aJsonBodyThatIsNotUtf8IsMalformed() {
        RawPeer peer = gateway.connect().sendBody(hex("7B2274797065223A2270696E67222C2274657874223A22FF227D"));
        peer.expectError(0, ErrorCode.MALFORMED);
        peer.expectOrderlyEnd();
    }

    @Test
    void sixtyFourLevelsOfNestingAreTakenAndOneMoreIsNot() {
        RawPeer peer = gateway.connect(Form.JSON);
        String deep = "[".repeat(63) + "]".repeat(63);
        peer.sendBody("{\"type\":\"ping\",\"id\":1,\"data\":" + deep + "}");
        assertThat(peer.receive(Frame.Pong.class).payload()).isEqualTo(Payload.json(deep));
        peer.sendBody("{\"type\":\"ping\",\"id\":1,\"data\":[" + deep + "]}");
        peer.expectError(0, ErrorCode.MALFORMED);
        peer.expectOrderlyEnd();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ping\",\"id\":1} \t\r\n",
                "{ \"id\" : 1 , \"type\" : \"ping\" }",
                "{\"type\":\"ping\",\"id\":1,\"whatever\":{\"id\":[7.0]},\"whatever\":2}",
                "{\"type\":\"ping\",\"id\":1,\"stream\":\"unknown here\"}",
                "{\"\\u0074ype\":\"p\\u0069ng\",\"id\":1}",
            })
    void whatJsonAllowsIsTaken(String body) {
        RawPeer peer = gateway.connect(Form.JSON).sendBody(body);
        assertThat(peer.receive()).isEqualTo(new Frame.Pong(1, Payload.EMPTY));
    }

    @ParameterizedTest
    @CsvSource({"30", "31", "37", "3D", "3E"})
    void aTypeThatMayBeSkippedIsSkippedWhateverItHolds(String type) {
        RawPeer peer = gateway.connect()
                .sendBody(hex(type))
                .sendBody(hex(type + "FF"))
                .sendBody(hex(type + "FFFFFFFFFF7B22"))
                .expectNothing();
        peer.sendBody(hex(type + "00")).expectNothing();
    }

    @Test
    void aSkippedFrameNeitherOpensASessionNorSetsItsForm() {
        RawPeer peer = gateway.connect(Form.JSON).sendBody(hex("30 00 00000001"));
        Frame.Welcome welcome = peer.hello("named");
        assertThat(welcome.clientId()).isEqualTo("named");
        assertThat(peer.answeredIn()).isEqualTo(Form.JSON);

        RawPeer anonymous = gateway.connect(Form.JSON).sendBody(hex("30 00 00000001"));
        anonymous.expectNothing();
        assertThat(anonymous.answeredIn()).isEqualTo(Form.JSON);
    }

    @Test
    void withoutHelloTheFirstFrameSetsTheForm() {
        RawPeer peer = gateway.connect(Form.JSON).expectNothing();
        assertThat(peer.answeredIn()).isEqualTo(Form.JSON);
        peer.speak(Form.BINARY).expectNothing();
        assertThat(peer.answeredIn()).isEqualTo(Form.JSON);
        peer.sendBody(hex("FF")).expectError(0, ErrorCode.MALFORMED);
        assertThat(peer.answeredIn()).isEqualTo(Form.JSON);
    }

    @Test
    void theLatestHelloSetsTheForm() {
        RawPeer peer = gateway.connect(Form.BINARY);
        peer.hello(null);
        assertThat(peer.answeredIn()).isEqualTo(Form.BINARY);
        peer.speak(Form.JSON).expectNothing();
        assertThat(peer.answeredIn()).isEqualTo(Form.BINARY);
        peer.hello(null);
        assertThat(peer.answeredIn()).isEqualTo(Form.JSON);
        peer.speak(Form.BINARY).expectNothing();
        assertThat(peer.answeredIn()).isEqualTo(Form.JSON);
    }

    @Test
    void aFaultInAnUnfinishedFirstFrameIsAnsweredInItsForm() {
        RawPeer json = gateway.connect().sendBytes(hex("00000040 7B"));
        RawPeer binary = gateway.connect().sendBytes(hex("00000040 03"));
        RawPeer nothing = gateway.connect().sendBytes(hex("000000"));
        gateway.awaitSessions(3);
        json.sendBytes(hex("22"));
        gateway.settle();
        gateway.advance(11_000);

        json.expectError(0, ErrorCode.DEADLINE);
        assertThat(json.answeredIn()).isEqualTo(Form.JSON);
        binary.expectError(0, ErrorCode.DEADLINE);
        assertThat(binary.answeredIn()).isEqualTo(Form.BINARY);
        nothing.expectError(0, ErrorCode.DEADLINE);
        assertThat(nothing.answeredIn()).isEqualTo(Form.BINARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 00 00000007 0000", // REQUEST, subject empty
                "10 00 00000007 0003 612E2E", // a..
                "10 00 00000007 0003 612061", // white space
                "10 00 00000007 0003 612A61",
                "10 00 00000007 0001 2A", // wildcards are for patterns
                "10 00 00000007 0001 3E",
                "10 00 00000007 0004 C2A06161", // U+00A0
                "10 00 00000007 0002 C285", // U+0085
                "10 00 00000007 0003 E38080", // U+3000
                "18 00 00000007 0001 2E",
                "18 40 00000007 0001 2A",
                "19 00 00000007 0003 2A2A2E 0000",
                "19 00 00000007 0003 3E2E61 0000", // > not last
                "19 00 00000007 0002 612A 0000",
                "1C 00 00000007 0003 613E2E 0000",
                "1C 40 00000007 0000 0000",
                "10 01 00000007 0001 61 0001 0000 0000", // header names
                "10 01 00000007 0001 61 0001 0001 1F 0000",
                "10 01 00000007 0001 61 0001 0002 C3A9 0000",
                "10 01 00000007 0001 61 0002 0001 6B 0000 0001 6B 0000", // twice
                "18 01 00000007 0001 61 0001 0000 0000",
                "19 01 00000007 0001 61 0000 0001 0000 0000",
            })
    void aBrokenRuleIs400WithItsIdAndTheSessionLives(String body) {
        RawPeer peer = gateway.connect();
        peer.sendBody(hex(body)).expectError(7, ErrorCode.MALFORMED);
        peer.expectNothing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"request\",\"id\":7,\"subject\":\"\"}",
                "{\"type\":\"request\",\"id\":7,\"subject\":\"a b\"}",
                "{\"type\":\"request\",\"id\":7,\"subject\":\"a.*\"}",
                "{\"type\":\"publish\",\"id\":7,\"subject\":\"a.\"}",
                "{\"type\":\"subscribe\",\"id\":7,\"subject\":\">.a\"}",
                "{\"type\":\"serve\",\"id\":7,\"subject\":\"a.b*\"}",
                "{\"type\":\"request\",\"id\":7,\"subject\":\"a\",\"headers\":{\"\":\"\"}}",
                "{\"type\":\"request\",\"id\":7,\"subject\":\"a\",\"headers\":{\"k\":\"\",\"k\":\"\"}}",
            })
    void aBrokenRuleInJsonIs400WithItsIdAndTheSessionLives(String body) {
        RawPeer peer = gateway.connect(Form.JSON);
        peer.sendBody(body).expectError(7, ErrorCode.MALFORMED);
        peer.expectNothing();
    }

    @Test
    void aBrokenRuleWithIdZeroIsCountedAndNotAnswered() {
        RawPeer peer = gateway.connect();
        peer.sendBody(hex("10 00 00000000 0000"))
                .sendBody(hex("18 00 00000000 0001 2A"))
                .expectNothing();
        assertThat(gateway.gateway.counters().refusedWithoutId.sum()).isEqualTo(2);
    }

    @Test
    void whatIsMalformedOutweighsABrokenRule() {
        RawPeer peer = gateway.connect().sendBody(hex("19 00 00000007 0000 0000 00"));
        peer.expectError(0, ErrorCode.MALFORMED);
        peer.expectOrderlyEnd();
    }

    @Test
    void seventeenTokensAre400AndSixteenAreNot() {
        RawPeer peer = gateway.connect();
        peer.subscribe(1, "t" + ".t".repeat(15));
        peer.sendBody("{\"type\":\"subscribe\",\"id\":2,\"subject\":\"t" + ".t".repeat(16) + "\"}");
        peer.expectError(2, ErrorCode.MALFORMED);
        peer.expectNothing();
    }

    @Test
    void aSubjectOf256BytesIs400AndOneOf255IsNot() {
        RawPeer peer = gateway.connect();
        peer.subscribe(1, "é".repeat(127) + "e");
        peer.sendBody("{\"type\":\"subscribe\",\"id\":2,\"subject\":\"" + "é".repeat(128) + "\"}");
        peer.expectError(2, ErrorCode.MALFORMED);
        peer.expectNothing();
    }

    @Test
    void sixtyFiveHeadersAre400AndSixtyFourAreNot() {
        RawPeer peer = gateway.connect(Form.JSON);
        peer.sendBody(echoWithHeaders(64, 1)).receive(Frame.Response.class);
        peer.sendBody(echoWithHeaders(65, 1)).expectError(3, ErrorCode.MALFORMED);
        peer.sendBody(echoWithHeaders(8, 1020)).expectError(3, ErrorCode.MALFORMED);
        peer.expectNothing();
    }

    private static String echoWithHeaders(int count, int valueBytes) {
        StringBuilder headers = new StringBuilder();
        for (int i = 0; i < count; i++) {
            headers.append(i == 0 ? "" : ",")
                    .append("\"name")
                    .append(i)
                    .append("\":\"")
                    .append("v".repeat(valueBytes));
            headers.append('"');
        }
        return "{\"type\":\"request\",\"id\":3,\"subject\":\"gateway.echo\",\"headers\":{" + headers + "}}";
    }

    @Test
    void answersToUnknownIdsAreIgnored() {
        RawPeer peer = gateway.connect();
        peer.respond(99, "x").respondMore(98, "y");
        peer.send(Frame.Error.of(97, ErrorCode.FAILED, "z"), new Frame.Cancel(96), new Frame.Credit(95, 3));
        peer.send(new Frame.Pong(94, Payload.EMPTY), new Frame.Unsubscribe(93, false));
        peer.expectNothing();
    }
}
