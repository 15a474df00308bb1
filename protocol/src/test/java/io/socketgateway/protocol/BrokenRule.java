package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What every refused value has in common: a {@link ProtocolException} that names the field and costs no stack trace. */
final class BrokenRule {
    private BrokenRule() {}

    static void isToldBy(ThrowingCallable constructor, String message) {
        ProtocolException fault = catchThrowableOfType(ProtocolException.class, constructor);
        assertThat(fault).as("a fault that tells: %s", message).isNotNull();
        assertThat(fault.message()).contains(message);
        assertThat(fault.code()).isEqualTo(ErrorCode.MALFORMED);
        assertThat(fault.frameType()).isNull();
        assertThat(fault.getStackTrace()).isEmpty();
    }
}
