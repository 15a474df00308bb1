package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class PingCommandTest {
    private static final String MILLIS = "[0-9]+\\.[0-9]{3}";
    private static final int HELLO = 1;
    private static final int PING = 3;
    private static final int PONG = 4;

    @Test
    void aLostPingIsShownAndDoesNotEndTheRun() throws IOException {
        try (Peer peer = Peer.answering(ping -> ping % 2 == 0)) {
            CommandRun run = CommandRun.run("ping", "--count", "3", "--timeout", "1s", "--url", peer.url());
            assertThat(run.out())
                    .matches("pong after " + MILLIS + " ms\n"
                            + "lost: no answer within the timeout\n"
                            + "pong after " + MILLIS + " ms\n"
                            + "3 sent, 2 answered, 33.3 % lost; round trip min/avg/max "
                            + MILLIS + "/" + MILLIS + "/" + MILLIS + " ms\n");
            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void ifNoneIsAnsweredTheCommandFails() throws IOException {
        try (Peer peer = Peer.answering(ping -> false)) {
            CommandRun run = CommandRun.run("ping", "--timeout", "1s", "--url", peer.url());
            assertThat(run.out()).isEqualTo("lost: no answer within the timeout\n1 sent, 0 answered, 100.0 % lost\n");
            assertThat(run.err()).isEqualTo("error 408 DEADLINE: no answer within the timeout\n");
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void programsAreToldOfLossesToo() throws IOException {
        try (Peer peer = Peer.answering(ping -> ping == 1)) {
            CommandRun run = CommandRun.run("ping", "-n", "2", "--timeout", "1s", "--json", "-u", peer.url());
            assertThat(run.out())
                    .matches("\\{\"lost\":\"no answer within the timeout\"}\n\\{\"millis\":" + MILLIS + "}\n");
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void aLostPingIsNotWaitedForAsLongAsAnAnswerThatTakesWork() {
        assertThat(CommandRun.run("ping", "--help").out().replaceAll("\\s+", " "))
                .contains("250ms, 10s, 10m. Default: 2s.");
        assertThat(CommandRun.run("request", "--help").out().replaceAll("\\s+", " "))
                .contains("250ms, 10s, 10m. Default: 30s.");
    }

    /** A gateway that answers HELLO and, of the PINGs, only some. */
    private record Peer(ServerSocket listener, CompletableFuture<Void> serving) implements AutoCloseable {
        static Peer answering(IntPredicate pings) throws IOException {
            ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            return new Peer(listener, CompletableFuture.runAsync(() -> serve(listener, pings)));
        }

        String url() {
            return "tcp://127.0.0.1:" + listener.getLocalPort();
        }

        private static void serve(ServerSocket listener, IntPredicate pings) {
            try (Socket socket = listener.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                int count = 0;
                while (true) {
                    byte[] body = in.readNBytes(in.readInt());
                    if (body[0] == HELLO) {
                        answer(out, """
                                {"type":"welcome","id":%d,"version":1,"sessionId":"s","clientId":"c","resume":"",\
                                "resumed":false,"keepAliveSeconds":30,"maxFrameBytes":1048576,"node":"n",\
                                "limits":{"requests":9,"subscriptions":9,"datagramWindow":256}}""".formatted(body[5]).getBytes(StandardCharsets.US_ASCII));
                    } else if (body[0] == PING && pings.test(count++)) {
                        body[0] = PONG;
                        answer(out, body);
                    }
                }
            } catch (IOException e) {
                // the client has what it wanted
            }
        }

        private static void answer(DataOutputStream out, byte[] body) throws IOException {
            out.writeInt(body.length);
            out.write(body);
        }

        @Override
        public void close() throws IOException {
            listener.close();
            serving.join();
        }
    }
}
