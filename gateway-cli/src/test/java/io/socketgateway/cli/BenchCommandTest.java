package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.socketgateway.cli.CommandRun.Caller;
import io.socketgateway.server.Gateway;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchCommandTest {
    private static final String TIMES = "( +[0-9]+\\.[0-9]{3}){4} ms\n";
    private static final String LINUX =
            "server     [0-9]+\\.[0-9]{3} µs of CPU a message, [0-9]+\\.[0-9]{2} s of CPU in all" + " \\(process "
                    + ProcessHandle.current().pid() + ", .+\\)\n";
    private static final String ELSEWHERE = "server     CPU is not known: .+\n";
    /** Where there is a /proc the process is found: the gateway is in this very one. */
    private static final String SERVER = Files.exists(Path.of("/proc/net/tcp")) ? LINUX : ELSEWHERE;

    private Gateway gateway;
    private Caller caller;

    @BeforeEach
    void start() {
        gateway = Gateway.builder()
                .listen("tcp://127.0.0.1:0")
                .listen("udp://127.0.0.1:0")
                .start();
        caller = Caller.of("tcp://127.0.0.1:" + gateway.addresses().get(0).getPort());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private JsonNode json(String... args) {
        CommandRun run = caller.run(args);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).hasLineCount(1);
        return JsonMapper.shared().readTree(run.out());
    }

    private static void assertTimes(JsonNode times) {
        assertThat(times.properties().stream().map(java.util.Map.Entry::getKey))
                .containsExactly("p50", "p99", "p99.9", "max");
        assertThat(times.get("p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(times.get("max").asDouble());
    }

    private static void assertServer(JsonNode server) {
        if (SERVER.equals(ELSEWHERE)) {
            assertThat(server.get("unknown").asString()).isNotEmpty();
            return;
        }
        assertThat(server.has("unknown")).isFalse();
        assertThat(server.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
        assertThat(server.get("name").asString()).isNotEmpty();
        assertThat(server.get("cpuSeconds").asDouble()).isNotNegative();
        assertThat(server.get("cpuMicrosEach").asDouble()).isNotNegative();
    }

    @Test
    void whatTheServerSpendsOnAHardLoadIsSeen() {
        assumeThat(SERVER).isEqualTo(LINUX);
        JsonNode result = json("bench", "request", "-n", "3000", "--in-flight", "8", "-w", "0s", "--json", "-q");
        JsonNode server = result.get("server");
        assertThat(server.get("cpuSeconds").asDouble()).isPositive();
        assertThat(server.get("cpuMicrosEach").asDouble())
                .isCloseTo(server.get("cpuSeconds").asDouble() * 1e6 / 3_000, within(0.01));
    }

    @Test
    void requestsAtARateAreAnOpenLoop() {
        CommandRun run = caller.run("bench", "request", "--rate", "500", "-n", "200", "-w", "50ms", "--clients", "2");
        assertThat(run.out())
                .matches("gateway.echo, 64 bytes, clients: 2;"
                        + " open loop, 500 requests a second: times count from when each was due\n"
                        + "200 sent, 200 answered, 0 failed in [0-9.]+ s: [0-9,.]+ answers a second\n"
                        + " +p50 +p99 +p99.9 +max\nlatency  " + TIMES + "sent late" + TIMES + SERVER);
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void requestsWithoutARateAreAClosedLoopAndItSaysSo() {
        CommandRun run = caller.run("bench", "request", "-n", "300", "-w", "0s", "--in-flight", "4", "{\"id\":7}");
        assertThat(run.out())
                .matches("gateway.echo, 8 bytes, clients: 1; closed loop, 4 at a time:"
                        + " the next goes out when there is an answer. What a stall keeps from going out\n"
                        + "is not in the times; with --rate it is.\n"
                        + "300 sent, 300 answered, 0 failed in [0-9.]+ s: [0-9,.]+ answers a second\n"
                        + " +p50 +p99 +p99.9 +max\nlatency  " + TIMES + SERVER);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void programsGetOneObject() {
        JsonNode open =
                json("bench", "request", "--rate", "400", "-n", "100", "-w", "0s", "--size", "100", "--json", "-q");
        assertThat(open.get("load").asString()).isEqualTo("request");
        assertThat(open.get("subject").asString()).isEqualTo("gateway.echo");
        assertThat(open.get("openLoop").asBoolean()).isTrue();
        assertThat(open.get("rate").asDouble()).isEqualTo(400);
        assertThat(open.get("clients").asInt()).isEqualTo(1);
        assertThat(open.get("inFlight").asInt()).isEqualTo(1_024);
        assertThat(open.get("sizeBytes").asInt()).isEqualTo(100);
        assertThat(open.get("seconds").asDouble()).isPositive();
        assertThat(open.get("sent").asInt()).isEqualTo(100);
        assertThat(open.get("answered").asInt()).isEqualTo(100);
        assertThat(open.get("answeredPerSecond").asDouble()).isPositive();
        assertThat(open.get("notSent").asInt()).isZero();
        assertThat(open.get("failed").asInt()).isZero();
        assertThat(open.get("errors").isEmpty()).isTrue();
        assertTimes(open.get("latencyMillis"));
        assertThat(open.has("sentLateMillis")).isTrue();
        assertServer(open.get("server"));
    }

    @Test
    void aLineASecondTellsHowItStandsUnlessQuiet() {
        CommandRun run = caller.run("bench", "request", "--rate", "50", "--duration", "1500ms", "-w", "0s");
        assertThat(run.err())
                .matches("(?s)1 s: [0-9]+ a second, p50 [0-9.]+, p99 [0-9.]+, max [0-9.]+ ms,"
                        + " [0-9]+ under way, 0 failed\n.*");
        assertThat(run.out()).contains("75 sent, 75 answered, 0 failed");
    }

    @Test
    void failuresAreCountedByCodeAndIfNothingWorksTheCommandFails() {
        CommandRun run = caller.run("bench", "request", "-s", "nobody.there", "-n", "20", "-w", "0s");
        assertThat(run.out())
                .contains("20 sent, 0 answered, 20 failed")
                .endsWith("failed: 20 x 404 NO_WORKER\n")
                .doesNotContain("p99")
                .doesNotContain("a message");
        assertThat(run.exitCode()).isEqualTo(1);
        CommandRun json = caller.run("bench", "request", "-s", "nobody.there", "-n", "20", "-w", "0s", "--json");
        assertThat(json.out())
                .contains("\"failed\":20,\"errors\":{\"404 NO_WORKER\":20}")
                .doesNotContain("latency");
        assertThat(json.exitCode()).isEqualTo(1);
        CommandRun warm = caller.run("bench", "request", "-s", "nobody.there", "-n", "1", "-w", "20ms");
        assertThat(warm.err()).matches("warm-up: [0-9,]+ failed\n");
    }

    @Test
    void ofADatagramLoadToo() {
        String datagrams = "udp://127.0.0.1:" + gateway.addresses().get(1).getPort();
        JsonNode result = json("bench", "request", "-u", datagrams, "-n", "100", "-w", "0s", "--json");
        assertThat(result.get("answered").asInt()).isEqualTo(100);
        assertThat(result.get("openLoop").asBoolean()).isFalse();
        assertThat(result.has("rate")).isFalse();
        assertServer(result.get("server"));
    }

    @Test
    void aFanOutIsCountedAtEachSubscriber() {
        CommandRun run = caller.run(
                "bench",
                "publish",
                "--subscribers",
                "5",
                "--publishers",
                "2",
                "--rate",
                "400",
                "-n",
                "100",
                "-w",
                "50ms");
        assertThat(run.out())
                .matches("bench\\.[0-9a-f]+, 64 bytes, publishers: 2, subscribers: 5;"
                        + " open loop, 400 messages a second: times count from when each was due\n"
                        + "100 sent, 100 confirmed, 0 failed in [0-9.]+ s\n"
                        + "500 delivered: [0-9,.]+ a second over all subscribers\n"
                        + "missing: none\n"
                        + " +p50 +p99 +p99.9 +max\n"
                        + "receipt  " + TIMES + "confirm  " + TIMES + "sent late" + TIMES + SERVER);
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aFanOutForPrograms() {
        JsonNode result = json(
                "bench",
                "publish",
                "-c",
                "3",
                "-n",
                "200",
                "-w",
                "0s",
                "--size",
                "1000",
                "--in-flight",
                "8",
                "--json",
                "--client-id",
                "bench",
                "--subject",
                "news");
        assertThat(result.get("load").asString()).isEqualTo("publish");
        assertThat(result.get("subject").asString()).isEqualTo("news");
        assertThat(result.get("subscribers").asInt()).isEqualTo(3);
        assertThat(result.get("publishers").asInt()).isEqualTo(1);
        assertThat(result.get("openLoop").asBoolean()).isFalse();
        assertThat(result.get("sent").asInt()).isEqualTo(200);
        assertThat(result.get("confirmed").asInt()).isEqualTo(200);
        assertThat(result.get("delivered").asInt()).isEqualTo(600);
        assertThat(result.get("deliveredPerSecond").asDouble()).isPositive();
        for (String none : new String[] {"missing", "missingMost", "subscribersMissing", "dropped", "outOfOrder"}) {
            assertThat(result.get(none).asInt()).as(none).isZero();
        }
        assertTimes(result.get("latencyMillis"));
        assertTimes(result.get("confirmMillis"));
        assertServer(result.get("server"));
    }

    @Test
    void aSubjectOnWhichNobodyMayPublishFails() {
        CommandRun run = caller.run("bench", "publish", "-s", "gateway.time", "-n", "5", "-w", "0s");
        assertThat(run.err()).startsWith("error 403 FORBIDDEN: ");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void noGatewayIsExitCode3() {
        gateway.close();
        assertThat(caller.run("bench", "request").exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request --rate 0",
                "request --rate -1",
                "request --rate NaN",
                "request --in-flight 0",
                "request --in-flight 1025",
                "request --count 0",
                "request --clients 0",
                "request --size -1",
                "request --duration 0s",
                "request --warmup soon",
                "request --subject a..b",
                "publish --size 27",
                "publish --subscribers 0",
                "publish --publishers 0",
                "publish --subject news.*"
            })
    void whatCannotBeIsAFaultOfUsage(String args) {
        CommandRun run = caller.run(("bench " + args).split(" "));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: ").hasLineCount(2);
    }
}
