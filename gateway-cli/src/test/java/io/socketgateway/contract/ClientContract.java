package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.IncomingMessage;
import io.socketgateway.client.Request;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Clients by their names: what is sent to one of them, who they are, and what the gateway itself answers. */
public interface ClientContract extends TargetHolder {
    /** What {@code gateway.time} answers. */
    record Time(long epochMillis, String iso) {}

    private static String addressOf(GatewayClient client) {
        return "client." + client.clientId();
    }

    @Test
    default void aMessageToAClientReachesThatOneOnly() {
        GatewayClient addressed = target().client();
        GatewayClient other = target().client();
        Inbox inbox = new Inbox();
        addressed.onMessage(inbox);
        Inbox others = new Inbox();
        other.onMessage(others);

        Await.value(other.publishConfirmed(addressOf(addressed), Headers.of("k", "v"), Payload.text("psst")));
        Await.value(other.publishConfirmed(addressOf(other), Payload.text("me")));

        IncomingMessage message = inbox.next();
        assertThat(message.subject()).isEqualTo(addressOf(addressed));
        assertThat(message.text()).isEqualTo("psst");
        assertThat(message.headers().toMap()).isEqualTo(Map.of("k", "v"));
        assertThat(others.next().text()).isEqualTo("me");
        assertThat(others.waiting()).isZero();
    }

    @Test
    default void aClientWithoutAHandlerDropsItsMessagesAndLivesOn() {
        GatewayClient silent = target().client();
        Await.value(target().client().publishConfirmed(addressOf(silent), Payload.text("anyone?")));

        assertThat(silent.requestAndWait("gateway.echo", Payload.text("x")).text())
                .isEqualTo("x");
        Inbox inbox = new Inbox();
        silent.onMessage(inbox);
        Await.value(target().client().publishConfirmed(addressOf(silent), Payload.text("now")));
        assertThat(inbox.next().text()).isEqualTo("now");
    }

    @Test
    default void aMessageToNoClientIs404() {
        GatewayClient client = target().client();
        for (String nobody : List.of("client.nobody-of-that-name", "client", "client.a.b")) {
            assertThat(Await.failure(client.publishConfirmed(nobody, Payload.EMPTY))
                            .code())
                    .as(nobody)
                    .isEqualTo(ErrorCode.NO_WORKER);
            GatewayException fault = Await.failure(client.request(nobody, Payload.EMPTY));
            assertThat(fault.code()).as(nobody).isEqualTo(ErrorCode.NO_WORKER);
            assertThat(fault.notProcessed()).as(nobody).isTrue();
        }
        client.publish("client.nobody-of-that-name", Payload.EMPTY); // silently lost
        Await.value(client.ping());
    }

    @Test
    default void aClientMayBeAskedItself() {
        GatewayClient asked = target().client();
        asked.onRequest(request -> Response.text(request.subject() + " heard " + request.text()));

        assertThat(target().client()
                        .requestAndWait(addressOf(asked), Payload.text("hi"))
                        .text())
                .isEqualTo(addressOf(asked) + " heard hi");
        assertThat(asked.requestAndWait(addressOf(asked), Payload.text("me")).text())
                .endsWith("heard me");
    }

    @Test
    default void aClientThatHandlesNoRequestsAnswers404() {
        GatewayClient silent = target().client();

        GatewayException fault = Await.failure(target().client().request(addressOf(silent), Payload.EMPTY));

        assertThat(fault.code()).isEqualTo(ErrorCode.NO_WORKER);
        assertThat(fault.notProcessed()).isTrue();
    }

    @Test
    default void handlersGivenBeforeConnectingMissNothing() {
        Inbox inbox = new Inbox();
        GatewayClient client =
                target().client(builder -> builder.onMessage(inbox).onRequest(request -> Response.text("early")));
        GatewayClient other = target().client();

        other.publish(addressOf(client), Payload.text("first"));

        assertThat(inbox.next().text()).isEqualTo("first");
        assertThat(other.requestAndWait(addressOf(client), Payload.EMPTY).text())
                .isEqualTo("early");
    }

    @Test
    default void aClientThatLeftIs404() {
        GatewayClient left = target().client();
        String address = addressOf(left);
        GatewayClient client = target().client();
        Await.value(client.publishConfirmed(address, Payload.EMPTY));

        left.close();

        Await.untilAsserted(() -> assertThat(
                        Await.failure(client.request(address, Payload.EMPTY)).code())
                .isEqualTo(ErrorCode.NO_WORKER));
    }

    @Test
    default void everyClientHasItsOwnNameAndSession() {
        Set<String> names = new HashSet<>();
        Set<String> sessions = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            GatewayClient client = target().client();
            assertThat(client.clientId()).matches("[A-Za-z0-9_-]{1,64}");
            names.add(client.clientId());
            sessions.add(client.sessionId());
        }
        assertThat(names).hasSize(5);
        assertThat(sessions).hasSize(5);
    }

    @Test
    default void aClientMayHaveTheNameThatItWants() {
        String name = target().subject("Name_-9").replace('.', '-');
        GatewayClient client = target().client(builder -> builder.clientId(name));
        assertThat(client.clientId()).isEqualTo(name);

        GatewayException inUse = Await.thrown(() -> target().client(builder -> builder.clientId(name)));
        assertThat(inUse.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(inUse.retryAfter()).isPresent();
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
        Await.value(client.ping());

        client.close();
        GatewayClient successor = target().client(builder -> builder.clientId(name));
        assertThat(successor.clientId()).isEqualTo(name);
    }

    @Test
    default void theEchoAnswersPayloadContentAndHeaders() {
        Response response = Await.value(target().client()
                .request(Request.to("gateway.echo")
                        .header("a", "1")
                        .json("{\"x\":[ ]}")
                        .build()));

        assertThat(response.payload()).isEqualTo(Payload.json("{\"x\":[ ]}"));
        assertThat(response.headers().toMap()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    default void theGatewayTellsTheTime() {
        Time time = Await.value(target().client().request("gateway.time", "", Time.class));

        assertThat(Instant.parse(time.iso()).toEpochMilli()).isEqualTo(time.epochMillis());
        assertThat(time.epochMillis())
                .isGreaterThan(Instant.parse("2020-01-01T00:00:00Z").toEpochMilli());
    }

    @Test
    default void theGatewayTellsAClientWhoItIs() {
        GatewayClient client = target().client();

        Map<?, ?> who =
                Await.value(client.request("gateway.whoami", Payload.EMPTY)).as(Map.class);

        assertThat(who.get("sessionId")).isEqualTo(client.sessionId());
        assertThat(who.get("clientId")).isEqualTo(client.clientId());
        assertThat(who.containsKey("identity")).isTrue();
        assertThat(who.get("identity")).isNull();
        assertThat(who.get("transport")).isEqualTo(target().transport());
        assertThat(who.get("remoteAddress")).asString().matches(".+:\\d+");
    }

    @Test
    default void aPingTellsHowLongTheWayIs() {
        assertThat(Await.value(target().client().ping())).isBetween(Duration.ofNanos(1), Await.LONG);
    }

    @Test
    default void aClientIsConnectedUntilItIsClosed() {
        GatewayClient client = target().client();
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);

        client.close();
        client.close();

        assertThat(client.state()).isEqualTo(ConnectionState.CLOSED);
        assertThat(client.state().isFinal()).isTrue();
        GatewayException fault = Await.failure(client.request("gateway.echo", Payload.EMPTY));
        assertThat(fault.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fault.notProcessed()).isTrue();
        assertThat(Await.thrown(() -> client.publish("a", Payload.EMPTY)).code())
                .isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(Await.thrown(() -> client.subscribe("a", message -> {})).code())
                .isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(Await.failure(client.ping()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
}
