package io.socketgateway.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bodies as the tests write them, and what the codec makes of them; each buffer is released. */
final class Bodies {
    private Bodies() {}

    /** Bytes of hexadecimal digits, spaces allowed. */
    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** A JSON body, in which apostrophes stand for quotation marks. */
    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static byte[] encode(Frame frame, Form form) {
        ByteBuf out = Unpooled.buffer();
        try {
            FrameCodec.encode(frame, form, out);
            byte[] body = new byte[out.readableBytes()];
            out.readBytes(body);
            return body;
        } finally {
            out.release();
        }
    }

    static String encodeJson(Frame frame) {
        return new String(encode(frame, Form.JSON), StandardCharsets.UTF_8);
    }

    /** Decodes, with other bytes before and behind, and checks that the reader index ends at the end, fault or not. */
    static Frame decode(byte[] body, Side sender, Carrier carrier) {
        ByteBuf in = Unpooled.buffer();
        try {
            in.writeByte(0x77)
                    .writeBytes(body)
                    .writeBytes(new byte[] {0x77, '}', '"'})
                    .skipBytes(1);
            try {
                return FrameCodec.decode(in, body.length, sender, carrier);
            } finally {
                assertThat(in.readerIndex()).isEqualTo(1 + body.length);
            }
        } finally {
            in.release();
        }
    }

    /** What a client or, for what only a gateway sends, a gateway would have sent, over any carrier. */
    static Frame decode(byte[] body) {
        boolean gatewayOnly = body[0] == FrameType.WELCOME.code()
                || body[0] == FrameType.CHALLENGE.code()
                || body[0] == FrameType.MESSAGE.code()
                || new String(body, StandardCharsets.UTF_8).matches("(?s).*\"(welcome|challenge|message)\".*");
        return decode(body, gatewayOnly ? Side.GATEWAY : Side.CLIENT, Carrier.DATAGRAM);
    }

    static void isMalformed(byte[] body, String message) {
        ProtocolException fault = catchThrowableOfType(ProtocolException.class, () -> decode(body));
        assertThat(fault)
                .as("a fault of %s", new String(body, StandardCharsets.UTF_8))
                .isNotNull();
        assertThat(fault.message()).contains(message);
        assertThat(fault.code()).isEqualTo(ErrorCode.MALFORMED);
        assertThat(fault.frameType())
                .as("a fault of the connection: %s", fault.message())
                .isNull();
        assertThat(fault.frameId()).isZero();
    }

    static void breaksRule(byte[] body, FrameType type, int id, String message) {
        ProtocolException fault = catchThrowableOfType(ProtocolException.class, () -> decode(body));
        assertThat(fault)
                .as("a fault of %s", new String(body, StandardCharsets.UTF_8))
                .isNotNull();
        assertThat(fault.message()).contains(message);
        assertThat(fault.code()).isEqualTo(ErrorCode.MALFORMED);
        assertThat(fault.frameType())
                .as("a fault of the frame: %s", fault.message())
                .isSameAs(type);
        assertThat(fault.frameId()).isEqualTo(id);
    }
}
