package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3, datagram sessions: how one opens, and that nothing opens or stays before the address is proven. */
@LoopsAndForms
class DatagramHelloTest {
    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    DatagramHelloTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.startWithDatagrams(loops, form);
    }

    private static Frame.Hello wish(int id, long keepAliveSeconds) {
        return new Frame.Hello(id, 1, null, null, keepAliveSeconds, Frame.ABSENT, null, null, null);
    }

    private String challenged(RawDatagramPeer peer, int id) {
        Frame.Challenge challenge = peer.receiveOutside(Frame.Challenge.class);
        assertThat(challenge.id()).isEqualTo(id);
        assertThat(challenge.cookie()).isNotEmpty();
        assertThat(peer.answeredIn()).isEqualTo(form);
        assertThat(gateway.sessionCount()).isZero();
        return challenge.cookie();
    }

    @Test
    void aHelloWithoutCookieIsChallengedAndLeavesNoState() {
        RawDatagramPeer peer = gateway.datagramPeer();
        for (int id : new int[] {77, 0, -1, 77}) {
            peer.sendHello(Frame.Hello.of(id));
            challenged(peer, id);
        }
    }

    @Test
    void theChallengeIsAtMostThreeTimesAsLongAsTheHello() {
        RawDatagramPeer peer = gateway.datagramPeer().sendHello(Frame.Hello.of(-1));
        challenged(peer, -1);
        assertThat(peer.receivedBytes()).isLessThanOrEqualTo(3 * peer.sentBytes());
    }

    @Test
    void aHelloWithTheCookieIsWelcomedWithAllThatTheClientNeeds() {
        RawDatagramPeer peer = gateway.datagramPeer();
        String cookie = peer.cookie();
        peer.sendHello(PeerFrames.hello(78, "device-1", cookie));
        Frame.Welcome welcome = peer.welcomed(78);

        assertThat(peer.answeredIn()).isEqualTo(form);
        assertThat(welcome.version()).isEqualTo(1);
        assertThat(welcome.sessionId()).isNotEmpty();
        assertThat(welcome.clientId()).isEqualTo("device-1");
        assertThat(welcome.datagramToken()).matches("[0-9a-f]{16}");
        assertThat(welcome.resume()).hasSizeGreaterThanOrEqualTo(22);
        assertThat(welcome.resumed()).isFalse();
        assertThat(welcome.keepAliveSeconds()).isEqualTo(30);
        assertThat(welcome.maxFrameBytes()).isEqualTo(8192);
        assertThat(welcome.limits()).isEqualTo(new Frame.SessionLimits(1024, 1000, 256));
        assertThat(welcome.node()).isEqualTo("node-under-test");
        assertThat(gateway.sessionCount()).isEqualTo(1);
        peer.expectNothing();
    }

    @Test
    void everySessionHasItsOwnTokenNamesAndSecret() {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Frame.Welcome welcome = gateway.datagramPeer().open(null);
            assertThat(welcome.clientId()).matches("[A-Za-z0-9_-]{1,64}");
            assertThat(seen.add("token " + welcome.datagramToken())).isTrue();
            assertThat(seen.add("session " + welcome.sessionId())).isTrue();
            assertThat(seen.add("client " + welcome.clientId())).isTrue();
            assertThat(seen.add("secret " + welcome.resume())).isTrue();
        }
        assertThat(gateway.sessionCount()).isEqualTo(20);
    }

    @Test
    void aDatagramWithHelloUnder64BytesIsDropped() {
        RawDatagramPeer peer = gateway.datagramPeer();
        Frame.Hello bare = Frame.Hello.of(5);
        assertThat(peer.frames(bare)).hasSizeLessThan(RawDatagramPeer.FLOOR_BYTES);
        peer.sendBytes(peer.frames(bare));
        peer.sendBytes(peer.padded(bare, RawDatagramPeer.FLOOR_BYTES - 1));
        gateway.expectNoAnswer(peer);

        peer.sendBytes(peer.padded(bare, RawDatagramPeer.FLOOR_BYTES));
        challenged(peer, 5);
    }

    @Test
    void aCookieIsGoodForThirtySeconds() {
        RawDatagramPeer prompt = gateway.datagramPeer();
        RawDatagramPeer late = gateway.datagramPeer();
        String cookie = late.cookie();
        String old = prompt.cookie();
        gateway.pass(29_900);
        prompt.sendHello(PeerFrames.hello(1, null, old)).welcomed(1);
        gateway.pass(200);

        late.sendHello(PeerFrames.hello(2, null, cookie));
        String fresh = late.receiveOutside(Frame.Challenge.class).cookie();
        assertThat(fresh).isNotEqualTo(cookie);
        assertThat(gateway.sessionCount()).isEqualTo(1);
        late.sendHello(PeerFrames.hello(2, null, fresh)).welcomed(2);
    }

    @Test
    void aCookieOfAnotherPortIsChallenged() {
        String cookie = gateway.datagramPeer().cookie();
        RawDatagramPeer other = gateway.datagramPeer().sendHello(PeerFrames.hello(3, null, cookie));
        assertThat(challenged(other, 3)).isNotEqualTo(cookie);
    }

    @Test
    void aCookieOfAnotherAddressIsChallenged() {
        RawDatagramPeer peer = gateway.datagramPeer();
        String cookie = peer.cookie();
        RawDatagramPeer other = gateway.keep(
                RawDatagramPeer.at(gateway.datagramAddress(), form, Harness.loopback(2), peer.localPort()));
        other.sendHello(PeerFrames.hello(3, null, cookie));
        assertThat(challenged(other, 3)).isNotEqualTo(cookie);
    }

    @Test
    void aCookieThatWasTamperedWithIsChallenged() {
        RawDatagramPeer peer = gateway.datagramPeer();
        String cookie = peer.cookie();
        for (int i = 0; i < cookie.length(); i++) {
            char other = cookie.charAt(i) == '0' ? '1' : '0';
            String forged = cookie.substring(0, i) + other + cookie.substring(i + 1);
            peer.sendHello(PeerFrames.hello(i, null, forged));
            challenged(peer, i);
        }
        for (String forged : new String[] {
            "",
            "0",
            cookie.substring(1),
            cookie.substring(0, cookie.length() - 1),
            cookie + "0",
            cookie + cookie,
            "x".repeat(cookie.length()),
            " " + cookie,
            "-".repeat(cookie.length()),
            "ä".repeat(cookie.length())
        }) {
            peer.sendHello(PeerFrames.hello(99, null, forged));
            challenged(peer, 99);
        }
        peer.sendHello(PeerFrames.hello(100, null, cookie)).welcomed(100);
    }

    @Test
    void theSameHelloGetsTheSameWelcome() {
        RawDatagramPeer peer = gateway.datagramPeer();
        Frame.Hello hello = PeerFrames.hello(9, "same", peer.cookie());
        Frame.Welcome first = peer.sendHello(hello).welcomed(9);
        assertThat(peer.sendHello(hello).welcomed(9)).isEqualTo(first);
        peer.expectNothing();
        gateway.pass(1_000);
        peer.subscribe(10, "a");

        assertThat(peer.sendHello(hello).welcomed(9)).isEqualTo(first);
        assertThat(gateway.sessionCount()).isEqualTo(1);
        gateway.connect().publish(1, "a", "still subscribed");
        assertThat(peer.message(10)).isEqualTo("still subscribed");
    }

    @Test
    void theSameHelloWithANewCookieGetsTheSameWelcomeAsLongAsTheSessionIsNotUsed() {
        RawDatagramPeer peer = gateway.datagramPeer();
        Frame.Welcome first =
                peer.sendHello(PeerFrames.hello(9, "same", peer.cookie())).welcomed(9);
        gateway.pass(1_000);
        Frame.Hello again = PeerFrames.hello(9, "same", peer.cookie());
        assertThat(peer.sendHello(again).welcomed(9)).isEqualTo(first);
        assertThat(gateway.sessionCount()).isEqualTo(1);
    }

    @Test
    void aClientThatBeginsAnewOnTheSamePortGetsAnotherSessionAndItsNameBack() {
        RawDatagramPeer peer = gateway.datagramPeer();
        Frame.Welcome first =
                peer.sendHello(PeerFrames.hello(9, "device", peer.cookie())).welcomed(9);
        peer.expectNothing();
        gateway.pass(1_000);

        Frame.Hello anew = PeerFrames.hello(9, "device", peer.cookie());
        peer.sendHello(anew).expectError(0, ErrorCode.CONFLICT);
        Frame.Welcome second = peer.welcomed(9);
        assertThat(second.sessionId()).isNotEqualTo(first.sessionId());
        assertThat(second.datagramToken()).isNotEqualTo(first.datagramToken());
        assertThat(second.clientId()).isEqualTo("device");
        peer.expectNothing();
        assertThat(gateway.sessionCount()).isEqualTo(1);
    }

    @Test
    void aClientThatHasMovedIsNotTheOneThatBeginsAnewAtItsOldAddress() {
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.open(null);
        RawDatagramPeer elsewhere = gateway.elsewhere(peer);
        elsewhere.expectNothing();
        Harness.eventually(() -> !elsewhere.proofsWanted().isEmpty());
        Payload proof = elsewhere.proofsWanted().get(0).payload();
        elsewhere.send(new Frame.Pong(0, proof)).expectNothing();
        gateway.pass(1_000);

        peer.open(null);
        peer.expectNothing();
        elsewhere.expectNothing();
        assertThat(gateway.sessionCount()).isEqualTo(2);
    }

    @Test
    void aHelloWithAnotherIdOpensAnotherSessionAndTheOlderLivesOnByItsToken() {
        RawDatagramPeer peer = gateway.datagramPeer();
        String cookie = peer.cookie();
        Frame.Welcome first = peer.sendHello(PeerFrames.hello(1, null, cookie)).welcomed(1);
        long older = peer.token();
        Frame.Welcome second = peer.sendHello(PeerFrames.hello(2, null, cookie)).welcomed(2);

        assertThat(second.sessionId()).isNotEqualTo(first.sessionId());
        assertThat(peer.token()).isNotEqualTo(older);
        peer.expectNothing();
        peer.bear(older).expectNothing();
        assertThat(gateway.sessionCount()).isEqualTo(2);
    }

    @Test
    void aLateCopyOfAHelloWhoseSessionHasEndedOpensNothing() {
        RawDatagramPeer peer = gateway.datagramPeer();
        Frame.Hello hello = PeerFrames.hello(1, "back", peer.cookie());
        Frame.Welcome first = peer.sendHello(hello).welcomed(1);
        peer.send(new Frame.GoAway(2, null, Frame.ABSENT)).receive(Frame.GoAway.class);
        gateway.awaitSessions(0);

        gateway.advance(1);
        String cookie =
                peer.sendHello(hello).receiveOutside(Frame.Challenge.class).cookie();
        assertThat(gateway.sessionCount()).isZero();

        Frame.Welcome second =
                peer.sendHello(PeerFrames.hello(1, "back", cookie)).welcomed(1);
        assertThat(second.sessionId()).isNotEqualTo(first.sessionId());
        assertThat(second.clientId()).isEqualTo("back");
    }

    @Test
    void anotherVersionIs505WithTheIdAndNoSession() {
        RawDatagramPeer peer = gateway.datagramPeer();
        String cookie = peer.cookie();
        peer.sendHello(new Frame.Hello(5, 2, null, null, Frame.ABSENT, Frame.ABSENT, null, cookie, null));
        assertThat(peer.expectErrorOutside(5, ErrorCode.VERSION).message()).isNotEmpty();
        assertThat(peer.answeredIn()).isEqualTo(form);
        assertThat(gateway.sessionCount()).isZero();
    }

    @Test
    void anOpeningHelloThatBreaksARuleIs400WithTheIdAndNoSession() {
        RawDatagramPeer peer = gateway.datagramPeer(Form.JSON);
        for (String member : new String[] {"\"clientId\":\"a b\"", "\"maxFrameBytes\":1023"}) {
            String body = "{\"type\":\"hello\",\"id\":9," + member + "}" + " ".repeat(40);
            peer.sendBytes(RawPeer.withLength(body.getBytes(StandardCharsets.UTF_8)));
            peer.expectErrorOutside(9, ErrorCode.MALFORMED);
            assertThat(peer.answeredIn()).isEqualTo(Form.JSON);
        }
        assertThat(gateway.sessionCount()).isZero();
    }

    @Test
    void aNameInUseIs409WithRetryAfterAndNoSession() {
        RawPeer holder = gateway.named("taken");
        RawDatagramPeer peer = gateway.datagramPeer();
        peer.sendHello(PeerFrames.hello(8, "taken", peer.cookie()));
        assertThat(peer.expectErrorOutside(8, ErrorCode.CONFLICT).retryAfterMillis())
                .isPositive();
        assertThat(gateway.sessionCount()).isEqualTo(1);
        holder.expectNothing();
    }

    @Test
    void oneSessionTooManyIs503WithTheIdAndThereIsRoomAgainWhenOneLeaves() {
        try (Harness few = Harness.startWithDatagrams(loops, form, "limits.sessions", "2")) {
            few.datagramSession("first");
            RawDatagramPeer second = few.datagramSession("second");
            RawDatagramPeer third = few.datagramPeer();
            Frame.Hello hello = PeerFrames.hello(7, "third", third.cookie());
            third.sendHello(hello).expectErrorOutside(7, ErrorCode.UNAVAILABLE);
            third.sendHello(hello).expectErrorOutside(7, ErrorCode.UNAVAILABLE);
            assertThat(few.sessionCount()).isEqualTo(2);

            second.send(new Frame.GoAway(2, null, Frame.ABSENT)).receive(Frame.GoAway.class);
            few.awaitSessions(1);
            third.sendHello(hello).welcomed(7);
        }
    }

    @Test
    void aHelloMustBeAloneInItsDatagramOutsideASession() {
        RawDatagramPeer peer = gateway.datagramPeer();
        String cookie = peer.cookie();
        Frame.Hello hello = PeerFrames.hello(1, null, cookie);
        peer.sendOutside(hello, new Frame.Ping(2, Payload.EMPTY)).expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
        peer.sendOutside(hello, PeerFrames.hello(2, null, cookie)).expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
        assertThat(gateway.sessionCount()).isZero();
    }

    @Test
    void aLaterHelloIsAnsweredInTheSessionAndChangesTheKeepAlive() {
        RawDatagramPeer peer = gateway.datagramPeer();
        Frame.Welcome first = peer.open("first");
        peer.send(padding(wish(2, 17)));
        Frame.Welcome second = peer.receive(Frame.Welcome.class);

        assertThat(second.id()).isEqualTo(2);
        assertThat(second.sessionId()).isEqualTo(first.sessionId());
        assertThat(second.datagramToken()).isEqualTo(first.datagramToken());
        assertThat(second.keepAliveSeconds()).isEqualTo(17);
        assertThat(gateway.sessionCount()).isEqualTo(1);
    }

    /** The same, long enough for a datagram by its agent. */
    private static Frame.Hello padding(Frame.Hello hello) {
        return new Frame.Hello(
                hello.id(),
                1,
                null,
                hello.clientId(),
                hello.keepAliveSeconds(),
                hello.maxFrameBytes(),
                null,
                null,
                "a".repeat(64));
    }

    @Test
    void aLaterHelloUnder64BytesIsDropped() {
        RawDatagramPeer peer = gateway.datagramSession(null);
        sendLaterHello(peer, RawDatagramPeer.FLOOR_BYTES - 1);
        peer.expectNothing();
        sendLaterHello(peer, RawDatagramPeer.FLOOR_BYTES);
        assertThat(peer.receive(Frame.Welcome.class).keepAliveSeconds()).isEqualTo(17);
    }

    /** HELLO with id 2 and a wish of 17 s, in a datagram of exactly that length. */
    private void sendLaterHello(RawDatagramPeer peer, int datagramBytes) {
        String body = form == Form.BINARY
                ? "\u0001\0\0\0\0\u0002{\"keepAliveSeconds\":17}"
                : "{\"type\":\"hello\",\"id\":2,\"keepAliveSeconds\":17}";
        String padded = body + " ".repeat(datagramBytes - RawDatagramPeer.OVERHEAD_BYTES - body.length());
        byte[] frames = RawPeer.withLength(padded.getBytes(StandardCharsets.ISO_8859_1));
        peer.sendBytes(PeerFrames.inSession(peer.token(), frames));
    }

    @Test
    void aSessionIsAnsweredInTheFormOfItsLatestHello() {
        Form other = form == Form.BINARY ? Form.JSON : Form.BINARY;
        RawDatagramPeer peer = gateway.datagramSession(null).speak(other).expectNothing();
        assertThat(peer.answeredIn()).isEqualTo(form);
        peer.send(padding(wish(2, 17))).receive(Frame.Welcome.class);
        assertThat(peer.answeredIn()).isEqualTo(other);
        peer.speak(form).expectNothing();
        assertThat(peer.answeredIn()).isEqualTo(other);
    }

    @Test
    void keepAliveWishesAreClamped() {
        for (long[] wish : new long[][] {{0, 1}, {Frame.MAX_U32, 3600}, {3600, 3600}}) {
            assertThat(gateway.datagramPeer().openWith(wish(1, wish[0])).keepAliveSeconds())
                    .isEqualTo(wish[1]);
        }
    }
}
