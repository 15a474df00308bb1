package io.socketgateway.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.RandomFrames;
import io.socketgateway.protocol.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a JSON peer is sent is always one valid document, whatever a binary peer claimed. */
class JsonPeerTest {
    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static JsonNode sent(Frame frame) {
        byte[] body = Bodies.encode(frame, Form.JSON);
        assertThatCode(() -> StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)))
                .doesNotThrowAnyException();
        return STRICT.readTree(body);
    }

    private static JsonNode sent(Payload payload) {
        return sent(new Frame.Ping(0, payload));
    }

    private static Payload payload(Content content, byte[] bytes) {
        return Payload.owning(content, bytes);
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void every_random_frame_is_one_strict_document_that_begins_with_its_type(FrameType type) {
        RandomFrames frames = new RandomFrames(11);
        for (int i = 0; i < 500; i++) {
            Frame frame = frames.next(type);
            JsonNode document = sent(frame);
            assertThat(document.isObject()).isTrue();
            assertThat(document.propertyNames().iterator().next()).isEqualTo("type");
            assertThat(document.path("type").asString()).isEqualTo(type.jsonName());
            assertThat(document.path("id").asLong(0)).isEqualTo(Integer.toUnsignedLong(frame.id()));
        }
    }

    @Test
    void a_payload_that_may_lie_arrives_as_what_it_claims_or_as_the_same_bytes() {
        RandomFrames frames = new RandomFrames(12);
        int lies = 0;
        for (int i = 0; i < 20_000; i++) {
            Payload payload = frames.payloadThatMayLie();
            byte[] body = Bodies.encode(new Frame.Ping(1, payload), Form.JSON);
            assertThatCode(() -> STRICT.readTree(body)).doesNotThrowAnyException();
            Payload arrived = ((Frame.Ping) Bodies.decode(body)).payload();
            if (arrived.content() == payload.content()) {
                byte[] bytes = payload.content() == Content.JSON
                        ? strip(payload.text()).getBytes(StandardCharsets.UTF_8)
                        : payload.toByteArray();
                assertThat(arrived.toByteArray()).isEqualTo(bytes);
            } else {
                lies++;
                assertThat(payload.content()).isIn(Content.JSON, Content.TEXT);
                assertThat(arrived).isEqualTo(Payload.bytes(payload.toByteArray()));
            }
        }
        assertThat(lies).isGreaterThan(1_000);
    }

    /** Without the white space of JSON on either side. */
    private static String strip(String json) {
        return json.replaceFirst("^[ \t\r\n]+", "").replaceFirst("[ \t\r\n]+$", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{}}",
                "{} {}",
                "1 2",
                "[1,]",
                "{\"a\":}",
                "nul",
                "NaN",
                "01",
                "'a'",
                "\"",
                "\"\n\"",
                "\uFEFF{}",
                "{}\u0000",
                "\u0000",
                "{}\u00A0",
                "{a:1}",
                "/**/1",
                "1//",
                "-",
                "\"\\x\"",
                "},\"type\":\"hello\"",
                "1,\"id\":9",
                "1}",
                "tru",
                "truefalse"
            })
    void what_claims_json_and_is_not_goes_as_bytes(String claim) {
        JsonNode document = sent(Payload.json(claim));
        assertThat(document.propertyNames()).containsExactly("type", "bytes");
        assertThat(Base64.getDecoder().decode(document.path("bytes").asString()))
                .isEqualTo(claim.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "22ed a0 80 22", "22 c0 80 22", "7b7d ff", "22c3", "22 f4 90 80 80 22"})
    void what_claims_json_or_text_and_is_not_utf8_goes_as_bytes(String hex) {
        byte[] bytes = Bodies.hex(hex);
        for (Content content : new Content[] {Content.JSON, Content.TEXT}) {
            JsonNode document = sent(payload(content, bytes.clone()));
            assertThat(document.propertyNames()).containsExactly("type", "bytes");
            assertThat(Base64.getDecoder().decode(document.path("bytes").asString()))
                    .isEqualTo(bytes);
        }
    }

    @Test
    void json_nested_63_deep_stands_as_data_and_deeper_goes_as_bytes() {
        assertThat(sent(Payload.json("[".repeat(63) + "]".repeat(63))).has("data"))
                .isTrue();
        assertThat(sent(Payload.json("[".repeat(64) + "]".repeat(64))).has("bytes"))
                .isTrue();
        assertThat(sent(Payload.json("{\"a\":".repeat(64) + "1" + "}".repeat(64)))
                        .has("bytes"))
                .isTrue();
        assertThat(sent(Payload.json("[".repeat(100_000))).has("bytes")).isTrue();
    }

    @Test
    void white_space_around_a_json_payload_does_no_harm() {
        assertThat(Bodies.encodeJson(new Frame.Ping(0, Payload.json(" \r\n{} \t"))))
                .isEqualTo("{\"type\":\"ping\",\"data\": \r\n{} \t}");
    }

    @Test
    void an_empty_payload_is_no_member_and_an_empty_claim_is_one() {
        assertThat(Bodies.encodeJson(new Frame.Ping(0, Payload.EMPTY))).isEqualTo("{\"type\":\"ping\"}");
        assertThat(sent(Payload.text("")).path("text").asString()).isEmpty();
        assertThat(sent(Payload.json("")).path("bytes").asString()).isEmpty();
        assertThat(sent(Payload.cbor(new byte[0])).path("bytes").asString()).isEmpty();
        assertThat(sent(Payload.cbor(new byte[0])).path("cbor").asBoolean()).isTrue();
    }

    @Test
    void cbor_is_not_looked_into() {
        JsonNode document = sent(Payload.cbor(new byte[] {(byte) 0xFF}));
        assertThat(document.path("bytes").asString()).isEqualTo("/w==");
        assertThat(document.path("cbor").asBoolean()).isTrue();
    }

    /** Characters of four bytes at every offset of the generator's buffers. */
    @Test
    void long_text_and_data_keep_their_pairs_at_any_offset() throws CharacterCodingException {
        for (int offset = 0; offset < 16; offset++) {
            for (int pairs : new int[] {500, 999, 1000, 1999, 2000, 3999, 4000, 8000, 20_000}) {
                String text = "x".repeat(offset) + "😀".repeat(pairs) + "é€";
                Frame asText = new Frame.Message(
                        1,
                        Subject.of("a"),
                        Headers.of("k", "x".repeat(offset) + "😀".repeat(1000)),
                        Payload.text(text));
                assertThat(Bodies.decode(Bodies.encode(asText, Form.JSON))).isEqualTo(asText);
                Frame asData = new Frame.Ping(1, Payload.json("[\"" + text + "\"]"));
                assertThat(Bodies.decode(Bodies.encode(asData, Form.JSON))).isEqualTo(asData);
            }
        }
    }

    @Test
    void every_character_is_escaped_or_written_so_that_it_comes_back() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c < 0x10000; c++) {
            if (c < 0xD800 || c > 0xDFFF) {
                all.append((char) c);
            }
        }
        Frame frame = new Frame.Ping(1, Payload.text(all.toString()));
        assertThat(sent(frame).path("text").asString()).isEqualTo(all.toString());
        assertThat(Bodies.decode(Bodies.encode(frame, Form.JSON))).isEqualTo(frame);
    }
}
