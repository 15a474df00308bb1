package io.socketgateway.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.FrameCodec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Bytes of streams as the tests write them. */
final class Streams {
    private Streams() {}

    /** The frames, each behind its length. */
    static byte[] of(List<? extends Frame> frames, Form form) {
        ByteBuf out = Unpooled.buffer();
        try {
            for (Frame frame : frames) {
                int start = out.writerIndex();
                FrameCodec.encode(frame, form, out.writeInt(0));
                out.setInt(start, out.writerIndex() - start - 4);
            }
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            return bytes;
        } finally {
            out.release();
        }
    }

    static byte[] of(Frame frame, Form form) {
        return of(List.of(frame), form);
    }

    /** Bytes of hexadecimal digits, spaces allowed. */
    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** A text body behind its length; apostrophes stand for quotation marks. */
    static byte[] json(String text) {
        byte[] body = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return join(hex(String.format("%08X", body.length)), body);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
