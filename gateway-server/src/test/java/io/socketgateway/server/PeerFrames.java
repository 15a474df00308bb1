package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.HexFormat;

/** Frames and datagrams as a peer of a test sends them. */
final class PeerFrames {
    private PeerFrames() {}

    /** A HELLO that asks for that name, with that cookie. */
    static Frame.Hello hello(int id, String clientId, String cookie) {
        return new Frame.Hello(id, 1, null, clientId, Frame.ABSENT, Frame.ABSENT, null, cookie, "raw");
    }

    /** The same HELLO with that cookie. */
    static Frame.Hello withCookie(Frame.Hello hello, String cookie) {
        return new Frame.Hello(
                hello.id(),
                hello.version(),
                hello.token(),
                hello.clientId(),
                hello.keepAliveSeconds(),
                hello.maxFrameBytes(),
                hello.resume(),
                cookie,
                hello.agent());
    }

    static Frame.Request request(int id, String subject, String text) {
        return new Frame.Request(
                id, Subject.of(subject), Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, Payload.text(text));
    }

    static Frame.Publish publish(int id, String subject, boolean confirm, String text) {
        return new Frame.Publish(id, Subject.of(subject), confirm, Headers.EMPTY, Payload.text(text));
    }

    static Frame.Subscribe subscribe(int id, String pattern) {
        return new Frame.Subscribe(id, SubjectPattern.of(pattern), "", true, Headers.EMPTY);
    }

    /** Frames with the envelope of that session before them. */
    static byte[] inSession(long token, byte[] frames) {
        ByteBuf datagram = Unpooled.buffer(9 + frames.length)
                .writeByte(0x01)
                .writeLong(token)
                .writeBytes(frames);
        byte[] bytes = new byte[datagram.readableBytes()];
        datagram.readBytes(bytes).release();
        return bytes;
    }

    static long tokenOf(Frame.Welcome welcome) {
        assertThat(welcome.datagramToken()).matches("[0-9a-f]{16}");
        return HexFormat.fromHexDigitsToLong(welcome.datagramToken());
    }
}
