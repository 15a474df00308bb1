package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {
    @ParameterizedTest
    @CsvSource({
        "400, MALFORMED",
        "401, UNAUTHENTICATED",
        "403, FORBIDDEN",
        "404, NO_WORKER",
        "408, DEADLINE",
        "409, CONFLICT",
        "413, TOO_LARGE",
        "429, LIMITED",
        "499, CANCELLED",
        "500, FAILED",
        "501, UNSUPPORTED",
        "503, UNAVAILABLE",
        "505, VERSION",
    })
    void each_number_has_the_name_of_the_specification(int number, ErrorCode code) {
        assertThat(code.code()).isEqualTo(number);
        assertThat(ErrorCode.of(number)).isSameAs(code);
    }

    @Test
    void there_are_thirteen() {
        assertThat(ErrorCode.values()).hasSize(13);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 399, 402, 502, 65_535})
    void a_number_that_is_not_known_is_failed(int number) {
        assertThat(ErrorCode.of(number)).isSameAs(ErrorCode.FAILED);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void a_fault_bears_its_code_and_costs_no_stack_trace(ErrorCode code) {
        ProtocolException fault = new ProtocolException(code, "x: wrong");
        assertThat(fault.code()).isSameAs(code);
        assertThat(fault.message()).isEqualTo("x: wrong");
        assertThat(fault).hasMessage("x: wrong");
        assertThat(fault.getStackTrace()).isEmpty();
        assertThat(fault.frameType()).isNull();
        assertThat(fault.frameId()).isZero();
    }

    @Test
    void a_broken_rule_is_told_of_its_frame_and_a_fatal_fault_is_not() {
        ProtocolException rule = new ProtocolException(ErrorCode.MALFORMED, "subject: empty");
        ProtocolException inFrame = rule.inFrame(FrameType.REQUEST, 7);
        assertThat(inFrame.frameType()).isSameAs(FrameType.REQUEST);
        assertThat(inFrame.frameId()).isEqualTo(7);
        assertThat(inFrame.code()).isSameAs(ErrorCode.MALFORMED);
        assertThat(inFrame.message()).isEqualTo("subject: empty");

        ProtocolException malformed = ProtocolException.malformed("id: cut off");
        assertThat(malformed.inFrame(FrameType.REQUEST, 7)).isSameAs(malformed);
        assertThat(malformed.frameType()).isNull();
        assertThat(malformed.code()).isSameAs(ErrorCode.MALFORMED);
        assertThat(ProtocolException.fatal(ErrorCode.TOO_LARGE, "x")
                        .inFrame(FrameType.PING, 1)
                        .frameType())
                .isNull();
    }
}
