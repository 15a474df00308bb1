package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3: keep-alive and the time to finish a frame. The clock moves only when the test says so. */
@LoopsAndForms
class WatchTest {
    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    WatchTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.start(loops, form);
    }

    private static Frame.Hello wish(long keepAliveSeconds) {
        return new Frame.Hello(1, 1, null, null, keepAliveSeconds, Frame.ABSENT, null, null, null);
    }

    @Test
    void aSilentSessionIs408AfterOneAndAHalfTimesTheKeepAlive() {
        RawPeer peer = gateway.connect().expectNothing();
        gateway.pass(44_900);
        peer.expectNothing();
        gateway.pass(44_900);
        peer.expectNothing();
        gateway.advance(45_100);
        peer.expectError(0, ErrorCode.DEADLINE);
        assertThat(peer.answeredIn()).isEqualTo(form);
        peer.expectOrderlyEnd();
    }

    @Test
    void aConnectionThatNeverSaysAnythingIs408Too() {
        RawPeer peer = gateway.connect();
        gateway.awaitSessions(1);
        Harness.eventually(() -> gateway.gateway.counters().connectionsAccepted.sum() == 1);
        gateway.advance(45_100);
        peer.expectError(0, ErrorCode.DEADLINE);
        assertThat(peer.answeredIn()).isEqualTo(Form.BINARY);
        peer.expectOrderlyEnd();
    }

    @Test
    void whoComesAfterALongQuietIsNotTakenForSilent() {
        gateway.advance(3_600_000); // no loop has anything to wake for
        RawPeer peer = gateway.connect();
        gateway.awaitSessions(1);
        gateway.pass(50);
        peer.expectSilence();
        gateway.advance(44_900);
        peer.expectNothing();
    }

    @Test
    void aWishedKeepAliveCounts() {
        RawPeer brisk = gateway.connect().send(wish(2));
        assertThat(brisk.receive(Frame.Welcome.class).keepAliveSeconds()).isEqualTo(2);
        RawPeer calm = gateway.connect().send(wish(3600));
        calm.receive(Frame.Welcome.class);
        gateway.pass(2_900);
        brisk.expectNothing();
        gateway.advance(3_100);
        brisk.expectError(0, ErrorCode.DEADLINE);
        gateway.pass(5_000_000);
        calm.expectNothing();
        gateway.advance(5_401_000);
        calm.expectError(0, ErrorCode.DEADLINE);
    }

    @Test
    void aLaterHelloChangesTheKeepAliveBothWays() {
        RawPeer peer = gateway.connect().expectNothing().send(wish(100));
        peer.receive(Frame.Welcome.class);
        gateway.pass(149_000);
        peer.expectNothing().send(wish(1));
        peer.receive(Frame.Welcome.class);
        gateway.advance(1_600);
        peer.expectError(0, ErrorCode.DEADLINE);
    }

    @Test
    void theConfiguredKeepAliveIsStatedAndHolds() {
        try (Harness brisk = Harness.start(loops, form, "limits.keep-alive", "4s")) {
            RawPeer peer = brisk.connect();
            assertThat(peer.hello(null).keepAliveSeconds()).isEqualTo(4);
            brisk.advance(6_100);
            peer.expectError(0, ErrorCode.DEADLINE);
        }
    }

    @Test
    void anyByteCountsAsLife() {
        RawPeer peer = gateway.connect();
        byte[] ping = RawPeer.bytes(form, new Frame.Ping(5, Payload.EMPTY));
        RawPeer skipping = gateway.connect().expectNothing();
        peer.expectNothing();
        for (int i = 0; i < 4; i++) {
            gateway.pass(30_000);
            skipping.sendBody(new byte[] {0x30});
            peer.sendBytes(Arrays.copyOf(ping, 3));
            peer.sendBytes(Arrays.copyOfRange(ping, 3, ping.length));
            assertThat(peer.receive()).isEqualTo(new Frame.Pong(5, Payload.EMPTY));
            skipping.expectNothing();
        }
    }

    @Test
    void whatTheGatewaySendsIsNoLifeOfTheClient() {
        RawPeer peer = gateway.connect().subscribe(1, "news");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 4; i++) {
            gateway.pass(10_000);
            publisher.publish(1, "news", "n" + i);
        }
        assertThat(peer.messages(1, 4)).containsExactly("n0", "n1", "n2", "n3");
        gateway.advance(5_100);
        peer.expectError(0, ErrorCode.DEADLINE);
        publisher.expectNothing();
    }

    @Test
    void aFrameBegunAndNotFinishedIs408AfterTenSeconds() {
        RawPeer peer = gateway.connect().expectNothing();
        begin(peer, 20);
        gateway.pass(9_800);
        peer.sendBytes(new byte[1]);
        gateway.settle();
        assertThat(gateway.sessionCount()).isEqualTo(1);
        peer.expectSilence();
        gateway.pass(300);
        peer.expectError(0, ErrorCode.DEADLINE);
        assertThat(peer.answeredIn()).isEqualTo(form);
        peer.expectOrderlyEnd();
    }

    @Test
    void aLengthBegunIsAFrameBegun() {
        RawPeer peer = gateway.connect().expectNothing().sendBytes(new byte[1]);
        gateway.settle();
        gateway.advance(10_100);
        peer.expectError(0, ErrorCode.DEADLINE);
    }

    @Test
    void sixteenKibibytesReceivedAllowOneSecondMore() {
        RawPeer peer = gateway.connect().expectNothing();
        begin(peer, 64 * 1024);
        gateway.pass(13_500);
        peer.expectSilence();
        gateway.advance(1_000);
        peer.expectError(0, ErrorCode.DEADLINE);
    }

    @Test
    void theTimeBeginsAnewWithEachFrame() {
        RawPeer peer = gateway.connect().expectNothing();
        byte[] ping = RawPeer.bytes(form, new Frame.Ping(5, Payload.text("x".repeat(50))));
        peer.sendBytes(Arrays.copyOf(ping, 20));
        gateway.settle();
        for (int i = 0; i < 4; i++) {
            gateway.pass(9_000);
            peer.sendBytes(Arrays.copyOfRange(ping, 20, ping.length));
            peer.sendBytes(Arrays.copyOf(ping, 20));
            peer.receive(Frame.Pong.class);
            gateway.settle();
        }
    }

    /** What is read in several pieces, of which the first ends a frame and a later one goes on with the next. */
    @Test
    void theTimeOfAFrameBegunInTheMidstOfALargeReadIsItsOwn() {
        RawPeer peer = gateway.connect().expectNothing();
        byte[] first = RawPeer.bytes(form, new Frame.Ping(5, Payload.text("x".repeat(50))));
        byte[] second = RawPeer.bytes(form, new Frame.Ping(6, Payload.text("x".repeat(30_000))));
        peer.sendBytes(Arrays.copyOf(first, 20));
        gateway.settle();
        gateway.advance(9_000);
        byte[] both = new byte[first.length - 20 + 12_000];
        System.arraycopy(first, 20, both, 0, first.length - 20);
        System.arraycopy(second, 0, both, first.length - 20, 12_000);
        peer.sendBytes(both);
        peer.receive(Frame.Pong.class);
        gateway.settle();
        gateway.pass(5_000);
        peer.sendBytes(Arrays.copyOfRange(second, 12_000, second.length));
        assertThat(peer.receive(Frame.Pong.class).id()).isEqualTo(6);
    }

    @Test
    void theConfiguredFrameTimeoutHolds() {
        try (Harness brisk = Harness.start(loops, form, "limits.frame-timeout", "500ms")) {
            RawPeer peer = brisk.connect().expectNothing().sendBytes(new byte[2]);
            brisk.settle();
            brisk.advance(600);
            peer.expectError(0, ErrorCode.DEADLINE);
        }
    }

    private static void begin(RawPeer peer, int bytes) {
        byte[] begun = new byte[bytes];
        begun[0] = 0;
        begun[1] = 0x0F;
        begun[4] = 0x30;
        peer.sendBytes(begun);
    }
}
