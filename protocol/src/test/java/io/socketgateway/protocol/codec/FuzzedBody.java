package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/**
 * What holds for every body whatever its bytes: it is read to its end, nothing but a {@link ProtocolException} escapes,
 * and what it means survives both forms.
 */
final class FuzzedBody {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private FuzzedBody() {}

    static void check(byte[] body) {
        for (Carrier carrier : Carrier.values()) {
            for (Side sender : Side.values()) {
                Frame frame = decode(body, sender, carrier);
                if (frame != null) {
                    for (Form form : Form.values()) {
                        survives(frame, form, sender, carrier);
                    }
                }
            }
        }
    }

    private static Frame decode(byte[] body, Side sender, Carrier carrier) {
        ByteBuf in = Unpooled.buffer(body.length + 2);
        try {
            in.writeByte(1).writeBytes(body).writeByte('}').skipBytes(1);
            try {
                return FrameCodec.decode(in, body.length, sender, carrier);
            } catch (ProtocolException e) {
                require(!e.message().isEmpty() && (e.frameType() != null || e.frameId() == 0), "a fault tells", e);
                return null;
            } finally {
                require(in.readerIndex() == 1 + body.length, "the reader index ends at the end", in);
            }
        } finally {
            in.release();
        }
    }

    private static void survives(Frame frame, Form form, Side sender, Carrier carrier) {
        byte[] written = Bodies.encode(frame, form);
        require(written.length <= 6 * FrameCodec.roughBytes(frame), "the size is foretold", frame);
        Frame read = Bodies.decode(written, sender, carrier);
        if (form == Form.BINARY) {
            require(frame.equals(read), "the same in the binary form", frame);
        } else {
            JSON.readTree(written);
            require(isSameToJsonPeer(frame, read), "the same in the JSON form", frame);
        }
    }

    /** Payloads that are not what they claim go as bytes, and data loses the white space around it. */
    private static boolean isSameToJsonPeer(Frame sent, Frame arrived) {
        Payload before = payload(sent);
        Payload after = payload(arrived);
        boolean claimKept = before.content() == after.content();
        boolean claimCouldBeFalse = before.content() == Content.JSON || before.content() == Content.TEXT;
        Payload expected = claimKept && before.content() == Content.JSON
                ? Payload.json(strip(before.text()))
                : Payload.owning(after.content(), before.toByteArray());
        return (claimKept || claimCouldBeFalse && after.content() == Content.BYTES)
                && after.equals(expected)
                && withPayload(sent, after).equals(arrived);
    }

    private static String strip(String json) {
        int start = 0;
        int end = json.length();
        while (start < end && isSpace(json.charAt(start))) {
            start++;
        }
        while (start < end && isSpace(json.charAt(end - 1))) {
            end--;
        }
        return json.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static Payload payload(Frame frame) {
        return switch (frame.type()) {
            case PING -> ((Frame.Ping) frame).payload();
            case PONG -> ((Frame.Pong) frame).payload();
            case REQUEST -> ((Frame.Request) frame).payload();
            case RESPONSE -> ((Frame.Response) frame).payload();
            case PUBLISH -> ((Frame.Publish) frame).payload();
            case MESSAGE -> ((Frame.Message) frame).payload();
            default -> Payload.EMPTY;
        };
    }

    private static Frame withPayload(Frame frame, Payload payload) {
        return switch (frame.type()) {
            case PING -> new Frame.Ping(frame.id(), payload);
            case PONG -> new Frame.Pong(frame.id(), payload);
            case REQUEST -> {
                Frame.Request r = (Frame.Request) frame;
                yield new Frame.Request(r.id(), r.subject(), r.deadlineMillis(), r.credit(), r.headers(), payload);
            }
            case RESPONSE -> {
                Frame.Response r = (Frame.Response) frame;
                yield new Frame.Response(r.id(), r.more(), r.headers(), payload);
            }
            case PUBLISH -> {
                Frame.Publish p = (Frame.Publish) frame;
                yield new Frame.Publish(p.id(), p.subject(), p.confirm(), p.headers(), payload);
            }
            case MESSAGE -> {
                Frame.Message m = (Frame.Message) frame;
                yield new Frame.Message(m.id(), m.subject(), m.headers(), payload);
            }
            default -> frame;
        };
    }

    private static void require(boolean holds, String rule, Object about) {
        if (!holds) {
            throw new AssertionError("not so: " + rule + ": " + about + " as JSON "
                    + (about instanceof Frame frame
                            ? new String(Bodies.encode(frame, Form.JSON), StandardCharsets.UTF_8)
                            : ""));
        }
    }
}
