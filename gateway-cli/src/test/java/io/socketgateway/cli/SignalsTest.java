package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real processes do when they are told to end. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class SignalsTest {
    private static final Pattern READY = Pattern.compile("gateway ready: (\\S+), ?(\\S+)?");

    @TempDir
    Path folder;

    private ProcessRun serve(String... jvmOptions) throws IOException {
        ProcessRun serve = ProcessRun.start(
                folder,
                List.of(jvmOptions),
                "serve",
                "--listen",
                "tcp://127.0.0.1:0",
                "--listen",
                "udp://127.0.0.1:0",
                "--set",
                "limits.drain-timeout=20s");
        serve.awaitText("ready");
        return serve;
    }

    private static String url(ProcessRun serve) {
        Matcher ready = READY.matcher(serve.out());
        assertThat(ready.find()).as(serve.out()).isTrue();
        return ready.group(1);
    }

    @Test
    void aGatewayThatIsTerminatedFinishesWhatIsUnderWayAndEndsWith0() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Response> work = new CompletableFuture<>();
        try (ProcessRun serve = serve();
                GatewayClient worker = GatewayClient.connect(url(serve));
                GatewayClient asking = GatewayClient.connect(url(serve))) {
            worker.serveAsync("slow.work", request -> {
                begun.complete(null);
                return work;
            });
            CompletableFuture<Response> answer = asking.request("slow.work", Payload.EMPTY);
            begun.get(30, TimeUnit.SECONDS);
            serve.signal("TERM");
            serve.awaitText("draining: 2 sessions, 20.0 s at most");
            work.complete(Response.text("done"));
            assertThat(answer.get(30, TimeUnit.SECONDS).text()).isEqualTo("done");
            assertThat(serve.exitCode()).isZero();
            assertThat(serve.out()).containsPattern("drained in [0-9.]+ s\n");
            assertThat(serve.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSecondSignalEndsItAtOnce(String second, int exitCode) throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        try (ProcessRun serve = serve();
                GatewayClient worker = GatewayClient.connect(url(serve));
                GatewayClient asking = GatewayClient.connect(url(serve))) {
            worker.serveAsync("slow.work", request -> {
                begun.complete(null);
                return new CompletableFuture<>();
            });
            asking.request("slow.work", Payload.EMPTY);
            begun.get(30, TimeUnit.SECONDS);
            serve.signal("INT");
            serve.awaitText("draining: ");
            serve.signal(second);
            assertThat(serve.exitCode()).isEqualTo(exitCode);
            assertThat(serve.out()).doesNotContain("drained");
        }
    }

    @Test
    void aGatewayWithoutClientsEndsAtOnce() throws Exception {
        try (ProcessRun serve = serve()) {
            serve.signal("INT");
            assertThat(serve.exitCode()).isZero();
            assertThat(serve.out()).contains("draining: 0 sessions").contains("drained in 0.");
        }
    }

    @Test
    void whereSignalsAreTheJvmsAloneItDrainsAllTheSame() throws Exception {
        // -Xrs would leave TERM to the system; a limited module graph is a JVM without sun.misc
        try (ProcessRun serve = serve("--limit-modules", "java.se,jdk.crypto.ec")) {
            serve.signal("TERM");
            assertThat(serve.exitCode()).isEqualTo(143);
            assertThat(serve.out()).contains("draining: 0 sessions").contains("drained in ");
        }
    }

    @ParameterizedTest
    @CsvSource({"subscribe, a.b, subscribed, 143", "reply, a.b --echo, serving, 143"})
    void longRunningClientsAreTerminatedInGoodOrder(String command, String args, String ready, int exitCode)
            throws Exception {
        try (Gateway gateway = Gateway.builder().listen("tcp://127.0.0.1:0").start()) {
            String url = "tcp://127.0.0.1:" + gateway.addresses().get(0).getPort();
            String[] words = (command + " " + args + " --url " + url).split(" ");
            try (ProcessRun run = ProcessRun.start(folder, List.of(), words)) {
                run.awaitText(ready);
                run.signal("TERM");
                assertThat(run.exitCode()).isEqualTo(exitCode);
                assertThat(run.err()).hasLineCount(1);
            }
        }
    }

    @Test
    void anInterruptedBenchmarkReportsWhatItHas() throws Exception {
        try (Gateway gateway = Gateway.builder().listen("tcp://127.0.0.1:0").start()) {
            String url = "tcp://127.0.0.1:" + gateway.addresses().get(0).getPort();
            try (ProcessRun run = ProcessRun.start(
                    folder, List.of(), "bench", "request", "--rate", "100", "-w", "0s", "-d", "10m", "--url", url)) {
                run.awaitText("1 s: ");
                run.signal("INT");
                assertThat(run.exitCode()).isEqualTo(130);
                assertThat(run.out()).contains(" answered, 0 failed in ", "p99.9", "latency");
            }
        }
    }
}
