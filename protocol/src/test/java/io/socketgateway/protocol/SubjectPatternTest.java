package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectPatternTest {
    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, a.b, false",
        "a.b, a, false",
        "a.b, a.b, true",
        "*, a, true",
        "*, a.b, false",
        ">, a, true",
        ">, a.b.c, true",
        "a.*, a, false",
        "a.*, a.b, true",
        "a.*, a.b.c, false",
        "a.>, a, false",
        "a.>, a.b, true",
        "a.>, a.b.c.d, true",
        "a.>, b.c, false",
        "*.b, a.b, true",
        "*.b, a.c, false",
        "*.>, a, false",
        "*.>, a.b, true",
        "*.*.c, a.b.c, true",
        "*.*.c, a.b.d, false",
        "a.*.c.>, a.b.c.d, true",
        "a.*.c.>, a.b.c, false",
        "A, a, false",
        "é, e\u0301, false",
    })
    void a_pattern_matches_by_token(String pattern, String subject, boolean matches) {
        assertThat(SubjectPattern.of(pattern).matches(Subject.of(subject))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "*, gateway, false",
        ">, gateway, false",
        ">, gateway.echo, false",
        "*.echo, gateway.echo, false",
        "*.>, gateway.echo, false",
        "*, client, false",
        ">, client.c1, false",
        "*.c1, client.c1, false",
        "*.*, client.c1, false",
        "gateway.*, gateway.echo, true",
        "gateway.>, gateway.echo, true",
        "client.>, client.c1, true",
        "client.c1, client.c1, true",
        "*.gateway, a.gateway, true",
        "a.*, a.gateway, true",
        "a.>, a.client.x, true",
        ">, gateways, true",
        ">, Gateway.x, true",
        "*, clients, true",
    })
    void a_wildcard_in_the_first_token_matches_no_reserved_one(String pattern, String subject, boolean matches) {
        assertThat(SubjectPattern.of(pattern).matches(Subject.of(subject))).isEqualTo(matches);
    }

    @Test
    void gateway_and_client_are_reserved_and_nothing_else() {
        assertThat(SubjectPattern.isReserved("gateway")).isTrue();
        assertThat(SubjectPattern.isReserved("client")).isTrue();
        assertThat(SubjectPattern.isReserved("Gateway")).isFalse();
        assertThat(SubjectPattern.isReserved("clients")).isFalse();
        assertThat(SubjectPattern.isReserved("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {">.a", "a.>.b", ">.>", ">.*"})
    void the_rest_wildcard_is_refused_before_the_end(String text) {
        BrokenRule.isToldBy(() -> SubjectPattern.of(text), "subject: '>' is not the last token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*", "*a", "**", "a.b*", ">>", "a>", ">a", "a.*>", "*>", ">*"})
    void a_wildcard_inside_a_token_is_refused(String text) {
        BrokenRule.isToldBy(() -> SubjectPattern.of(text), "subject: wildcard inside token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "*..>", "a b", "a.\u0000", "\u00A0", "a\uD800"})
    void what_no_subject_may_be_no_pattern_may_be(String text) {
        BrokenRule.isToldBy(() -> SubjectPattern.of(text), "subject: ");
    }

    @Test
    void the_limits_of_subjects_hold() {
        assertThat(SubjectPattern.of("x".repeat(255)).tokenCount()).isEqualTo(1);
        BrokenRule.isToldBy(() -> SubjectPattern.of("x".repeat(256)), "over 255 bytes");
        String sixteen = String.join(".", Collections.nCopies(16, "*"));
        assertThat(SubjectPattern.of(sixteen).tokenCount()).isEqualTo(16);
        BrokenRule.isToldBy(() -> SubjectPattern.of(sixteen + ".>"), "over 16 tokens");
    }

    @Test
    void a_pattern_without_wildcards_is_literal() {
        assertThat(SubjectPattern.of("a.b").isLiteral()).isTrue();
        assertThat(SubjectPattern.of("a.*").isLiteral()).isFalse();
        assertThat(SubjectPattern.of("*.b").isLiteral()).isFalse();
        assertThat(SubjectPattern.of(">").isLiteral()).isFalse();
    }

    @Test
    void a_pattern_tells_its_tokens_and_is_equal_by_its_text() {
        SubjectPattern pattern = SubjectPattern.of("a.*.>");
        assertThat(pattern.value()).isEqualTo("a.*.>");
        assertThat(pattern).hasToString("a.*.>");
        assertThat(pattern.tokenCount()).isEqualTo(3);
        assertThat(pattern.token(0)).isEqualTo("a");
        assertThat(pattern.token(1)).isEqualTo(SubjectPattern.ONE);
        assertThat(pattern.token(2)).isEqualTo(SubjectPattern.REST);
        assertThat(pattern).isEqualTo(SubjectPattern.of("a.*.>")).hasSameHashCodeAs(SubjectPattern.of("a.*.>"));
        assertThat(pattern).isNotEqualTo(SubjectPattern.of("a.*.*"));
    }

    /** The same by another way: the pattern as a regular expression over the text. */
    @Test
    void matching_agrees_with_a_regular_expression_for_random_pairs() {
        SplittableRandom random = new SplittableRandom(7);
        String[] words = {"a", "b", "gateway", "client"};
        int matches = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder pattern = new StringBuilder();
            StringBuilder regex = new StringBuilder();
            int patternTokens = 1 + random.nextInt(3);
            for (int n = 0; n < patternTokens; n++) {
                String reserved = n == 0 ? "(?!(gateway|client)(\\.|$))" : "";
                int kind = random.nextInt(4);
                String word = words[random.nextInt(words.length)];
                boolean rest = kind == 0 && n == patternTokens - 1;
                pattern.append(n == 0 ? "" : ".").append(rest ? ">" : kind == 1 ? "*" : word);
                regex.append(n == 0 ? "" : "\\.")
                        .append(rest ? reserved + ".+" : kind == 1 ? reserved + "[^.]+" : word);
            }
            StringBuilder subject = new StringBuilder(words[random.nextInt(words.length)]);
            for (int n = random.nextInt(3); n > 0; n--) {
                subject.append('.').append(words[random.nextInt(words.length)]);
            }
            boolean expected = Pattern.matches(regex.toString(), subject);
            matches += expected ? 1 : 0;
            assertThat(SubjectPattern.of(pattern.toString()).matches(Subject.of(subject.toString())))
                    .as("%s matches %s", pattern, subject)
                    .isEqualTo(expected);
        }
        assertThat(matches).isBetween(1_000, 19_000);
    }
}
