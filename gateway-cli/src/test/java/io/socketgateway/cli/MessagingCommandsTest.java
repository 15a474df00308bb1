package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketgateway.cli.CommandRun.Caller;
import io.socketgateway.server.Gateway;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessagingCommandsTest {
    private Gateway gateway;
    private Caller caller;

    @BeforeEach
    void start() {
        gateway = Gateway.builder().listen("tcp://127.0.0.1:0").start();
        caller = Caller.of("tcp://127.0.0.1:" + gateway.addresses().get(0).getPort());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void whatIsPublishedIsPrintedUntilThereIsEnough() {
        CommandRun subscriber = caller.start("subscribe", "sensors.*.temperature", "--count", "2");
        subscriber.awaitErr("subscribed to sensors.*.temperature as client.");
        assertThat(caller.run("publish", "sensors.1.temperature", "21.5").exitCode())
                .isZero();
        caller.run("publish", "sensors.1.door", "open");
        caller.run("publish", "sensors.2.temperature", "{\"celsius\":19}");
        assertThat(subscriber.exitCode()).isZero();
        assertThat(subscriber.out()).isEqualTo("sensors.1.temperature 21.5\nsensors.2.temperature {\"celsius\":19}\n");
    }

    @Test
    void messagesMayBeJsonOrTheirDataAlone() {
        CommandRun json = caller.start("subscribe", "a", "b", "--count", "2", "--json");
        CommandRun raw = caller.start("subscribe", "a", "b", "--count", "2", "--raw");
        json.awaitErr("subscribed to a, b as client.");
        raw.awaitErr("subscribed to a, b as client.");
        caller.run("publish", "a", "1", "-H", "k=v");
        caller.run("publish", "b");
        assertThat(json.exitCode()).isZero();
        assertThat(json.out().lines())
                .containsExactlyInAnyOrder(
                        "{\"subject\":\"a\",\"headers\":{\"k\":\"v\"},\"text\":\"1\"}", "{\"subject\":\"b\"}");
        assertThat(raw.exitCode()).isZero();
        assertThat(raw.out()).isEqualTo("1\n"); // of nothing there is nothing to print
    }

    @Test
    void aGroupSharesTheMessages() {
        CommandRun one = caller.start("subscribe", "jobs", "--group", "workers", "--count", "2", "--raw");
        CommandRun other = caller.start("subscribe", "jobs", "--group", "workers", "--count", "2", "--raw");
        one.awaitErr("subscribed");
        other.awaitErr("subscribed");
        assertThat(caller.withInput("1\n2\n3\n4\n")
                        .run("publish", "jobs", "-", "--lines")
                        .exitCode())
                .isZero();
        assertThat(one.exitCode()).isZero();
        assertThat(other.exitCode()).isZero();
        assertThat((one.out() + other.out()).lines()).containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    @Test
    void manyLinesArriveInOrder() {
        String lines = IntStream.range(0, 2_000).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        CommandRun subscriber = caller.start("subscribe", "lines", "--count", "2000", "--raw");
        subscriber.awaitErr("subscribed");
        CommandRun publisher = caller.withInput(lines).run("publish", "lines", "-", "--lines", "--json");
        assertThat(publisher.out()).isEqualTo("{\"published\":2000}\n");
        assertThat(subscriber.exitCode()).isZero();
        assertThat(subscriber.out()).isEqualTo(lines + "\n");
    }

    @Test
    void aReaderThatIsTooSlowIsToldWhatItLost() {
        CommandRun subscriber = caller.readingSlowly().start("subscribe", "fast", "--raw", "--buffer", "5");
        subscriber.awaitErr("subscribed");
        String lines = IntStream.range(0, 500).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        assertThat(caller.withInput(lines)
                        .run("publish", "fast", "-", "--lines")
                        .exitCode())
                .isZero();
        subscriber.awaitErr(" lost on fast: too slow for them");
        subscriber.read();
        subscriber.awaitOut("499\n"); // the latest has stayed
        subscriber.interrupt();
        assertThat(subscriber.exitCode()).isEqualTo(130);
        assertThat(subscriber.out().lines().count()).isLessThan(500);
    }

    @Test
    void oneThatWouldRatherEndThanLoseAnythingEndsWithAnError() {
        CommandRun subscriber =
                caller.readingSlowly().start("subscribe", "fast", "--raw", "--overflow", "disconnect", "--buffer", "5");
        subscriber.awaitErr("subscribed");
        String lines = IntStream.range(0, 500).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        assertThat(caller.withInput(lines)
                        .run("publish", "fast", "-", "--lines")
                        .exitCode())
                .isZero();
        subscriber.read();
        assertThat(subscriber.exitCode()).isEqualTo(1);
        assertThat(subscriber.err()).contains("error ");
    }

    @Test
    void norDoesItMissWhatPassesWhileItIsNotConnected() {
        CommandRun subscriber = caller.start("subscribe", "fast", "--overflow", "disconnect");
        subscriber.awaitErr("subscribed");
        gateway.close();
        assertThat(subscriber.exitCode()).isEqualTo(1);
        assertThat(subscriber.err()).contains("\nerror 503 UNAVAILABLE: ").doesNotContain("connecting again");
    }

    @Test
    void aPolicyThatThereIsNotIsAFaultOfUsage() {
        CommandRun run = caller.run("subscribe", "a", "--overflow", "drop-all");
        assertThat(run.err()).contains("'drop-all' is none of drop-oldest, drop-newest, latest, disconnect");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(caller.run("subscribe", "a", "--buffer", "0").exitCode()).isEqualTo(2);
    }

    @Test
    void publishingToAClientThatIsNotThereIsAnError() {
        CommandRun run = caller.run("publish", "client.nobody", "x");
        assertThat(run.err()).startsWith("error 404 NO_WORKER: ");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void aRefusedSubscriptionIsAnError() {
        CommandRun run = caller.run("subscribe", "gateway.time");
        assertThat(run.err()).startsWith("error 403 FORBIDDEN: ");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void anInterruptedSubscriberEndsQuietly() {
        CommandRun subscriber = caller.start("subscribe", "a");
        subscriber.awaitErr("subscribed");
        subscriber.interrupt();
        assertThat(subscriber.exitCode()).isEqualTo(130);
        assertThat(subscriber.err()).hasLineCount(1);
    }

    @Test
    void echoAnswersWithTheRequestsOwnDataAndHeaders() {
        CommandRun worker = worker("reply", "test.echo", "--echo", "--count", "1");
        CommandRun run = caller.run("request", "test.echo", "hello", "-H", "k=v", "--json");
        assertThat(run.out()).contains("\"headers\":{\"k\":\"v\"},\"text\":\"hello\"}");
        assertThat(worker.exitCode()).isZero();
        assertThat(worker.out()).isEqualTo("test.echo hello\n");
    }

    @Test
    void aTextIsAnsweredWhateverWasAsked() {
        CommandRun worker = worker("reply", "weather.*", "--text", "{\"sky\":\"blue\"}", "--count", "3", "--quiet");
        await().until(() -> caller.run("request", "weather.probe").exitCode() == 0);
        assertThat(caller.run("request", "weather.paris", "--json").out()).contains("\"data\":{\"sky\":\"blue\"}");
        assertThat(caller.run("request", "weather.rome").out()).isEqualTo("{\"sky\":\"blue\"}\n");
        assertThat(worker.exitCode()).isZero();
        assertThat(worker.out() + worker.err()).isEmpty();
    }

    @Test
    void aCommandGetsDataSubjectAndHeaders() {
        CommandRun worker = worker(
                "reply",
                "text.>",
                "--command",
                "printf '%s %s ' \"$GATEWAY_SUBJECT\" \"$GATEWAY_HEADER_X_WIDTH\"; tr a-z A-Z",
                "--count",
                "1",
                "--json");
        assertThat(caller.run("request", "text.upper", "hello", "-H", "x-width=7")
                        .out())
                .isEqualTo("text.upper 7 HELLO\n");
        assertThat(worker.exitCode()).isZero();
        assertThat(worker.out())
                .matches("\\{\"subject\":\"text.upper\",\"timeLeftMillis\":[0-9]+,"
                        + "\"headers\":\\{\"x-width\":\"7\"},\"text\":\"hello\"}\n");
    }

    @Test
    void aCommandThatFailsIsAnErrorToWhoeverAsked() {
        CommandRun worker = worker("reply", "broken", "--command", "exit 7", "--count", "1");
        CommandRun run = caller.run("request", "broken");
        assertThat(run.err()).isEqualTo("error 500 FAILED: the command ended with exit code 7\n");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(worker.exitCode()).isZero();
    }

    @Test
    void linesAreAStreamOfResponses() {
        CommandRun worker = worker("reply", "numbers", "--text", "one\ntwo\nthree", "--lines", "--count", "3");
        assertThat(caller.run("stream", "numbers").out()).isEqualTo("one\ntwo\nthree\n");
        assertThat(caller.run("stream", "numbers", "--credit", "1", "--json").out())
                .isEqualTo("{\"text\":\"one\"}\n{\"text\":\"two\"}\n{\"text\":\"three\"}\n");
        assertThat(caller.run("stream", "numbers", "--count", "2").out()).isEqualTo("one\ntwo\n");
        assertThat(worker.exitCode()).isZero();
    }

    @Test
    void aCommandsLinesComeAsItWritesThem() {
        CommandRun worker = worker("reply", "seq", "--command", "seq 1 \"$(cat)\"", "--lines", "--count", "2");
        assertThat(caller.run("stream", "seq", "5", "--credit", "2").out()).isEqualTo("1\n2\n3\n4\n5\n");
        assertThat(caller.run("stream", "seq", "100000000", "--count", "3").out())
                .isEqualTo("1\n2\n3\n");
        assertThat(worker.exitCode()).isZero();
    }

    @Test
    void aCommandThatFailsAfterSomeLinesEndsTheStreamWithAnError() {
        CommandRun worker = worker("reply", "half", "--command", "echo one; exit 3", "--lines", "--count", "1");
        CommandRun run = caller.run("stream", "half");
        assertThat(run.out()).isEqualTo("one\n");
        assertThat(run.err()).isEqualTo("error 500 FAILED: the command ended with exit code 3\n");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(worker.exitCode()).isZero();
    }

    @Test
    void aWorkerThatLosesItsGatewaySaysSo() {
        CommandRun worker = worker("reply", "a", "--echo");
        gateway.close();
        worker.awaitErr("connection lost");
        worker.interrupt();
        assertThat(worker.exitCode()).isEqualTo(130);
    }

    private CommandRun worker(String... args) {
        CommandRun worker = caller.start(args);
        if (!String.join(" ", args).contains("--quiet")) {
            worker.awaitErr("serving " + args[1] + " as client.");
        }
        return worker;
    }
}
