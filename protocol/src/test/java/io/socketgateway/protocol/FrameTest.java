package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Frame.Hello;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    private static final Subject SUBJECT = Subject.of("a");

    private static Hello hello(String clientId) {
        return new Hello(1, 1, null, clientId, Frame.ABSENT, Frame.ABSENT, null, null, null);
    }

    private static Hello helloWithMaxFrameBytes(long bytes) {
        return new Hello(1, 1, null, null, Frame.ABSENT, bytes, null, null, null);
    }

    static Stream<Arguments> unsignedNumbers() {
        return Stream.of(
                number("version", true, n -> new Hello(1, n, null, null, -1, -1, null, null, null)),
                number("keepAliveSeconds", false, n -> new Hello(1, 1, null, null, n, -1, null, null, null)),
                number("reconnectAfterMillis", false, n -> new Frame.GoAway(1, null, n)),
                number(
                        "deadlineMillis",
                        false,
                        n -> new Frame.Request(1, SUBJECT, n, -1, Headers.EMPTY, Payload.EMPTY)),
                number("credit", false, n -> new Frame.Request(1, SUBJECT, -1, n, Headers.EMPTY, Payload.EMPTY)),
                number("retryAfterMillis", false, n -> new Frame.Error(1, 500, n, false, "")),
                number("n", true, n -> new Frame.Credit(1, n)));
    }

    private static Arguments number(String field, boolean required, LongFunction<Frame> frame) {
        return Arguments.of(field, required, frame);
    }

    @ParameterizedTest
    @MethodSource("unsignedNumbers")
    void a_number_is_unsigned_and_of_32_bits(String field, boolean required, LongFunction<Frame> frame) {
        for (long good : new long[] {0, 1, 0x7FFF_FFFFL, 0x8000_0000L, Frame.MAX_U32}) {
            assertThat(frame.apply(good)).isEqualTo(frame.apply(good));
        }
        for (long bad : new long[] {-2, Frame.MAX_U32 + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            BrokenRule.isToldBy(() -> frame.apply(bad), field + ": not an unsigned 32-bit number");
        }
        if (required) {
            BrokenRule.isToldBy(() -> frame.apply(Frame.ABSENT), field + ": not an unsigned 32-bit number");
        } else {
            assertThat(frame.apply(Frame.ABSENT)).isNotEqualTo(frame.apply(0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-Z_0-9", "_", "-", "0"})
    void a_client_id_is_of_letters_digits_and_two_signs(String clientId) {
        assertThat(hello(clientId).clientId()).isEqualTo(clientId);
    }

    @Test
    void a_client_id_has_1_to_64_characters() {
        assertThat(hello("x".repeat(64)).clientId()).hasSize(64);
        BrokenRule.isToldBy(() -> hello("x".repeat(65)), "clientId: ");
        BrokenRule.isToldBy(() -> hello(""), "clientId: ");
        assertThat(hello(null).clientId()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a.b", "ä", "a\n", "\na", "a/b", "a*", "😀", "\u0000"})
    void a_client_id_of_other_characters_is_refused(String clientId) {
        BrokenRule.isToldBy(() -> hello(clientId), "clientId: ");
    }

    @Test
    void max_frame_bytes_is_at_least_1024() {
        assertThat(helloWithMaxFrameBytes(1024).maxFrameBytes()).isEqualTo(1024);
        assertThat(helloWithMaxFrameBytes(1025).maxFrameBytes()).isEqualTo(1025);
        assertThat(helloWithMaxFrameBytes(Frame.MAX_U32).maxFrameBytes()).isEqualTo(Frame.MAX_U32);
        assertThat(helloWithMaxFrameBytes(Frame.ABSENT).maxFrameBytes()).isEqualTo(Frame.ABSENT);
        BrokenRule.isToldBy(() -> helloWithMaxFrameBytes(1023), "maxFrameBytes: 1023 is under 1024");
        BrokenRule.isToldBy(() -> helloWithMaxFrameBytes(0), "maxFrameBytes: ");
        BrokenRule.isToldBy(() -> helloWithMaxFrameBytes(Frame.MAX_U32 + 1), "maxFrameBytes: ");
    }

    @Test
    void a_plain_hello_asks_for_nothing() {
        assertThat(Hello.of(7)).isEqualTo(new Hello(7, 1, null, null, -1, -1, null, null, null));
    }

    @Test
    void the_secrets_of_hello_and_welcome_are_not_shown() {
        Hello hello = new Hello(-1, 1, "tok-secret", "c1", -1, -1, "res-secret", "coo-secret", "agent/1");
        assertThat(hello.toString()).contains("4294967295", "c1", "agent/1").doesNotContain("secret");
        Frame.Welcome welcome = new Frame.Welcome(
                1, 1, "s1", "c1", "dat-secret", "res-secret", false, 30, 1024, new Frame.SessionLimits(1, 2, 3), "n1");
        assertThat(welcome.toString()).contains("s1", "c1", "n1").doesNotContain("secret");
    }

    @Test
    void a_group_has_at_most_255_bytes_of_utf8() {
        SubjectPattern pattern = SubjectPattern.of("a");
        for (String group : new String[] {"", "g", "x".repeat(255), "é".repeat(127), " *>."}) {
            assertThat(new Frame.Subscribe(1, pattern, group, false, Headers.EMPTY).group())
                    .isEqualTo(group);
            assertThat(new Frame.Serve(1, pattern, group, false, Headers.EMPTY).group())
                    .isEqualTo(group);
        }
        for (String group : new String[] {"x".repeat(256), "é".repeat(128)}) {
            BrokenRule.isToldBy(
                    () -> new Frame.Subscribe(1, pattern, group, false, Headers.EMPTY), "group: over 255 bytes");
            BrokenRule.isToldBy(
                    () -> new Frame.Serve(1, pattern, group, false, Headers.EMPTY), "group: over 255 bytes");
        }
        BrokenRule.isToldBy(
                () -> new Frame.Serve(1, pattern, "\uD800", false, Headers.EMPTY), "group: unpaired surrogate");
    }

    @Test
    void an_error_code_has_16_bits() {
        assertThat(new Frame.Error(1, 0, -1, false, "").code()).isZero();
        assertThat(new Frame.Error(1, 0xFFFF, -1, false, "").code()).isEqualTo(0xFFFF);
        BrokenRule.isToldBy(() -> new Frame.Error(1, -1, -1, false, ""), "code: not an unsigned 16-bit number");
        BrokenRule.isToldBy(() -> new Frame.Error(1, 0x10000, -1, false, ""), "code: not an unsigned 16-bit number");
    }

    @Test
    void an_error_names_its_code_and_an_unknown_one_is_failed() {
        assertThat(Frame.Error.of(1, ErrorCode.NO_WORKER, "x").errorCode()).isSameAs(ErrorCode.NO_WORKER);
        assertThat(new Frame.Error(1, 777, -1, false, "").errorCode()).isSameAs(ErrorCode.FAILED);
        assertThat(Frame.Error.of(1, ErrorCode.DEADLINE, "x")).isEqualTo(new Frame.Error(1, 408, -1, false, "x"));
        assertThat(Frame.Error.notProcessed(1, ErrorCode.LIMITED, "x"))
                .isEqualTo(new Frame.Error(1, 429, -1, true, "x"));
    }

    @Test
    void a_long_error_message_is_cut_and_never_within_a_pair() {
        int max = Frame.Error.MAX_MESSAGE_BYTES;
        assertThat(cut("x".repeat(max))).hasSize(max);
        assertThat(cut("x".repeat(max + 1))).hasSize(max);
        assertThat(cut("é".repeat(max))).isEqualTo("é".repeat(max / 2));
        assertThat(cut("€".repeat(max))).isEqualTo("€".repeat(max / 3));
        assertThat(cut("€".repeat(max / 3))).isEqualTo("€".repeat(max / 3));
        assertThat(cut("😀".repeat(max))).isEqualTo("😀".repeat(max / 4));
        assertThat(cut("x".repeat(max - 4) + "😀y")).isEqualTo("x".repeat(max - 4) + "😀");
        assertThat(cut("x".repeat(max - 3) + "😀y")).isEqualTo("x".repeat(max - 3));
        assertThat(cut("\uD800".repeat(max))).hasSize(max / 3);
    }

    private static String cut(String message) {
        return Frame.Error.of(1, ErrorCode.FAILED, message).message();
    }

    @Test
    void a_request_with_credit_is_a_stream() {
        assertThat(new Frame.Request(1, SUBJECT, -1, 0, Headers.EMPTY, Payload.EMPTY).isStream())
                .isTrue();
        assertThat(new Frame.Request(1, SUBJECT, -1, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY).isStream())
                .isFalse();
    }

    @Test
    void a_challenge_cookie_is_printable_ascii() {
        assertThat(new Frame.Challenge(1, "az09+/= ~").cookie()).isEqualTo("az09+/= ~");
        BrokenRule.isToldBy(() -> new Frame.Challenge(1, "é"), "cookie: ");
        BrokenRule.isToldBy(() -> new Frame.Challenge(1, "a\u0000"), "cookie: ");
        BrokenRule.isToldBy(() -> new Frame.Challenge(1, "a\u007F"), "cookie: ");
    }

    @Test
    void text_that_cannot_be_written_is_refused() {
        String unpaired = "x\uD800";
        BrokenRule.isToldBy(
                () -> new Hello(1, 1, unpaired, null, -1, -1, null, null, null), "token: unpaired surrogate");
        BrokenRule.isToldBy(
                () -> new Hello(1, 1, null, null, -1, -1, unpaired, null, null), "resume: unpaired surrogate");
        BrokenRule.isToldBy(
                () -> new Hello(1, 1, null, null, -1, -1, null, unpaired, null), "cookie: unpaired surrogate");
        BrokenRule.isToldBy(
                () -> new Hello(1, 1, null, null, -1, -1, null, null, unpaired), "agent: unpaired surrogate");
        BrokenRule.isToldBy(() -> new Frame.GoAway(1, unpaired, -1), "reason: unpaired surrogate");
    }
}
