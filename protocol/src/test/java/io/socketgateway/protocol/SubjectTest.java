package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTest {
    private static String tokens(int count) {
        return String.join(".", Collections.nCopies(count, "t"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "orders.get",
                "a.b.c",
                "ä.€.😀",
                "a-b_c/d",
                "$SYS.x",
                "{}",
                "\"",
                "\\",
                "\u200B",
                "\u180E",
                "\uFEFF"
            })
    void a_subject_keeps_its_text(String text) {
        assertThat(Subject.of(text).value()).isEqualTo(text);
        assertThat(Subject.of(text)).hasToString(text);
    }

    @Test
    void a_subject_is_split_at_its_dots() {
        Subject subject = Subject.of("orders.get.7");
        assertThat(subject.tokenCount()).isEqualTo(3);
        assertThat(subject.token(0)).isEqualTo("orders");
        assertThat(subject.token(1)).isEqualTo("get");
        assertThat(subject.token(2)).isEqualTo("7");
        assertThat(Subject.of("a").token(0)).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 254, 255})
    void up_to_255_bytes_are_taken(int bytes) {
        assertThat(Subject.of("x".repeat(bytes)).value()).hasSize(bytes);
    }

    @Test
    void over_255_bytes_are_refused() {
        BrokenRule.isToldBy(() -> Subject.of("x".repeat(256)), "subject: over 255 bytes");
        BrokenRule.isToldBy(() -> Subject.of("x".repeat(1_000_000)), "subject: over 255 bytes");
    }

    @Test
    void the_limit_counts_bytes_of_utf8_and_not_characters() {
        assertThat(Subject.of("é".repeat(127) + "x").tokenCount()).isEqualTo(1); // 255 bytes
        BrokenRule.isToldBy(() -> Subject.of("é".repeat(128)), "over 255 bytes");
        assertThat(Subject.of("€".repeat(85)).tokenCount()).isEqualTo(1); // 255 bytes
        BrokenRule.isToldBy(() -> Subject.of("€".repeat(85) + "x"), "over 255 bytes");
        assertThat(Subject.of("😀".repeat(63) + "xyz").tokenCount()).isEqualTo(1); // 255 bytes
        BrokenRule.isToldBy(() -> Subject.of("😀".repeat(64)), "over 255 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16})
    void up_to_16_tokens_are_taken(int count) {
        assertThat(Subject.of(tokens(count)).tokenCount()).isEqualTo(count);
    }

    @Test
    void over_16_tokens_are_refused() {
        BrokenRule.isToldBy(() -> Subject.of(tokens(17)), "subject: over 16 tokens");
    }

    @Test
    void the_empty_subject_is_refused() {
        BrokenRule.isToldBy(() -> Subject.of(""), "subject: empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", ".a", "a.", "a..b", "a.b.", "..a"})
    void an_empty_token_is_refused(String text) {
        BrokenRule.isToldBy(() -> Subject.of(text), "subject: empty token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", ">", "a.*", "a.>", "a*", "*a", "a.b>c", "a>.b"})
    void a_wildcard_anywhere_is_refused(String text) {
        BrokenRule.isToldBy(() -> Subject.of(text), "subject: wildcard");
    }

    /** White_Space of Unicode, by its own list, and Cc; and nothing else but the wildcards and the dot. */
    @Test
    void exactly_white_space_and_control_characters_are_refused() {
        for (int c = 0; c <= 0x10FFFF; c++) {
            if (c >= 0xD800 && c <= 0xDFFF || c == '.' || c == '*' || c == '>') {
                continue;
            }
            boolean whiteSpace = c >= 0x09 && c <= 0x0D
                    || c == 0x20
                    || c == 0x85
                    || c == 0xA0
                    || c == 0x1680
                    || c >= 0x2000 && c <= 0x200A
                    || c == 0x2028
                    || c == 0x2029
                    || c == 0x202F
                    || c == 0x205F
                    || c == 0x3000;
            boolean control = c <= 0x1F || c >= 0x7F && c <= 0x9F;
            String text = "a" + Character.toString(c);
            boolean refused;
            try {
                refused = Subject.of(text).tokenCount() != 1;
            } catch (ProtocolException e) {
                refused = true;
            }
            if (refused != (whiteSpace || control)) {
                assertThat(refused).as("U+%04X is refused", c).isEqualTo(whiteSpace || control);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD800", "\uDC00a", "\uD800\uD800", "a\uDC00\uD800"})
    void an_unpaired_surrogate_is_refused(String text) {
        BrokenRule.isToldBy(() -> Subject.of(text), "subject: unpaired surrogate");
    }

    @Test
    void subjects_are_equal_by_their_text() {
        assertThat(Subject.of("a.b")).isEqualTo(Subject.of("a.b")).hasSameHashCodeAs(Subject.of("a.b"));
        assertThat(Subject.of("a.b")).isNotEqualTo(Subject.of("a.B")).isNotEqualTo(SubjectPattern.of("a.b"));
    }
}
