package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.cli.CommandRun.Caller;
import io.socketgateway.server.Gateway;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command that speaks to a gateway, over UDP. */
class DatagramCommandsTest {
    private static Gateway gateway;
    private static Caller datagrams;
    private static Caller stream;

    @BeforeAll
    static void start() {
        gateway = Gateway.builder()
                .listen("tcp://127.0.0.1:0")
                .listen("udp://127.0.0.1:0")
                .start();
        stream = Caller.of("tcp://127.0.0.1:" + gateway.addresses().get(0).getPort());
        datagrams = Caller.of("udp://127.0.0.1:" + gateway.addresses().get(1).getPort());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aRequestIsAnswered() {
        CommandRun run = datagrams.run("request", "gateway.echo", "hello", "-H", "k=v", "--json");
        assertThat(run.out()).matches("\\{\"millis\":[0-9.]+,\"headers\":\\{\"k\":\"v\"},\"text\":\"hello\"}\n");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(datagrams.run("request", "gateway.whoami").out()).contains("\"transport\":\"udp\"");
    }

    @Test
    void anErrorIsOneLineAndExitCode1() {
        CommandRun run = datagrams.run("request", "nobody.here", "x");
        assertThat(run.err()).isEqualTo("error 404 NO_WORKER: nobody serves 'nobody.here'\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void whatFitsInNoDatagramIsToldApart() {
        CommandRun run = datagrams.withInput("x".repeat(100_000)).run("request", "gateway.echo", "-");
        assertThat(run.err()).startsWith("error 413 TOO_LARGE: ").hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void aWorkerOnTcpAnswersARequestOverUdp() {
        CommandRun worker = stream.start("reply", "text.upper", "--command", "tr a-z A-Z", "--count", "1");
        worker.awaitErr("serving text.upper");
        assertThat(datagrams.run("request", "text.upper", "hello").out()).isEqualTo("HELLO\n");
        assertThat(worker.exitCode()).isZero();
    }

    @Test
    void whatIsPublishedCrossesFromOneToTheOther() {
        CommandRun onUdp = datagrams.start("subscribe", "crossing", "--count", "1", "--raw");
        CommandRun onTcp = stream.start("subscribe", "crossing", "--count", "2", "--raw");
        onUdp.awaitErr("subscribed to crossing as client.");
        onTcp.awaitErr("subscribed to crossing as client.");
        assertThat(stream.run("publish", "crossing", "one").exitCode()).isZero();
        assertThat(datagrams.run("publish", "crossing", "two").exitCode()).isZero();
        assertThat(onUdp.exitCode()).isZero();
        assertThat(onUdp.out()).isEqualTo("one\n");
        assertThat(onTcp.exitCode()).isZero();
        assertThat(onTcp.out()).isEqualTo("one\ntwo\n");
    }

    @Test
    void manyLinesArePublishedOnceEach() {
        String lines = IntStream.range(0, 1_000).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        CommandRun subscriber = stream.start("subscribe", "lines", "--count", "1000", "--raw");
        subscriber.awaitErr("subscribed");
        assertThat(datagrams
                        .withInput(lines)
                        .run("publish", "lines", "-", "--lines", "--json")
                        .out())
                .isEqualTo("{\"published\":1000}\n");
        assertThat(subscriber.exitCode()).isZero();
        assertThat(subscriber.out().lines()).containsExactlyInAnyOrder(lines.split("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reply a --echo", "reply a --text x --lines", "stream a"})
    void whatUdpCannotDoFailsAtOnceAndSaysSo(String args) {
        CommandRun run = datagrams.run(args.split(" "));
        assertThat(run.err())
                .startsWith("error 501 UNSUPPORTED: ")
                .hasLineCount(1)
                .doesNotContain("serving");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void pingSaysHowMuchWasLost() throws SocketException {
        try (LossyRelay network = LossyRelay.open(gateway.addresses().get(1), 4)) {
            CommandRun run = CommandRun.run("ping", "--count", "5", "--timeout", "1s", "--url", network.url());
            assertThat(run.out())
                    .contains("pong after ", "lost: no answer within the timeout")
                    .containsPattern(
                            "\n5 sent, [1-4] answered, [2-8]0\\.0 % lost; round trip min/avg/max [0-9./]+ ms\n$");
            assertThat(run.exitCode()).isZero();
        }
        assertThat(datagrams.run("ping", "--count", "3").out().lines())
                .last()
                .asString()
                .startsWith("3 sent, 3 answered, 0.0 % lost; ");
    }

    @Test
    void noGatewayIsExitCode3() throws SocketException {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String url = "udp://127.0.0.1:" + silent.getLocalPort();
            CommandRun run = CommandRun.run("ping", "--timeout", "500ms", "--url", url);
            assertThat(run.err())
                    .startsWith("error: cannot connect: " + url + ": ")
                    .hasLineCount(1);
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(CommandRun.run("ping", "-u", url + "," + stream.url(), "-t", "2s")
                            .exitCode())
                    .isZero();
        }
    }
}
