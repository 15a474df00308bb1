package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3: who has which clientId, and who takes it over. */
@LoopsAndForms
class ClientIdTest {
    @AutoClose
    private final Harness gateway;

    ClientIdTest(int loops, Form form) {
        this.gateway = Harness.start(loops, form);
    }

    private static Frame.Hello hello(int id, String clientId, String resume) {
        return new Frame.Hello(id, 1, null, clientId, Frame.ABSENT, Frame.ABSENT, resume, null, null);
    }

    @Test
    void allAllowedCharactersAndLengthsAreTaken() {
        for (String clientId :
                new String[] {"a", "Z9_-", "-", "x".repeat(64), "abcdefghijklmnopqrstuvwxyz0123456789"}) {
            assertThat(gateway.connect().hello(clientId).clientId()).isEqualTo(clientId);
        }
    }

    @Test
    void aNameInUseIs409WithRetryAfterAndTheEnd() {
        RawPeer holder = gateway.named("taken");
        RawPeer second = gateway.connect().send(hello(8, "taken", null));

        assertThat(second.expectError(8, ErrorCode.CONFLICT).retryAfterMillis()).isPositive();
        second.expectOrderlyEnd();
        holder.expectNothing();
    }

    @Test
    void aNameInUseInALaterHelloIs409AndTheSessionLives() {
        RawPeer holder = gateway.named("taken");
        RawPeer second = gateway.connect().expectNothing().send(hello(8, "taken", null));

        assertThat(second.expectError(8, ErrorCode.CONFLICT).retryAfterMillis()).isPositive();
        second.expectNothing().send(hello(9, "free", null));
        assertThat(second.receive(Frame.Welcome.class).clientId()).isEqualTo("free");
        holder.expectNothing();
    }

    @Test
    void aWrongSecretIs409AndTheHolderStays() {
        RawPeer holder = gateway.named("taken");
        String anothers = gateway.connect().hello("other").resume();
        for (String secret : new String[] {"", "guess", anothers}) {
            RawPeer second = gateway.connect().send(hello(8, "taken", secret));
            second.expectError(8, ErrorCode.CONFLICT);
            second.expectOrderlyEnd();
        }
        holder.expectNothing();
    }

    @Test
    void theSecretTakesTheNameOverAndTheOlderSessionGets409() {
        RawPeer older = gateway.connect();
        Frame.Welcome first = older.hello("mine");
        older.subscribe(2, "news").serve(3, "work");
        RawPeer newer = gateway.connect();
        Frame.Welcome second = newer.hello("mine", first.resume(), Frame.ABSENT);

        assertThat(second.clientId()).isEqualTo("mine");
        assertThat(second.resumed()).isFalse();
        assertThat(second.sessionId()).isNotEqualTo(first.sessionId());
        assertThat(second.resume()).isNotEqualTo(first.resume());
        older.expectError(0, ErrorCode.CONFLICT);
        older.expectOrderlyEnd();
        RawPeer other = gateway.connect().publish(1, "client.mine", "for the newer");
        assertThat(newer.message(0)).isEqualTo("for the newer");
        other.request(2, "work", "").expectError(2, ErrorCode.NO_WORKER);
        newer.expectNothing();
    }

    @Test
    void theSecretIsForOneUse() {
        RawPeer first = gateway.connect();
        String secret = first.hello("mine").resume();
        RawPeer second = gateway.connect();
        second.hello("mine", secret, Frame.ABSENT);
        first.expectError(0, ErrorCode.CONFLICT);

        RawPeer third = gateway.connect().send(hello(8, "mine", secret));
        third.expectError(8, ErrorCode.CONFLICT);
        second.expectNothing();
    }

    @Test
    void theSecretWorksInTheNamingHelloOfASessionThatOpenedWithout() {
        RawPeer older = gateway.connect();
        String secret = older.hello("mine").resume();
        RawPeer newer = gateway.connect().expectNothing().send(hello(8, "mine", secret));

        assertThat(newer.receive(Frame.Welcome.class).clientId()).isEqualTo("mine");
        older.expectError(0, ErrorCode.CONFLICT);
    }

    @Test
    void aSecretOfASessionThatIsGoneOpensANewOne() {
        RawPeer older = gateway.connect();
        String secret = older.hello("mine").resume();
        older.reset();
        gateway.awaitSessions(0);

        Frame.Welcome welcome = gateway.connect().hello("mine", secret, Frame.ABSENT);
        assertThat(welcome.resumed()).isFalse();
        assertThat(welcome.clientId()).isEqualTo("mine");
        assertThat(gateway.connect().hello(null, secret, Frame.ABSENT).resumed())
                .isFalse();
    }

    @Test
    void aNameIsFreeWhenItsSessionHasEnded() {
        RawPeer closed = gateway.named("mine");
        closed.close();
        gateway.awaitSessions(0);
        RawPeer reset = gateway.named("mine");
        reset.reset();
        gateway.awaitSessions(0);
        RawPeer malformed = gateway.named("mine").sendBytes(new byte[4]);
        malformed.expectError(0, ErrorCode.MALFORMED);
        gateway.named("mine").expectNothing();
    }

    @Test
    void manyWhoWantTheSameNameGetItOneAtATime() {
        RawPeer[] peers = new RawPeer[12];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = gateway.connect();
        }
        for (RawPeer peer : peers) {
            peer.send(hello(1, "wanted", null));
        }
        int welcomed = 0;
        for (RawPeer peer : peers) {
            welcomed += peer.receive() instanceof Frame.Welcome ? 1 : 0;
        }
        assertThat(welcomed).isEqualTo(1);
    }
}
