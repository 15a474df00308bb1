package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.client.Service;
import io.socketgateway.client.Subscription;
import io.socketgateway.contract.Relay.Way;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.FrameCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is {@code client.<clientId>} when the network is bad, or when several want to be. */
final class TakeoverTest {
    private Scene scene;
    private final States states = new States();

    @BeforeEach
    void open() {
        scene = Scene.open();
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private GatewayClient named(String clientId) {
        return scene.relayed(builder -> builder.clientId(clientId).onState(states));
    }

    @Test
    void aClientThatWasCutTakesItsNameBackFromItsOldSession() {
        GatewayClient client = named("cut");
        Inbox own = new Inbox();
        client.onMessage(own);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        String subject = scene.subject("slow");
        GatewayClient other = scene.direct();
        other.serveAsync(subject, request -> {
            request.onCancel(cancelled::countDown);
            begun.countDown();
            return new CompletableFuture<>();
        });
        CompletableFuture<Response> underWay = client.request(subject, Payload.EMPTY);
        Await.opened(begun);
        String session = client.sessionId();

        scene.relay().resetClientSide(); // the gateway does not notice

        states.await(ConnectionState.CONNECTED, 2);
        assertThat(client.clientId()).isEqualTo("cut");
        assertThat(client.sessionId()).isNotEqualTo(session);
        assertThat(Await.failure(underWay).mayHaveBeenProcessed()).isTrue();
        Await.opened(cancelled);
        Await.value(other.publishConfirmed("client.cut", Payload.text("still you?")));
        assertThat(own.next().text()).isEqualTo("still you?");
        Await.until("the old session is gone", () -> scene.gateway().sessionCount() == 2);
        assertThat(states.seen())
                .containsExactly(ConnectionState.CONNECTED, ConnectionState.RECONNECTING, ConnectionState.CONNECTED);
    }

    @Test
    void aNameThatTheGatewayGaveIsTakenBackToo() {
        GatewayClient client = scene.relayed(builder -> builder.onState(states));
        String clientId = client.clientId();

        for (int round = 2; round < 7; round++) {
            scene.relay().resetClientSide();
            states.await(ConnectionState.CONNECTED, round);
            assertThat(client.clientId()).isEqualTo(clientId);
        }
        Await.until("the old sessions are gone", () -> scene.gateway().sessionCount() == 1);
    }

    @Test
    void aClientThatWantedNoNameComesBackThoughItsWelcomeWasLost() {
        GatewayClient client = scene.relayed(builder -> builder.onState(states));

        loseTheNextWelcome();

        states.await(ConnectionState.CONNECTED, 2);
        assertThat(client.requestAndWait("gateway.echo", Payload.text("back")).text())
                .isEqualTo("back");
    }

    /** Cuts the client off, lets its next session begin, and cuts that off before the client hears of it. */
    private void loseTheNextWelcome() {
        scene.relay().stall(Way.TO_CLIENT);
        scene.relay().resetClientSide();
        Await.until("it has come again", () -> scene.gateway().sessionCount() == 2);
        Await.until("it has replaced its old session", () -> scene.gateway().sessionCount() == 1);
        scene.relay().resetClientSide(); // the WELCOME is lost, and the gateway does not notice
        scene.relay().resume();
    }

    @Test
    void anotherClientCannotTakeANameThatIsCutButNotLost() {
        GatewayClient client = named("mine");
        scene.relay().refuse();
        scene.relay().resetClientSide(); // the session still stands
        states.await(ConnectionState.RECONNECTING, 1);

        GatewayException fault = Await.thrown(() -> GatewayClient.builder()
                .url("tcp://127.0.0.1:" + scene.port())
                .clientId("mine")
                .connect());

        assertThat(fault.code()).isEqualTo(ErrorCode.CONFLICT);
        scene.relay().accept();
        states.await(ConnectionState.CONNECTED, 2);
        assertThat(client.clientId()).isEqualTo("mine");
    }

    @Test
    void ofTwoThatWantTheSameNameAtOnceOneGetsIt() {
        for (int round = 0; round < 20; round++) {
            GatewayClientBuilder builder = GatewayClient.builder()
                    .url("tcp://127.0.0.1:" + scene.port())
                    .clientId("fought-over");
            List<CompletableFuture<GatewayClient>> fighters = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                fighters.add(builder.connectAsync());
            }
            List<GatewayClient> winners = new ArrayList<>();
            for (CompletableFuture<GatewayClient> fighter : fighters) {
                Object outcome = Await.value(fighter.handle((client, fault) -> fault == null ? client : fault));
                if (outcome instanceof GatewayClient winner) {
                    winners.add(winner);
                } else {
                    GatewayException fault = (GatewayException) outcome;
                    assertThat(fault.code()).isEqualTo(ErrorCode.CONFLICT);
                    assertThat(fault.retryAfter()).isPresent();
                    assertThat(fault.notProcessed()).isTrue();
                }
            }
            assertThat(winners).hasSize(1);
            Await.value(winners.get(0).ping());
            winners.get(0).close();
        }
    }

    @Test
    void aClientWhoseNameWasGivenAwayWaitsUntilItIsFree() {
        GatewayClient client = named("lent");
        Inbox inbox = new Inbox();
        client.subscribe(scene.subject("x"), inbox);
        scene.relay().refuse();
        scene.relay().reset();
        states.await(ConnectionState.RECONNECTING, 1);
        GatewayClient usurper = Await.value(CompletableFuture.supplyAsync(this::lentDirectly));

        long before = scene.relay().accepted();
        scene.relay().accept();
        Await.until("it has asked for its name", () -> scene.relay().accepted() > before);
        assertThat(usurper.clientId()).isEqualTo("lent");
        Await.value(usurper.ping());
        assertThat(client.state()).isEqualTo(ConnectionState.RECONNECTING);
        usurper.close();

        states.await(ConnectionState.CONNECTED, 2);
        assertThat(client.clientId()).isEqualTo("lent");
        assertThat(client.requestAndWait("gateway.echo", Payload.text("mine again"))
                        .text())
                .isEqualTo("mine again");
        assertThat(scene.relay().accepted() - before)
                .as("it came no sooner than it was told to")
                .isLessThan(20);
    }

    private GatewayClient lentDirectly() {
        Object[] connected = new Object[1];
        Await.untilAsserted(() -> connected[0] = GatewayClient.builder()
                .url("tcp://127.0.0.1:" + scene.port())
                .clientId("lent")
                .connect());
        return (GatewayClient) connected[0];
    }

    @Test
    void aClientThatIsReplacedForGoodStopsAndSaysSo() throws IOException {
        GatewayClient client = named("replaced");
        Subscription subscription = client.subscribe(scene.subject("x"), message -> {});
        Service service = client.serve(scene.subject("y"), request -> Response.empty());
        String secret = secretIn(scene.relay().recorded(Way.TO_CLIENT));
        CountDownLatch begun = new CountDownLatch(1);
        String slow = scene.subject("slow");
        scene.direct().serveAsync(slow, request -> {
            begun.countDown();
            return new CompletableFuture<>();
        });
        CompletableFuture<Response> underWay = client.request(slow, Payload.EMPTY);
        Await.opened(begun);

        try (Socket successor = new Socket(InetAddress.getLoopbackAddress(), scene.port())) {
            String answer = hello(successor, "replaced", secret);
            assertThat(answer)
                    .contains("\"welcome\"")
                    .contains("\"clientId\":\"replaced\"")
                    .contains("\"resumed\":false");

            GatewayException reason = states.reasonOf(ConnectionState.REJECTED);
            assertThat(reason.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(client.state().isFinal()).isTrue();
            assertThat(Await.failure(underWay).mayHaveBeenProcessed()).isTrue();
            GatewayException refused = Await.failure(client.request("gateway.echo", Payload.EMPTY));
            assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(refused.notProcessed()).isTrue();
            Await.until("the subscription has ended", () -> !subscription.isActive());
            assertThat(subscription.failure()).isPresent();
            Await.until("the service has ended", () -> !service.isActive());
            assertThat(scene.relay().accepted()).as("it did not come back").isEqualTo(1);
            client.close();
            assertThat(states.seen()).doesNotContain(ConnectionState.RECONNECTING);
        }
    }

    /** The resume secret in the WELCOME that came first. */
    private static String secretIn(byte[] stream) {
        ByteBuf in = Unpooled.wrappedBuffer(stream);
        Frame frame = FrameCodec.decode(in, in.readInt(), Side.GATEWAY, Carrier.STREAM);
        return ((Frame.Welcome) frame).resume();
    }

    /** Greets in JSON and returns what is answered. */
    private static String hello(Socket socket, String clientId, String secret) throws IOException {
        byte[] body = ("{\"type\":\"hello\",\"id\":1,\"clientId\":\"" + clientId + "\",\"resume\":\"" + secret + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[4 + body.length];
        frame[3] = (byte) body.length;
        System.arraycopy(body, 0, frame, 4, body.length);
        socket.getOutputStream().write(frame);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = new byte[in.readInt()];
        in.readFully(answer);
        return new String(answer, StandardCharsets.UTF_8);
    }
}
