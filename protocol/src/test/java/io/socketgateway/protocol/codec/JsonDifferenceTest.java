package io.socketgateway.protocol.codec;

import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.RandomFrames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our JSON against Jackson's: documents by hand, of random pieces, and frames with a few bytes changed. */
class JsonDifferenceTest {
    /** What documents are made of at random; after a '%', bytes in hexadecimal digits. */
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        " ",
        "\t\r\n",
        "\"a\":",
        "\"type\":\"ping\"",
        "\"id\":",
        "\"data\":",
        "\"text\":",
        "\"bytes\":",
        "\"headers\":{",
        "\"limits\":{",
        "\"requests\":1",
        "\"\\u0074ype\":",
        "\"subscriptions\":2",
        "\"datagramWindow\":3",
        "\"subject\":\"a.b\"",
        "\"\"",
        "\"k\"",
        "\"oA==\"",
        "\"\\n\\\"\\\\\\/\\b\\f\\r\\t\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\\u",
        "\\u12",
        "\\uD800",
        "\\x",
        "\\",
        "0",
        "-",
        "-0",
        "7",
        "01",
        "1.",
        ".5",
        "1.5",
        "e",
        "E+9",
        "1e-7",
        "4294967295",
        "4294967296",
        "123456789012345678901234567890",
        "true",
        "false",
        "null",
        "nul",
        "truex",
        "NaN",
        "é€😀",
        "'",
        "/*",
        "x",
        "%FF",
        "%C0AF",
        "%EDA080",
        "%E282",
        "%F4908080",
        "%80",
        "%EFBBBF",
        "%00",
        "%1F",
        "%7F",
        "%C280",
        "%F09F98",
        "%E2",
        "12345678",
        "1234567\"",
        "aaaaaaaaaaaaaaaaaaaaaaaa"
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0",
                "-0",
                "-",
                "--1",
                "+1",
                "00",
                "01",
                "-01",
                "1.",
                "1.0",
                ".1",
                "1.e1",
                "1e",
                "1e+",
                "1e5",
                "1E-5",
                "1e5.1",
                "0x1",
                "1_0",
                "NaN",
                "Infinity",
                "-Infinity",
                "99999999999",
                "-99999999999",
                "999999999999",
                "9223372036854775808",
                "-9223372036854775808",
                "18446744073709551616",
                "true",
                "truefalse",
                "nulll",
                "tru",
                "\"",
                "\"\"",
                "\"a",
                "a\"",
                "\"\\\"",
                "\"\\u\"",
                "\"\\u123\"",
                "\"\\u123g\"",
                "\"\\u00e9\\u00E9\"",
                "\"\\ud800\\udc00\"",
                "\"\\udc00\\ud800\"",
                "\"\\ud800\\\"",
                "\"\\ud800\\n\"",
                "\"\\ud800x\"",
                "\"\\v\"",
                "\"\\'\"",
                "\"\t\"",
                "\"\u007f\"",
                "\"\u0080\"",
                "\uFEFF1",
                "1\uFEFF",
                "\u00A01",
                "\u20281",
                "\"\u2028\"",
                "[",
                "]",
                "[]",
                "[1,2]",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":1\"b\":2}",
                "{a:1}",
                "{\"a\":1}}",
                "{\"a\":1}{}",
                "[1}",
                "{\"a\":1]",
                "\"a\":1,\"a\":2",
                "\"type\":\"ping\",\"\\u0074ype\":1",
                "\"requests\":1,\"requests\":2",
                "\"limits\":{\"requests\":1}",
                "\"requests\":1,\"subscriptions\":2,\"datagramWindow\":3",
                "type",
                "t\\u0079pe",
                "\\ud800",
                "\\ud83d\\ude00",
                "oA==",
                "oA",
                "/*1*/",
                "1//",
                "#",
                "12345678",
                "123456\"8",
                "\u0000",
                "1\u0000",
                "\"\u0000\""
            })
    void documents_by_hand(String document) {
        JsonDifference.check(document.getBytes(StandardCharsets.UTF_8));
        JsonDifference.check((" " + document + "\r\n\t ").getBytes(StandardCharsets.UTF_8));
        JsonDifference.check(("[" + document + "]").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void every_character_and_pairs_of_bytes() {
        for (int first = 0; first <= 0xFF; first++) {
            for (int second :
                    new int[] {0x00, 0x1F, 0x22, 0x2F, 0x30, 0x5C, 0x6E, 0x7F, 0x80, 0xA0, 0xBF, 0xC0, 0xFF}) {
                JsonDifference.check(new byte[] {(byte) first, (byte) second});
            }
        }
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        JsonDifference.check(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void every_second_and_third_byte_of_long_characters() {
        for (int lead :
                new int[] {0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF}) {
            for (int second = 0x7E; second <= 0xC2; second++) {
                for (int third : new int[] {0x00, 0x22, 0x7F, 0x80, 0xBF, 0xC0}) {
                    JsonDifference.check(new byte[] {(byte) lead, (byte) second, (byte) third});
                    JsonDifference.check(new byte[] {(byte) lead, (byte) second, (byte) third, (byte) 0x80});
                }
            }
        }
    }

    @Test
    void nesting_around_the_deepest() {
        for (int depth = 60; depth <= 66; depth++) {
            JsonDifference.check(("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.UTF_8));
            JsonDifference.check(("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).getBytes(StandardCharsets.UTF_8));
            JsonDifference.check(("\"limits\":{".repeat(depth) + "}".repeat(depth)).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void each_length_around_the_eight_bytes_that_are_looked_at_together() {
        for (int length = 0; length < 40; length++) {
            for (String last : new String[] {"", "\"", "\\", "\\n", "\n", "é", "😀", "\u0000"}) {
                JsonDifference.check(("a".repeat(length) + last).getBytes(StandardCharsets.UTF_8));
                JsonDifference.check(("\"" + "a".repeat(length) + last + "\"").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void arrays_that_a_thread_keeps_and_those_that_are_too_long() {
        for (int length : new int[] {1000, 1023, 1024, 1025, 40_000, 65_500, 65_536, 65_537, 300_000}) {
            String text = "x\u0001é".repeat(length / 4);
            JsonDifference.check(text.getBytes(StandardCharsets.UTF_8));
            JsonDifference.check(("[\"" + text + "\\n\"]").getBytes(StandardCharsets.UTF_8));
            JsonDifference.check("\"short\"".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void random_pieces() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 15_000; i++) {
            ByteArrayOutputStream document = new ByteArrayOutputStream();
            for (int pieces = 1 + random.nextInt(12); pieces > 0; pieces--) {
                String piece = PIECES[random.nextInt(PIECES.length)];
                document.writeBytes(
                        piece.startsWith("%")
                                ? Bodies.hex(piece.substring(1))
                                : piece.getBytes(StandardCharsets.UTF_8));
            }
            JsonDifference.check(document.toByteArray());
        }
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void frames_with_some_bytes_changed(FrameType type) {
        RandomFrames frames = new RandomFrames(6);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 300; i++) {
            byte[] body = Bodies.encode(frames.next(type), Form.JSON);
            JsonDifference.check(body);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int index = random.nextInt(body.length);
                body[index] = random.nextBoolean() ? (byte) random.nextInt() : body[random.nextInt(body.length)];
            }
            JsonDifference.check(body);
        }
    }
}
