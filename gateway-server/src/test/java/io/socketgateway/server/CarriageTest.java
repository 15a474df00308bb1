package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 1 on a native-only stream listener: length, then body, repeated. */
@LoopsAndForms
class CarriageTest {
    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    CarriageTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.start(loops, form);
    }

    private static Frame.Ping ping(int id, int payloadBytes) {
        return new Frame.Ping(id, Payload.text("x".repeat(payloadBytes)));
    }

    private static Frame.Pong pong(Frame.Ping ping) {
        return new Frame.Pong(ping.id(), ping.payload());
    }

    @Test
    void aFrameThatComesByteByByteIsAnswered() {
        RawPeer peer = gateway.connect().dribble(RawPeer.bytes(form, ping(7, 40), ping(8, 0)));

        assertThat(peer.receive()).isEqualTo(pong(ping(7, 40)));
        assertThat(peer.receive()).isEqualTo(pong(ping(8, 0)));
        assertThat(peer.answeredIn()).isEqualTo(form);
    }

    @Test
    void manyFramesInOneWriteAreAnsweredInOrder() {
        Frame[] pings = new Frame[1000];
        Arrays.setAll(pings, i -> ping(i + 1, i % 50));
        RawPeer peer = gateway.connect().send(pings);

        for (Frame ping : pings) {
            assertThat(peer.receive()).isEqualTo(pong((Frame.Ping) ping));
        }
    }

    @Test
    void aWriteMayEndAnywhereInAFrame() {
        byte[] three = RawPeer.bytes(form, ping(1, 9), ping(2, 9), ping(3, 9));
        RawPeer peer = gateway.connect();
        for (int cut = 1; cut < three.length; cut++) {
            peer.sendBytes(Arrays.copyOfRange(three, 0, cut));
            peer.sendBytes(Arrays.copyOfRange(three, cut, three.length));
            for (int id = 1; id <= 3; id++) {
                assertThat(peer.receive()).isEqualTo(pong(ping(id, 9)));
            }
        }
    }

    @Test
    void aBodyOfExactlyTheLimitIsTaken() {
        int overhead = RawPeer.bytes(form, ping(1, 0)).length - 4;
        Frame.Ping largest = ping(1, (1 << 20) - overhead);
        assertThat(RawPeer.bytes(form, largest)).hasSize(4 + (1 << 20));
        RawPeer peer = gateway.connect().send(largest);

        assertThat(peer.receive()).isEqualTo(pong(largest));
        peer.expectNothing();
    }

    @Test
    void aLongerLengthIs413BeforeAnyBodyComes() {
        RawPeer peer = gateway.connect().sendBytes(new byte[] {0x00, 0x10, 0x00, 0x01});

        peer.expectError(0, ErrorCode.TOO_LARGE);
        assertThat(peer.answeredIn()).isEqualTo(Form.BINARY);
        peer.expectOrderlyEnd();
    }

    @Test
    void aLongerLengthIn413IsAnsweredInTheFormOfTheSession() {
        RawPeer peer = gateway.connect().send(ping(1, 1));
        peer.receive(Frame.Pong.class);
        peer.sendBytes(new byte[] {0x00, 0x10, 0x00, 0x01});

        peer.expectError(0, ErrorCode.TOO_LARGE);
        assertThat(peer.answeredIn()).isEqualTo(form);
        peer.expectOrderlyEnd();
    }

    @Test
    void theLimitIsTheConfiguredOneAndWelcomeStatesIt() {
        try (Harness small = Harness.start(loops, form, "limits.max-frame-bytes", "2KiB")) {
            RawPeer peer = small.connect();
            assertThat(peer.hello(null).maxFrameBytes()).isEqualTo(2048);
            int overhead = RawPeer.bytes(form, ping(1, 0)).length - 4;
            peer.send(ping(1, 2048 - overhead));
            assertThat(peer.receive()).isEqualTo(pong(ping(1, 2048 - overhead)));
            peer.send(ping(1, 2049 - overhead));
            peer.expectError(0, ErrorCode.TOO_LARGE);
            peer.expectOrderlyEnd();
        }
    }

    @Test
    void lengthZeroIsMalformed() {
        RawPeer peer = gateway.connect().sendBytes(new byte[4]);

        peer.expectError(0, ErrorCode.MALFORMED);
        assertThat(peer.answeredIn()).isEqualTo(Form.BINARY);
        peer.expectOrderlyEnd();
    }

    @Test
    void lengthZeroInALivingSessionIsMalformed() {
        RawPeer peer = gateway.connect().send(ping(1, 1));
        peer.receive(Frame.Pong.class);
        peer.sendBytes(new byte[4]);

        peer.expectError(0, ErrorCode.MALFORMED);
        assertThat(peer.answeredIn()).isEqualTo(form);
        peer.expectOrderlyEnd();
    }

    @Test
    void otherProtocolsFirstBytesAreTakenAsALength() {
        for (String begin : new String[] {"GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n"}) {
            RawPeer peer = gateway.connect().sendBytes(begin.getBytes(StandardCharsets.US_ASCII));
            peer.expectError(0, ErrorCode.TOO_LARGE);
            peer.expectOrderlyEnd();
        }
        RawPeer tls = gateway.connect().sendBytes(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
        tls.expectError(0, ErrorCode.TOO_LARGE);
        RawPeer mqtt = gateway.connect().sendBytes(new byte[] {0x10, 0x0C, 0x00, 0x04, 'M', 'Q', 'T', 'T'});
        mqtt.expectError(0, ErrorCode.TOO_LARGE);
    }

    @Test
    void framesBeforeTheFaultAreAnsweredAndThoseBehindItAreNot() {
        RawPeer peer = gateway.connect()
                .sendBytes(concat(RawPeer.bytes(form, ping(1, 1)), new byte[4], RawPeer.bytes(form, ping(2, 1))));

        assertThat(peer.receive()).isEqualTo(pong(ping(1, 1)));
        peer.expectError(0, ErrorCode.MALFORMED);
        peer.expectOrderlyEnd();
    }

    @Test
    void theErrorArrivesEvenWhenTheClientKeepsSending() {
        RawPeer peer = gateway.connect();
        byte[] flood = new byte[1 << 20];
        peer.sendBytes(new byte[] {0x7F, 0, 0, 0});
        for (int i = 0; i < 8; i++) {
            peer.sendInVain(flood);
        }

        peer.expectError(0, ErrorCode.TOO_LARGE);
    }

    @Test
    void afterAnErrorTheGatewayReadsForASecondAndThenCloses() {
        RawPeer peer = gateway.connect().sendBytes(new byte[4]);
        peer.expectError(0, ErrorCode.MALFORMED);
        peer.expectOrderlyEnd();

        gateway.pass(400);
        peer.sendBytes(new byte[100]);
        assertThat(gateway.sessionCount()).isEqualTo(1);
        gateway.advance(2000); // the timer starts just after the end is seen here
        gateway.awaitSessions(0);
    }

    @Test
    void afterAnErrorTheGatewayClosesAsSoonAsTheClientDoes() {
        RawPeer peer = gateway.connect().sendBytes(new byte[4]);
        peer.expectError(0, ErrorCode.MALFORMED);
        peer.close();

        gateway.awaitSessions(0);
    }

    @Test
    void aClientThatClosesInMidFrameLeavesNothingBehind() {
        byte[] whole = RawPeer.bytes(form, ping(1, 100));
        RawPeer closes = gateway.connect().sendBytes(Arrays.copyOf(whole, 50));
        RawPeer resets = gateway.connect().sendBytes(Arrays.copyOf(whole, 50));
        RawPeer silent = gateway.connect();
        gateway.awaitSessions(3);
        closes.close();
        resets.reset();
        silent.close();

        gateway.awaitSessions(0);
    }

    private static byte[] concat(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
