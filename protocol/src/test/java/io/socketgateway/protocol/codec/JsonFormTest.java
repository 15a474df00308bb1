package io.socketgateway.protocol.codec;

import static io.socketgateway.protocol.codec.Bodies.breaksRule;
import static io.socketgateway.protocol.codec.Bodies.decode;
import static io.socketgateway.protocol.codec.Bodies.isMalformed;
import static io.socketgateway.protocol.codec.Bodies.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFormTest {
    private static final Headers HEADERS = Headers.of("k", "v");
    private static final byte[] A0 = {(byte) 0xA0};

    /** Each type with every member and without, as the codec writes it. */
    static Stream<Arguments> documents() {
        Frame.Welcome welcome =
                new Frame.Welcome(7, 1, "s", "c", null, "r", true, 30, 1048576, new Frame.SessionLimits(1, 2, 3), "n");
        return Stream.of(
                Arguments.of("{'type':'hello','id':7,'version':1}", Frame.Hello.of(7)),
                Arguments.of(
                        "{'type':'hello','version':2,'token':'t','clientId':'c','keepAliveSeconds':0,"
                                + "'maxFrameBytes':1024,'resume':'r','cookie':'o','agent':'a'}",
                        new Frame.Hello(0, 2, "t", "c", 0, 1024, "r", "o", "a")),
                Arguments.of(
                        "{'type':'welcome','id':7,'version':1,'sessionId':'s','clientId':'c','resume':'r','resumed':true,"
                                + "'keepAliveSeconds':30,'maxFrameBytes':1048576,"
                                + "'limits':{'requests':1,'subscriptions':2,'datagramWindow':3},'node':'n'}",
                        welcome),
                Arguments.of("{'type':'ping'}", new Frame.Ping(0, Payload.EMPTY)),
                Arguments.of("{'type':'pong','id':4294967295,'text':''}", new Frame.Pong(-1, Payload.text(""))),
                Arguments.of("{'type':'goaway','id':7}", new Frame.GoAway(7, null, -1)),
                Arguments.of("{'type':'goaway','reason':'','reconnectAfterMillis':0}", new Frame.GoAway(0, "", 0)),
                Arguments.of("{'type':'challenge','id':7,'text':'ab'}", new Frame.Challenge(7, "ab")),
                Arguments.of(
                        "{'type':'request','id':7,'subject':'a'}",
                        new Frame.Request(7, Subject.of("a"), -1, -1, Headers.EMPTY, Payload.EMPTY)),
                Arguments.of(
                        "{'type':'request','id':7,'subject':'a','deadlineMillis':500,'stream':true,'credit':3,"
                                + "'headers':{'k':'v'},'bytes':'oA==','cbor':true}",
                        new Frame.Request(7, Subject.of("a"), 500, 3, HEADERS, Payload.cbor(A0))),
                Arguments.of("{'type':'response','id':7}", new Frame.Response(7, false, Headers.EMPTY, Payload.EMPTY)),
                Arguments.of(
                        "{'type':'response','id':7,'more':true,'headers':{'k':'v'},'data':{'a' : [1, 2]}}",
                        new Frame.Response(7, true, HEADERS, Payload.json("{\"a\" : [1, 2]}"))),
                Arguments.of("{'type':'error','code':404,'message':'x'}", new Frame.Error(0, 404, -1, false, "x")),
                Arguments.of(
                        "{'type':'error','id':7,'code':65535,'retryAfterMillis':1,'notProcessed':true}",
                        new Frame.Error(7, 65535, 1, true, "")),
                Arguments.of("{'type':'cancel','id':7}", new Frame.Cancel(7)),
                Arguments.of("{'type':'credit','id':7,'n':4294967295}", new Frame.Credit(7, Frame.MAX_U32)),
                Arguments.of("{'type':'ack','id':7}", new Frame.Ack(7)),
                Arguments.of(
                        "{'type':'publish','id':7,'subject':'a','confirm':true,'headers':{'k':'v'},'data':null}",
                        new Frame.Publish(7, Subject.of("a"), true, HEADERS, Payload.json("null"))),
                Arguments.of(
                        "{'type':'subscribe','id':7,'subject':'*','group':'g','confirm':true,'headers':{'k':'v'}}",
                        new Frame.Subscribe(7, SubjectPattern.of("*"), "g", true, HEADERS)),
                Arguments.of(
                        "{'type':'subscribe','id':7,'subject':'>'}",
                        new Frame.Subscribe(7, SubjectPattern.of(">"), "", false, Headers.EMPTY)),
                Arguments.of("{'type':'unsubscribe','id':7,'confirm':true}", new Frame.Unsubscribe(7, true)),
                Arguments.of(
                        "{'type':'message','subject':'a','bytes':'oA=='}",
                        new Frame.Message(0, Subject.of("a"), Headers.EMPTY, Payload.bytes(A0))),
                Arguments.of(
                        "{'type':'serve','id':7,'subject':'a.>'}",
                        new Frame.Serve(7, SubjectPattern.of("a.>"), "", false, Headers.EMPTY)));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_document_means_its_frame_and_is_written_so(String document, Frame frame) {
        assertThat(decode(json(document))).isEqualTo(frame);
        assertThat(Bodies.encodeJson(frame)).isEqualTo(new String(json(document), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void members_may_come_in_any_order_with_white_space_and_unknown_ones_between(String document, Frame frame) {
        String reordered = document.replaceFirst("^\\{('type':'[a-z]+'),?(.*)}$", "{$2,'x':{'id':[1]},'y':1e9,$1}")
                .replace("{,", "{")
                .replace(",'", " ,\r\n\t'");
        assertThat(decode(json(reordered + " \t\r\n"))).isEqualTo(frame);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{'type':'ping'",
                "{'type':'ping',}",
                "{'type':'ping'}}",
                "{'type':'ping'} x",
                "{'type':'ping'}{}",
                "{type:'ping'}",
                "{'type':'ping','x':01}",
                "{'type':'ping','x':+1}",
                "{'type':'ping','x':.5}",
                "{'type':'ping','x':1.}",
                "{'type':'ping','x':NaN}",
                "{'type':'ping','x':Infinity}",
                "{'type':'ping','x':TRUE}",
                "{'type':'ping','x':nul}",
                "{'type':'ping','x':[1,]}",
                "{'type':'ping','x':[,1]}",
                "{'type':'ping','x':'\\x'}",
                "{'type':'ping','x':'\\u12'}",
                "{'type':'ping','x':'\t'}",
                "{'type':'ping','x':'\u0000'}",
                "{'type':'ping',/**/'x':1}",
                "{'type':'ping' 'x':1}",
                "{'type':'ping','x'}",
                "{'type':'ping','x':[}",
                "{'type':'ping','x':{]}",
                "{'type':'ping'}\u0000",
                "{'type':'ping'}\u00A0",
                "{\u00A0'type':'ping'}",
                "{'type':'ping'}//",
                "{'type':'ping','x':-}",
                "{'type':'ping','x':1e}",
                "{'type':'ping','x':0x1}",
                "{'type':'ping','x':1_000}",
                "{'type':'ping','x':truex}",
                "{'type':'ping',,'x':1}",
                "{'type':'ping'}\uFEFF",
                "{\uFEFF'type':'ping'}",
                "{'type':'ping';'x':1}",
                "{'type'='ping'}",
                "{'type':'ping','data':{'a':1,}}",
                "{'type':'ping','data':}",
                "{'type':'ping','data':1 2}",
                "{1:2}",
                "{null:1}",
            })
    void what_is_not_json_is_malformed(String document) {
        isMalformed(json(document), "json: ");
    }

    @Test
    void apostrophes_are_no_quotation_marks() {
        isMalformed("{'type':'ping'}".getBytes(StandardCharsets.UTF_8), "json: ");
        isMalformed("{\"type\":'ping'}".getBytes(StandardCharsets.UTF_8), "json: ");
    }

    @Test
    void invalid_utf8_is_malformed_anywhere() {
        for (String bytes : new String[] {"FF", "C0AF", "EDA080", "E282", "F4908080", "80"}) {
            for (String document : new String[] {
                "{'type':'ping','text':'#'}",
                "{'type':'ping','data':'#'}",
                "{'type':'ping','#':1}",
                "{'type':'ping','x':'#'}",
                "{'type':'ping'}#"
            }) {
                String[] parts = new String(json(document), StandardCharsets.UTF_8).split("#", 2);
                byte[] middle = Bodies.hex(bytes);
                byte[] before = parts[0].getBytes(StandardCharsets.UTF_8);
                byte[] behind = parts[1].getBytes(StandardCharsets.UTF_8);
                byte[] body = new byte[before.length + middle.length + behind.length];
                System.arraycopy(before, 0, body, 0, before.length);
                System.arraycopy(middle, 0, body, before.length, middle.length);
                System.arraycopy(behind, 0, body, before.length + middle.length, behind.length);
                isMalformed(body, "json: invalid UTF-8");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|type: missing",
                "{'type':null}|type: wrong type",
                "{'type':3}|type: wrong type",
                "{'type':'PING'}|type: unknown 'PING'",
                "{'type':''}|type: unknown ''",
                "{'type':'log'}|type: unknown 'log'",
                "{'type':'request','id':7}|subject: missing",
                "{'type':'publish','id':7}|subject: missing",
                "{'type':'subscribe','id':7}|subject: missing",
                "{'type':'serve','id':7}|subject: missing",
                "{'type':'message','id':7}|subject: missing",
                "{'type':'error','id':7}|code: missing",
                "{'type':'credit','id':7}|n: missing",
                "{'type':'challenge','id':7}|text: missing",
                "{'type':'request','id':7,'subject':'a','stream':true}|credit: missing",
                "{'type':'welcome','id':7}|limits: missing",
            })
    void a_member_that_must_be_there_and_is_not_is_malformed(String document, String message) {
        isMalformed(json(document), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7.0",
                "7e0",
                "0.5",
                "-0.0",
                "'7'",
                "true",
                "null",
                "[7]",
                "{}",
                "-1",
                "4294967296",
                "99999999999",
                "-99999999999999999999",
                "123456789012345678901234567890"
            })
    void a_number_that_is_no_unsigned_integer_of_its_size_is_malformed(String number) {
        isMalformed(json("{'type':'ping','id':" + number + "}"), "id: ");
        isMalformed(json("{'type':'credit','n':" + number + "}"), "n: ");
        isMalformed(json("{'type':'request','subject':'a','deadlineMillis':" + number + "}"), "deadlineMillis: ");
        isMalformed(json("{'type':'request','id':1,'subject':'a','stream':true,'credit':" + number + "}"), "credit: ");
        isMalformed(json("{'type':'error','code':" + number + "}"), "code: ");
        isMalformed(json("{'type':'error','code':1,'retryAfterMillis':" + number + "}"), "retryAfterMillis: ");
        isMalformed(json("{'type':'hello','version':" + number + "}"), "version: ");
        isMalformed(json("{'type':'hello','keepAliveSeconds':" + number + "}"), "keepAliveSeconds: ");
        isMalformed(json("{'type':'hello','maxFrameBytes':" + number + "}"), "maxFrameBytes: ");
        isMalformed(json("{'type':'goaway','reconnectAfterMillis':" + number + "}"), "reconnectAfterMillis: ");
    }

    @Test
    void an_error_code_of_17_bits_is_malformed() {
        assertThat(((Frame.Error) decode(json("{'type':'error','code':65535}"))).code())
                .isEqualTo(65_535);
        isMalformed(json("{'type':'error','code':65536}"), "code: out of range");
    }

    @Test
    void minus_zero_is_zero() {
        assertThat(decode(json("{'type':'credit','id':-0,'n':-0}"))).isEqualTo(new Frame.Credit(0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "true", "null", "[]", "{}", "['a']"})
    void what_should_be_a_string_and_is_not_is_malformed(String value) {
        isMalformed(json("{'type':" + value + "}"), "type: wrong type");
        isMalformed(json("{'type':'request','subject':" + value + "}"), "subject: wrong type");
        isMalformed(json("{'type':'serve','id':1,'subject':'a','group':" + value + "}"), "group: wrong type");
        isMalformed(json("{'type':'ping','text':" + value + "}"), "text: wrong type");
        isMalformed(json("{'type':'ping','bytes':" + value + "}"), "bytes: wrong type");
        isMalformed(json("{'type':'error','code':1,'message':" + value + "}"), "message: wrong type");
        isMalformed(json("{'type':'response','headers':{'k':" + value + "}}"), "headers: wrong type");
        for (String name : new String[] {"token", "clientId", "resume", "cookie", "agent"}) {
            isMalformed(json("{'type':'hello','" + name + "':" + value + "}"), name + ": wrong type");
        }
        isMalformed(json("{'type':'goaway','reason':" + value + "}"), "reason: wrong type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0", "'true'", "null", "[]", "{}"})
    void what_should_be_a_boolean_and_is_not_is_malformed(String value) {
        isMalformed(json("{'type':'request','id':1,'subject':'a','stream':" + value + "}"), "stream: wrong type");
        isMalformed(json("{'type':'response','more':" + value + "}"), "more: wrong type");
        isMalformed(json("{'type':'publish','id':1,'subject':'a','confirm':" + value + "}"), "confirm: wrong type");
        isMalformed(json("{'type':'unsubscribe','id':1,'confirm':" + value + "}"), "confirm: wrong type");
        isMalformed(json("{'type':'error','code':1,'notProcessed':" + value + "}"), "notProcessed: wrong type");
        isMalformed(json("{'type':'ping','bytes':'','cbor':" + value + "}"), "cbor: wrong type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "'a'", "null", "[]", "true", "[{'k':'v'}]"})
    void headers_that_are_no_object_are_malformed(String value) {
        isMalformed(json("{'type':'response','headers':" + value + "}"), "headers: wrong type");
    }

    @Test
    void a_boolean_that_is_false_is_as_if_absent() {
        assertThat(decode(json("{'type':'request','id':0,'subject':'a','stream':false}")))
                .isEqualTo(new Frame.Request(0, Subject.of("a"), -1, -1, Headers.EMPTY, Payload.EMPTY));
        assertThat(decode(json("{'type':'response','more':false}")))
                .isEqualTo(new Frame.Response(0, false, Headers.EMPTY, Payload.EMPTY));
        assertThat(decode(json("{'type':'unsubscribe','confirm':false}"))).isEqualTo(new Frame.Unsubscribe(0, false));
        assertThat(decode(json("{'type':'ping','bytes':'oA==','cbor':false}")))
                .isEqualTo(new Frame.Ping(0, Payload.bytes(A0)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'ping','type':'ping'}",
                "{'type':'ping','\\u0074ype':'ping'}",
                "{'type':'ping','id':1,'id':1}",
                "{'type':'ping','data':1,'data':1}",
                "{'type':'ping','text':'','text':''}",
                "{'type':'ping','bytes':'','bytes':''}",
                "{'type':'ping','bytes':'','cbor':true,'cbor':true}",
                "{'type':'request','subject':'a','subject':'a'}",
                "{'type':'response','headers':{},'headers':{}}",
                "{'type':'response','headers':{'k':1},'headers':{}}",
                "{'type':'request','id':1,'subject':'a','stream':true,'credit':1,'credit':1}",
                "{'type':'hello','clientId':'a','clientId':'a'}",
                "{'type':'goaway','reason':'a','reason':'a'}",
            })
    void a_member_of_the_frames_own_that_comes_twice_is_malformed(String document) {
        isMalformed(json(document), "twice");
    }

    @Test
    void the_same_holds_for_the_json_of_a_binary_control_frame() {
        byte[] hello = json("......{'agent':'a','agent':'b'}");
        System.arraycopy(Bodies.hex("010000000007"), 0, hello, 0, 6);
        isMalformed(hello, "agent: twice");
        byte[] ignored = json("......{'id':9,'id':'x','type':'ping','subject':3,'data':[],'data':{}}");
        System.arraycopy(Bodies.hex("010000000007"), 0, ignored, 0, 6);
        assertThat(decode(ignored)).isEqualTo(Frame.Hello.of(7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'ping','id':7,'subject':3,'subject':[]}",
                "{'type':'ping','id':7,'headers':1,'more':'x','confirm':null,'stream':0,'credit':-1,'n':'n'}",
                "{'type':'ping','id':7,'x':1,'x':2}",
                "{'type':'ping','id':7,'cbor':'x'}",
                "{'type':'ping','id':7,'version':'x','limits':[],'requests':{}}",
                "{'type':'ping','id':7,'ID':'x','Type':1,'':0,'\\ud800':'\\udc00'}",
            })
    void members_that_the_type_does_not_define_are_ignored_whatever_they_hold(String document) {
        assertThat(decode(json(document))).isEqualTo(new Frame.Ping(7, Payload.EMPTY));
    }

    @Test
    void members_of_other_types_are_ignored_on_these_too() {
        assertThat(decode(json("{'type':'cancel','id':7,'data':1,'text':2,'bytes':3}")))
                .isEqualTo(new Frame.Cancel(7));
        assertThat(decode(json("{'type':'request','id':7,'subject':'a','credit':'x','more':1,'group':2,'confirm':3}")))
                .isEqualTo(new Frame.Request(7, Subject.of("a"), -1, -1, Headers.EMPTY, Payload.EMPTY));
        assertThat(decode(json("{'type':'ping','text':'a','cbor':7}"))).isEqualTo(new Frame.Ping(0, Payload.text("a")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'ping','data':1,'text':''}",
                "{'type':'ping','data':null,'bytes':''}",
                "{'type':'ping','text':'','bytes':''}",
                "{'type':'response','data':1,'text':'','bytes':''}",
            })
    void two_payloads_are_malformed(String document) {
        isMalformed(json(document), "payload: more than one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-0",
                "1.50",
                "1E+9",
                "123456789012345678901234567890.00",
                "\"\"",
                "\"\\u0041\\/\\ud800\"",
                "\"é€😀\"",
                "[]",
                "[ 1 ,\t2 ]",
                "{}",
                "{ \"a\" : { \"a\" : 1, \"a\" : 2 } }",
                "{\"type\":1,\"id\":[]}",
                "\"a}b]c\\\\\"",
                "[[[]],{\"\":{}}]"
            })
    void data_is_carried_exactly_as_written(String value) {
        Frame expected = new Frame.Ping(7, Payload.json(value));
        for (String document : new String[] {
            "{'type':'ping','id':7,'data':#}",
            "{'data':#,'id':7,'type':'ping'}",
            "{ 'type':'ping', 'id':7 , 'data' : \n # \t }",
            "{'é😀':'é😀','data' : # ,'type':'ping','id':7}"
        }) {
            byte[] body = json(document.replace("#", "\u0001"));
            String text = new String(body, StandardCharsets.UTF_8).replace("\u0001", value);
            assertThat(decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 8_000, 32_700, 32_768, 40_000, 300_000})
    void data_is_carried_exactly_at_any_size_and_place(int size) {
        String value = "[\"" + "aé😀".repeat(size / 4) + "\", 1.0, {\"k\" : \"\\u0000\"}]";
        String padding = "é".repeat(size);
        String before = new String(json("{'type':'ping','x':'" + padding + "','data': "), StandardCharsets.UTF_8);
        String behind = new String(json(" ,'y':'" + padding + "'}"), StandardCharsets.UTF_8);
        assertThat(decode((before + value + behind).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Frame.Ping(0, Payload.json(value)));
    }

    @Test
    void a_number_in_data_may_be_as_long_as_the_frame_lets_it() {
        String number = "1".repeat(100_000) + "." + "0".repeat(100_000) + "e" + "9".repeat(1000);
        assertThat(decode(json("{'type':'ping','data':" + number + "}")))
                .isEqualTo(new Frame.Ping(0, Payload.json(number)));
        assertThat(decode(json("{'type':'ping','x':" + number + "}"))).isEqualTo(new Frame.Ping(0, Payload.EMPTY));
        isMalformed(json("{'type':'ping','id':" + "1".repeat(100_000) + "}"), "id: out of range");
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    @Test
    void nesting_up_to_64_is_taken_and_the_frame_is_the_first_level() {
        assertThat(decode(json("{'type':'ping','data':" + nested(63) + "}")))
                .isEqualTo(new Frame.Ping(0, Payload.json(nested(63))));
        assertThat(decode(json("{'type':'ping','x':" + nested(63) + "}"))).isEqualTo(new Frame.Ping(0, Payload.EMPTY));
        isMalformed(json("{'type':'ping','data':" + nested(64) + "}"), "json: ");
        isMalformed(json("{'type':'ping','x':" + nested(64) + "}"), "json: ");
        isMalformed(json("{'type':'ping','data':" + nested(100_000) + "}"), "json: ");
        String objects = "{\"a\":".repeat(64) + "1" + "}".repeat(64);
        isMalformed(json("{'type':'ping','data':" + objects + "}"), "json: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800\\ud800\\udc00", "a\\ud800b", "\\ud83d\\u0041"})
    void an_unpaired_surrogate_is_malformed_in_every_string_that_is_decoded(String text) {
        isMalformed(json("{'type':'ping','text':'" + text + "'}"), "text: unpaired surrogate");
        isMalformed(json("{'type':'ping','bytes':'" + text + "'}"), "bytes: ");
        isMalformed(json("{'type':'request','subject':'" + text + "'}"), "subject: unpaired surrogate");
        isMalformed(json("{'type':'serve','id':1,'subject':'a','group':'" + text + "'}"), "group: unpaired surrogate");
        isMalformed(json("{'type':'response','headers':{'k':'" + text + "'}}"), "headers: unpaired surrogate");
        isMalformed(json("{'type':'response','headers':{'" + text + "':''}}"), "headers: unpaired surrogate");
        isMalformed(json("{'type':'error','code':1,'message':'" + text + "'}"), "message: unpaired surrogate");
        isMalformed(json("{'type':'hello','agent':'" + text + "'}"), "agent: unpaired surrogate");
        isMalformed(json("{'type':'hello','clientId':'" + text + "'}"), "clientId: unpaired surrogate");
        isMalformed(json("{'type':'goaway','reason':'" + text + "'}"), "reason: unpaired surrogate");
    }

    @Test
    void data_may_hold_an_unpaired_surrogate_and_a_pair_of_escapes_is_text() {
        assertThat(decode(json("{'type':'ping','data':'\\ud800'}")))
                .isEqualTo(new Frame.Ping(0, Payload.json("\"\\ud800\"")));
        assertThat(decode(json("{'type':'ping','text':'\\ud83d\\ude00\\u0000'}")))
                .isEqualTo(new Frame.Ping(0, Payload.text("😀\u0000")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "o",
                "oA",
                "oA=",
                "oA===",
                "oA==oA==",
                "=",
                "====",
                "o A=",
                " oA==",
                "oA==\\n",
                "o-_=",
                "oA==oA",
                "é"
            })
    void base64_that_is_not_strict_is_malformed(String base64) {
        isMalformed(json("{'type':'ping','bytes':'" + base64 + "'}"), "bytes: not padded base64");
    }

    @ParameterizedTest
    @CsvSource({"'',''", "AA==,00", "AAE=,0001", "AAEC,000102", "+/+/,FBFFBF", "oA\\u003D\\u003d,A0"})
    void base64_is_that_of_rfc_4648(String base64, String bytes) {
        assertThat(decode(json("{'type':'ping','bytes':'" + base64 + "'}")))
                .isEqualTo(new Frame.Ping(0, Payload.bytes(Bodies.hex(bytes))));
    }

    /** RFC 4648 section 3.5 leaves it to the decoder; few refuse them. */
    @Test
    void the_unused_bits_before_the_padding_do_not_matter() {
        assertThat(decode(json("{'type':'ping','bytes':'AB=='}")))
                .isEqualTo(decode(json("{'type':'ping','bytes':'AA=='}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscribe", "serve"})
    void an_interest_with_id_0_is_malformed(String type) {
        isMalformed(json("{'type':'" + type + "','subject':'a'}"), "id: 0 on ");
        isMalformed(json("{'type':'" + type + "','id':0,'subject':'a'}"), "id: 0 on ");
    }

    @Test
    void stream_and_confirm_with_id_0_are_malformed() {
        isMalformed(json("{'type':'request','subject':'a','stream':true,'credit':1}"), "id: 0 on REQUEST");
        isMalformed(json("{'type':'publish','subject':'a','confirm':true}"), "id: 0 on PUBLISH");
        isMalformed(json("{'type':'unsubscribe','confirm':true}"), "id: 0 on UNSUBSCRIBE");
    }

    @Test
    void a_broken_rule_is_told_of_the_frame() {
        breaksRule(json("{'type':'request','id':7,'subject':''}"), FrameType.REQUEST, 7, "subject: empty");
        breaksRule(json("{'type':'publish','subject':'a b'}"), FrameType.PUBLISH, 0, "subject: white space");
        breaksRule(json("{'type':'serve','id':4294967295,'subject':'>.a'}"), FrameType.SERVE, -1, "subject: '>'");
        breaksRule(
                json("{'type':'subscribe','id':7,'subject':'a','group':'" + "x".repeat(256) + "'}"),
                FrameType.SUBSCRIBE,
                7,
                "group: over 255 bytes");
        breaksRule(json("{'type':'response','id':7,'headers':{'a':'','a':''}}"), FrameType.RESPONSE, 7, "'a' twice");
        breaksRule(json("{'type':'response','id':7,'headers':{'':''}}"), FrameType.RESPONSE, 7, "headers: empty name");
        breaksRule(json("{'type':'response','id':7,'headers':{'é':''}}"), FrameType.RESPONSE, 7, "headers: name");
        breaksRule(json("{'type':'hello','id':7,'clientId':''}"), FrameType.HELLO, 7, "clientId: ");
        breaksRule(json("{'type':'hello','id':7,'clientId':'a.b'}"), FrameType.HELLO, 7, "clientId: ");
        breaksRule(json("{'type':'hello','id':7,'maxFrameBytes':1023}"), FrameType.HELLO, 7, "maxFrameBytes: ");
    }

    @Test
    void what_does_not_parse_wins_over_a_broken_rule() {
        isMalformed(json("{'type':'request','id':7,'subject':'','data':1,'text':''}"), "payload: ");
        isMalformed(json("{'type':'request','id':7,'subject':'','deadlineMillis':-1}"), "deadlineMillis: ");
        isMalformed(json("{'type':'request','id':7,'subject':'','headers':{'a':1}}"), "headers: wrong type");
        isMalformed(json("{'type':'request','id':7,'subject':'*','bytes':'x'}"), "bytes: ");
        isMalformed(json("{'type':'request','subject':'*','stream':true,'credit':1}"), "id: 0");
        isMalformed(json("{'type':'publish','id':7,'subject':'','confirm':1}"), "confirm: ");
        isMalformed(json("{'type':'subscribe','id':7,'subject':'','group':1}"), "group: ");
        isMalformed(json("{'type':'serve','id':7,'subject':'','headers':[]}"), "headers: ");
        isMalformed(json("{'type':'hello','id':7,'clientId':'','agent':1}"), "agent: ");
        isMalformed(json("{'type':'hello','id':7,'clientId':'','maxFrameBytes':1.0}"), "maxFrameBytes: ");
        isMalformed(json("{'type':'response','id':7,'headers':{'':''},'bytes':'x'}"), "bytes: ");
        isMalformed(json("{'type':'request','id':7,'subject':''} x"), "json: ");
    }

    @Test
    void the_payload_tells_its_content() {
        assertThat(((Frame.Ping) decode(json("{'type':'ping','data':1}")))
                        .payload()
                        .content())
                .isEqualTo(Content.JSON);
        assertThat(((Frame.Ping) decode(json("{'type':'ping','text':''}")))
                        .payload()
                        .content())
                .isEqualTo(Content.TEXT);
        assertThat(((Frame.Ping) decode(json("{'type':'ping','bytes':''}")))
                        .payload()
                        .content())
                .isEqualTo(Content.BYTES);
        assertThat(((Frame.Ping) decode(json("{'type':'ping','bytes':'','cbor':true}")))
                        .payload()
                        .content())
                .isEqualTo(Content.CBOR);
    }

    @Test
    void a_key_of_a_million_characters_or_a_hundred_thousand_keys_are_only_ignored() {
        StringBuilder document = new StringBuilder("{'type':'ping','")
                .append("k".repeat(1 << 20))
                .append("':1");
        for (int i = 0; i < 100_000; i++) {
            document.append(",'k").append(i).append("':").append(i);
        }
        assertThat(decode(json(document.append('}').toString()))).isEqualTo(new Frame.Ping(0, Payload.EMPTY));
    }
}
