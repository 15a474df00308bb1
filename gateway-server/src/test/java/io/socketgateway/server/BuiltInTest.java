package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Section 4: the services that every gateway has. */
@LoopsAndForms
class BuiltInTest {
    @AutoClose
    private final Harness gateway;

    BuiltInTest(int loops, Form form) {
        gateway = Harness.start(loops, form);
    }

    private static Frame.Request ask(int id, String subject, long credit, Headers headers, Payload payload) {
        return new Frame.Request(id, Subject.of(subject), Frame.ABSENT, credit, headers, payload);
    }

    private static JsonNode json(Frame.Response response) {
        assertThat(response.payload().content()).isEqualTo(Content.JSON);
        return JsonMapper.shared().readTree(response.payload().text());
    }

    @Test
    void echoGivesPayloadContentAndHeadersBack() {
        RawPeer peer = gateway.connect();
        Headers headers = Headers.of("a", "é", "b", "");
        for (Payload payload : new Payload[] {
            Payload.EMPTY,
            Payload.bytes(new byte[] {-1, 0}),
            Payload.text("é"),
            Payload.json(" [1.0, {\"a\":null}]".strip()),
            Payload.cbor(new byte[] {(byte) 0xF6})
        }) {
            peer.send(ask(1, "gateway.echo", Frame.ABSENT, headers, payload));
            assertThat(peer.receive()).isEqualTo(new Frame.Response(1, false, headers, payload));
            peer.send(ask(1, "gateway.echo", Frame.ABSENT, Headers.EMPTY, payload));
            assertThat(peer.receive()).isEqualTo(new Frame.Response(1, false, Headers.EMPTY, payload));
        }
    }

    @Test
    void timeTellsTheTimeTwice() {
        RawPeer peer = gateway.connect().request(1, "gateway.time", "ignored");
        JsonNode time = json(peer.expectResponse(1));
        assertThat(time.propertyNames()).containsExactlyInAnyOrder("epochMillis", "iso");
        assertThat(time.get("epochMillis").isIntegralNumber()).isTrue();
        assertThat(time.get("epochMillis").asLong()).isGreaterThanOrEqualTo(ManualClock.START_MILLIS);
        assertThat(Instant.parse(time.get("iso").asString()).toEpochMilli())
                .isEqualTo(time.get("epochMillis").asLong());
    }

    @Test
    void whoamiTellsWhoAsks() {
        RawPeer peer = gateway.connect();
        Frame.Welcome welcome = peer.hello("who-1");
        peer.request(1, "gateway.whoami", "");
        JsonNode who = json(peer.expectResponse(1));
        assertThat(who.propertyNames())
                .containsExactlyInAnyOrder("sessionId", "clientId", "identity", "transport", "remoteAddress");
        assertThat(who.get("sessionId").asString()).isEqualTo(welcome.sessionId());
        assertThat(who.get("clientId").asString()).isEqualTo("who-1");
        assertThat(who.get("identity").isNull()).isTrue();
        assertThat(who.get("transport").asString()).isEqualTo("tcp");
        assertThat(who.get("remoteAddress").asString()).isEqualTo("127.0.0.1:" + peer.localPort());
    }

    @Test
    void whoamiOfASessionWithoutHelloIsItsAssignedName() {
        RawPeer peer = gateway.connect().request(1, "gateway.whoami", "");
        JsonNode before = json(peer.expectResponse(1));
        Frame.Welcome welcome = peer.hello(null);
        assertThat(welcome.sessionId()).isEqualTo(before.get("sessionId").asString());
        assertThat(welcome.clientId()).isEqualTo(before.get("clientId").asString());
    }

    @Test
    void aStreamGetsASingleResponse() {
        RawPeer peer = gateway.connect();
        for (String subject : new String[] {"gateway.echo", "gateway.time", "gateway.whoami"}) {
            peer.requestStream(1, subject, 5);
            assertThat(peer.expectResponse(1).more()).isFalse();
            peer.expectNothing();
        }
    }

    @Test
    void aStreamWithoutCreditWaitsForIt() {
        RawPeer peer = gateway.connect();
        for (String subject : new String[] {"gateway.echo", "gateway.time", "gateway.whoami"}) {
            peer.requestStream(1, subject, 0).expectNothing();
            peer.request(1, "gateway.echo", "in use").expectError(1, ErrorCode.CONFLICT);
            peer.send(new Frame.Credit(1, 0)).expectNothing();
            peer.send(new Frame.Credit(1, 1));
            assertThat(peer.expectResponse(1).more()).isFalse();
            peer.expectNothing();
        }
    }

    @Test
    void aStreamWithoutCreditMayBeCancelled() {
        RawPeer peer = gateway.connect().requestStream(1, "gateway.echo", 0);
        peer.send(new Frame.Cancel(1)).expectError(1, ErrorCode.CANCELLED);
        peer.send(new Frame.Credit(1, 1)).expectNothing();
    }

    @Test
    void aStreamThatNeverGetsCreditMeetsItsDeadline() {
        RawPeer peer = gateway.connect().requestStream(1, "gateway.echo", 0);
        gateway.pass(30_100);
        peer.expectError(1, ErrorCode.DEADLINE);
        peer.send(new Frame.Credit(1, 1)).expectNothing();
    }

    @Test
    void manyEchoesInOneWriteComeBackInOrder() {
        RawPeer peer = gateway.connect();
        Frame[] echoes = new Frame[500];
        for (int i = 0; i < echoes.length; i++) {
            echoes[i] = RawPeer.requestFrame(i + 1, "gateway.echo", "e" + i);
        }
        peer.send(echoes);
        for (int i = 0; i < echoes.length; i++) {
            assertThat(peer.answer(i + 1)).isEqualTo("e" + i);
        }
    }

    @Test
    void echoesLongerThanTheRequesterTakesAre413() {
        RawPeer peer = gateway.connect();
        peer.hello(null, null, 1024);
        peer.send(ask(1, "gateway.echo", Frame.ABSENT, Headers.of("h", "x".repeat(600)), Payload.text("x".repeat(600))))
                .expectError(1, ErrorCode.TOO_LARGE);
        peer.expectNothing();
    }
}
