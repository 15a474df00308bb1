package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTypeTest {
    /** The table of the specification: code, name, flags, and who may send it on a stream and on a datagram. */
    @ParameterizedTest
    @CsvSource({
        "0x01, HELLO,       0x06, true,  false, true,  false",
        "0x02, WELCOME,     0x06, false, true,  false, true",
        "0x03, PING,        0x06, true,  true,  true,  true",
        "0x04, PONG,        0x06, true,  true,  true,  true",
        "0x05, GOAWAY,      0x06, true,  true,  true,  true",
        "0x06, CHALLENGE,   0x06, false, false, false, true",
        "0x10, REQUEST,     0x1F, true,  true,  true,  true",
        "0x11, RESPONSE,    0x27, true,  true,  true,  true",
        "0x12, ERROR,       0x18, true,  true,  true,  true",
        "0x13, CANCEL,      0x00, true,  true,  true,  true",
        "0x14, CREDIT,      0x00, true,  true,  true,  true",
        "0x15, ACK,         0x00, false, false, true,  true",
        "0x18, PUBLISH,     0x47, true,  false, true,  false",
        "0x19, SUBSCRIBE,   0x41, true,  false, true,  false",
        "0x1A, UNSUBSCRIBE, 0x40, true,  false, true,  false",
        "0x1B, MESSAGE,     0x07, false, true,  false, true",
        "0x1C, SERVE,       0x41, true,  false, true,  false",
    })
    void each_type_is_as_the_table_says(
            String code,
            FrameType type,
            String flags,
            boolean clientOnStream,
            boolean gatewayOnStream,
            boolean clientOnDatagram,
            boolean gatewayOnDatagram) {
        assertThat(type.code()).isEqualTo(Integer.decode(code));
        assertThat(type.allowedFlags()).isEqualTo(Integer.decode(flags));
        assertThat(type.maySend(Side.CLIENT, Carrier.STREAM)).isEqualTo(clientOnStream);
        assertThat(type.maySend(Side.GATEWAY, Carrier.STREAM)).isEqualTo(gatewayOnStream);
        assertThat(type.maySend(Side.CLIENT, Carrier.DATAGRAM)).isEqualTo(clientOnDatagram);
        assertThat(type.maySend(Side.GATEWAY, Carrier.DATAGRAM)).isEqualTo(gatewayOnDatagram);
        assertThat(type.jsonName()).isEqualTo(type.name().toLowerCase(Locale.ROOT));
        assertThat(FrameType.ofCode(type.code())).isSameAs(type);
        assertThat(FrameType.ofJsonName(type.jsonName())).isSameAs(type);
    }

    @Test
    void no_other_code_or_name_has_a_type() {
        long known = Stream.iterate(-300, code -> code + 1)
                .limit(1000)
                .filter(code -> FrameType.ofCode(code) != null)
                .count();
        assertThat(known).isEqualTo(17);
        assertThat(FrameType.values()).hasSize(17);
        assertThat(FrameType.ofJsonName("PING")).isNull();
        assertThat(FrameType.ofJsonName("")).isNull();
        assertThat(FrameType.ofJsonName("log")).isNull();
    }

    @Test
    void the_codes_from_0x30_to_0x3E_are_skipped_and_no_others() {
        for (int code = -128; code < 256; code++) {
            assertThat(FrameType.isSkippable(code)).isEqualTo(code >= 0x30 && code <= 0x3E);
        }
    }

    @Test
    void each_frame_tells_its_type() {
        RandomFrames frames = new RandomFrames(1);
        for (FrameType type : FrameType.values()) {
            assertThat(frames.next(type).type()).isSameAs(type);
        }
    }
}
