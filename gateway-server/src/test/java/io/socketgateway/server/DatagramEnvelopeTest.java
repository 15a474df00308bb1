package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 1, datagram envelope: what is a datagram, whose it is, and what becomes of one that is none. */
@LoopsAndForms
class DatagramEnvelopeTest {
    /** What makes a datagram malformed when it stands where a frame begins. */
    private static final String[] BAD_FRAMES = {
        "00", // a length cut off
        "000000",
        "00000000", // length 0
        "00000006 0300000000", // a body cut off
        "ffffffff 030000000001", // a length of four gibibytes
        "7fffffff 030000000001",
        "00002001 030000000001",
        "00000006 3f0000000001", // an unknown type
        "00000006 400000000001", // first bytes kept for later
        "00000006 ff0000000001",
        "00000006 070000000001",
        "00000006 030100000001", // a flag that PING does not have
        "00000006 130000000001 00", // bytes after the last frame
        "00000007 130000000001 00", // bytes after the last field
        "00000005 1300000001", // a field cut off
        "00000011 020000000001 7b7d20202020202020207d", // WELCOME is the gateway's
        "00000007 060000000001 61", // CHALLENGE too
        "0000000b 1b0000000001 0001 61 7878", // MESSAGE too
        "0000000b 190000000000 0001 61 0000", // SUBSCRIBE with id 0
        "0000000b 190000000001 0001 ff 0000", // invalid UTF-8
        "00000002 7b22", // bad JSON
        "00000010 7b2274797065223a226e6f7065227d20", // {"type":"nope"}
    };

    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    DatagramEnvelopeTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.startWithDatagrams(loops, form);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static Frame.Ping ping(int id, String text) {
        return new Frame.Ping(id, Payload.text(text));
    }

    private static Frame.Pong pong(int id, String text) {
        return new Frame.Pong(id, Payload.text(text));
    }

    /** A request in such a datagram of the session, or outside of one, that is exactly so long. */
    private static byte[] requestOf(RawDatagramPeer peer, int id, String subject, int datagramBytes) {
        int bare = peer.frames(PeerFrames.request(id, subject, "")).length
                + (peer.frames(PeerFrames.request(id, subject, "x")).length
                        - peer.frames(PeerFrames.request(id, subject, "")).length
                        - 1); // in JSON the first character brings its quotes and its name
        String text = "x".repeat(datagramBytes - 9 - bare);
        byte[] datagram = PeerFrames.inSession(peer.token(), peer.frames(PeerFrames.request(id, subject, text)));
        assertThat(datagram).hasSize(datagramBytes);
        return datagram;
    }

    @Test
    void framesOfOneDatagramAreCarriedOutInTheirOrder() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.send(ping(2, "a"), PeerFrames.request(3, "gateway.echo", "b"), ping(4, "c"));
        assertThat(peer.receive()).isEqualTo(pong(2, "a"));
        assertThat(peer.answer(3)).isEqualTo("b");
        assertThat(peer.receive()).isEqualTo(pong(4, "c"));
        peer.expectNothing();
    }

    @Test
    void answersOfOneDatagramFillSeveralOfAtMost1200Bytes() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        List<Frame> frames = new ArrayList<>();
        for (int i = 2; i < 42; i++) {
            frames.add(PeerFrames.request(i, "gateway.echo", "x".repeat(100)));
        }
        peer.send(frames.toArray(Frame[]::new));
        for (int i = 2; i < 42; i++) {
            assertThat(peer.answer(i)).hasSize(100);
        }
        peer.expectNothing();
    }

    @Test
    void aMalformedDatagramIsDroppedWholeAndTheSessionHearsOfItAndLivesOn() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        int id = 2;
        for (String bad : BAD_FRAMES) {
            byte[] good = peer.frames(PeerFrames.request(id, "work", bad), ping(id + 1, "good"));
            peer.sendBytes(PeerFrames.inSession(peer.token(), joined(good, hex(bad))));
            assertThat(peer.expectError(0, ErrorCode.MALFORMED).message())
                    .as(bad)
                    .isNotEmpty();
            peer.sendBytes(PeerFrames.inSession(peer.token(), joined(hex(bad), good)));
            peer.expectError(0, ErrorCode.MALFORMED);
            id += 2;
        }
        peer.expectNothing();
        worker.expectNothing();
        peer.request(2, "work", "the id is still unused");
        assertThat(worker.takeAndRespond("yes").payload().text()).isEqualTo("the id is still unused");
        assertThat(peer.answer(2)).isEqualTo("yes");
    }

    @Test
    void anEnvelopeWithoutAFrameIsMalformed() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.sendBytes(PeerFrames.inSession(peer.token(), new byte[0])).expectError(0, ErrorCode.MALFORMED);
        peer.expectNothing();
    }

    @Test
    void frameTypesThatAreSkippedAreSkipped() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        byte[] unknown = joined(hex("00000001 30"), hex("00000003 3effff"), hex("00000002 31 00"));
        peer.sendBytes(PeerFrames.inSession(peer.token(), unknown));
        peer.sendBytes(PeerFrames.inSession(peer.token(), joined(unknown, peer.frames(ping(2, "between")), unknown)));
        assertThat(peer.receive()).isEqualTo(pong(2, "between"));
        peer.expectNothing();
    }

    @Test
    void aFrameThatBreaksARuleIsAnsweredAndTheOthersAreCarriedOut() {
        RawDatagramPeer peer = gateway.datagramSession(null).speak(Form.JSON);
        byte[] broken = RawPeer.withLength(
                "{\"type\":\"request\",\"id\":7,\"subject\":\"a..b\"}".getBytes(StandardCharsets.UTF_8));
        peer.sendBytes(PeerFrames.inSession(
                peer.token(), joined(peer.frames(ping(2, "a")), broken, peer.frames(ping(3, "b")))));
        assertThat(peer.receive()).isEqualTo(pong(2, "a"));
        peer.expectError(7, ErrorCode.MALFORMED);
        assertThat(peer.receive()).isEqualTo(pong(3, "b"));
        peer.expectNothing();
    }

    @Test
    void whatIsNoDatagramOfOursIsDropped() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        byte[] frames = peer.frames(ping(2, "x".repeat(100)));
        byte[] token = PeerFrames.inSession(peer.token(), new byte[0]);
        peer.sendBytes(new byte[0]);
        for (int first : new int[] {0x02, 0x03, 0x16, 0x40, 'G', '{', 0x7F, 0x80, 0xFF}) {
            byte[] other = joined(token, frames);
            other[0] = (byte) first;
            peer.sendBytes(other);
            peer.sendBytes(new byte[] {(byte) first});
        }
        for (int length = 1; length < token.length; length++) {
            peer.sendBytes(java.util.Arrays.copyOf(token, length));
        }
        gateway.expectNoAnswer(peer);
        peer.expectNothing();
    }

    @Test
    void aMalformedDatagramOutsideASessionGetsNothing() {
        RawDatagramPeer peer = gateway.datagramPeer();
        byte[] good = peer.frames(ping(2, "x".repeat(100)));
        for (String bad : BAD_FRAMES) {
            if (bad.startsWith("00")) { // else it is not outside of a session
                peer.sendBytes(hex(bad));
                peer.sendBytes(joined(hex(bad), good));
            }
            peer.sendBytes(joined(good, hex(bad)));
            peer.sendBytes(PeerFrames.inSession(0x1234_5678_9ABCL, joined(good, hex(bad))));
        }
        gateway.expectNoAnswer(peer);
        assertThat(gateway.sessionCount()).isZero();
    }

    @Test
    void anUnknownTokenIs401OutsideASessionInTheFormOfTheDatagram() {
        RawDatagramPeer peer = gateway.datagramPeer();
        for (long token : new long[] {0, 1, 2, -1, Long.MIN_VALUE, 0x0123_4567_89AB_CDEFL}) {
            peer.bear(token).send(ping(2, "x".repeat(100)));
            Frame.Error error = peer.expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
            assertThat(error.message()).isNotEmpty();
            assertThat(peer.answeredIn()).isEqualTo(form);
        }
        assertThat(gateway.sessionCount()).isZero();
    }

    @Test
    void a401IsNeverLongerThanWhatItAnswers() {
        RawDatagramPeer peer = gateway.datagramPeer().bear(99);
        int answered = 0;
        for (int length = 0; length < 100; length++) {
            Frame.Ping ping = ping(2, "x".repeat(length));
            for (byte[] datagram : new byte[][] {peer.frames(ping), PeerFrames.inSession(99, peer.frames(ping))}) {
                peer.sendBytes(datagram).sendHello(Frame.Hello.of(1));
                Frame first = peer.next(false);
                if (first instanceof Frame.Error) {
                    assertThat(peer.latestBytes()).isLessThanOrEqualTo(datagram.length);
                    assertThat(peer.next(false)).isInstanceOf(Frame.Challenge.class);
                    answered++;
                } else { // another loop may answer later
                    assertThat(first).isInstanceOf(Frame.Challenge.class);
                    gateway.settle();
                    gateway.settle();
                    if (peer.hasSomething()) {
                        peer.expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
                        assertThat(peer.latestBytes()).isLessThanOrEqualTo(datagram.length);
                        answered++;
                    }
                }
            }
        }
        assertThat(answered).isGreaterThan(150);
    }

    /** Else one forged datagram would set two gateways to refuse each other for ever. */
    @Test
    void whatIsAnAnswerItselfIsNotAnswered() {
        RawDatagramPeer peer = gateway.datagramPeer();
        Frame.Error refusal = Frame.Error.of(0, ErrorCode.UNAUTHENTICATED, "not in a session, says another gateway");
        Payload text = Payload.text("long enough to be refused, were it not an answer");
        Frame[] answers = {
            refusal, new Frame.Ack(1), new Frame.Pong(1, text), new Frame.Response(1, false, Headers.EMPTY, text)
        };
        peer.sendOutside(answers).sendOutside(refusal).sendBytes(PeerFrames.inSession(77, peer.frames(answers)));
        peer.bear(7).expectNoSession(); // and nothing before it
    }

    @Test
    void whatBelongsIntoASessionIs401OutsideOfOne() {
        RawPeer worker = gateway.connect().serve(1, "work").subscribe(2, "news");
        RawDatagramPeer peer = gateway.datagramPeer();
        String text = "x".repeat(50);
        for (Frame frame : new Frame[] {
            ping(2, text),
            new Frame.GoAway(2, text, Frame.ABSENT),
            PeerFrames.request(2, "work", text),
            PeerFrames.request(2, "gateway.echo", text),
            PeerFrames.publish(2, "news", true, text),
            PeerFrames.publish(0, "news", false, text),
            PeerFrames.subscribe(2, "news." + text),
            new Frame.Request(2, Subject.of("work"), 5000, Frame.ABSENT, Headers.of("k", text), Payload.EMPTY)
        }) {
            peer.sendOutside(frame).expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
            peer.sendOutside(frame, frame).expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
        }
        gateway.expectNoAnswer(peer);
        worker.expectNothing();
        assertThat(gateway.sessionCount()).isEqualTo(1);
    }

    @Test
    void theLongestDatagramIsTakenAndOneByteMoreIsDropped() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        peer.sendBytes(requestOf(peer, 2, "work", 8192));
        assertThat(worker.takeAndRespond("taken").payload().length()).isGreaterThan(8000);
        assertThat(peer.answer(2)).isEqualTo("taken");

        for (int bytes : new int[] {8193, 8200, 16_384, RawDatagramPeer.MOST_BYTES}) {
            peer.sendBytes(requestOf(peer, 3, "work", bytes));
            peer.expectNothing();
        }
        worker.expectNothing();
        peer.sendBytes(requestOf(peer, 3, "work", 8191));
        worker.takeAndRespond("the id is still unused");
        assertThat(peer.answer(3)).isEqualTo("the id is still unused");
    }

    @Test
    void aDatagramThatIsTooLongIsNotCutWhereAFrameEnds() {
        RawPeer worker = gateway.connect().serve(1, "work");
        RawDatagramPeer peer = gateway.datagramSession(null);
        byte[] whole = requestOf(peer, 2, "work", 8192);
        peer.sendBytes(joined(whole, peer.frames(ping(3, "behind"))));
        peer.sendBytes(joined(whole, new byte[] {0}));
        peer.expectNothing();
        worker.expectNothing();
    }

    @Test
    void theLongestDatagramIsAsConfigured() {
        try (Harness little = Harness.startWithDatagrams(loops, form, "limits.max-datagram-bytes", "2000")) {
            RawPeer worker = little.connect().serve(1, "work");
            RawDatagramPeer peer = little.datagramPeer();
            assertThat(peer.open(null).maxFrameBytes()).isEqualTo(2000);
            peer.sendBytes(requestOf(peer, 2, "work", 2001)).expectNothing();
            peer.sendBytes(requestOf(peer, 3, "work", 2000));
            assertThat(worker.take().payload().length()).isGreaterThan(1800);
            worker.expectNothing();
        }
    }

    @Test
    void datagramsAsLongAsTheSystemAllowsAreTakenIfSoConfigured() {
        String most = Integer.toString(RawDatagramPeer.MOST_BYTES);
        try (Harness large = Harness.startWithDatagrams(loops, form, "limits.max-datagram-bytes", most)) {
            RawPeer worker = large.connect().serve(1, "work");
            RawDatagramPeer peer = large.datagramSession(null);
            peer.sendBytes(requestOf(peer, 2, "work", RawDatagramPeer.MOST_BYTES));
            assertThat(worker.take().payload().length()).isGreaterThan(65_000);
        }
    }

    @Test
    void aDatagramMayHoldManySmallFrames() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        ByteBuf cancels = Unpooled.buffer();
        for (int i = 0; i < 800; i++) {
            cancels.writeInt(6).writeBytes(hex("1300 000003e8"));
        }
        byte[] frames = new byte[cancels.readableBytes()];
        cancels.readBytes(frames).release();
        peer.sendBytes(PeerFrames.inSession(peer.token(), joined(frames, peer.frames(ping(2, "last")))));
        assertThat(peer.receive()).isEqualTo(pong(2, "last"));
        peer.expectNothing();
    }
}
