package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.cli.CommandRun.Caller;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.Gateway;
import io.socketgateway.server.service.ServiceResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientCommandsTest {
    private static Gateway gateway;
    private static Caller caller;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        gateway = Gateway.builder().listen("tcp://127.0.0.1:0").start();
        caller = Caller.of("tcp://127.0.0.1:" + gateway.addresses().get(0).getPort());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void requestPrintsTheAnswer() {
        CommandRun run = caller.run("request", "gateway.echo", "hello");
        assertThat(run.out()).isEqualTo("hello\n");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void requestWithoutDataSendsNothing() {
        assertThat(caller.run("request", "gateway.echo", "--json").out()).matches("\\{\"millis\":[0-9.]+}\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"id":7} | auto | "data":{"id":7}
            [1,2]    | auto | "data":[1,2]
            {"id":   | auto | "text":"{\\"id\\":"
            7        | auto | "text":"7"
            grüße    | auto | "text":"grüße"
            7        | json | "data":7
            {"id":7} | text | "text":"{\\"id\\":7}"
            hi       | bytes | "bytes":"aGk="
            hi       | cbor | "bytes":"aGk=","cbor":true
            """)
    void dataIsWhatItLooksLikeOrWhatItIsSaidToBe(String data, String kind, String member) {
        CommandRun run = caller.run("request", "gateway.echo", data, "--content", kind, "--json");
        assertThat(run.out()).contains("," + member + "}\n").doesNotContain("headers");
    }

    @Test
    void dataMayComeFromAFileAndGoesOutUntouched() throws IOException {
        byte[] bytes = {0, (byte) 0xFF, 13, 10, 7};
        Path file = Files.write(folder.resolve("data.bin"), bytes);
        CommandRun run = caller.run("request", "gateway.echo", "@" + file);
        assertThat(run.outBytes()).isEqualTo(bytes);
    }

    @Test
    void dataMayComeFromStandardInput() {
        assertThat(caller.withInput("line one\nline two\n")
                        .run("request", "gateway.echo", "-")
                        .out())
                .isEqualTo("line one\nline two\n");
    }

    @Test
    void jsonOverSeveralLinesIsPrintedOnOne() {
        assertThat(caller.withInput("{\n \"a\": 1\n}\n")
                        .run("request", "gateway.echo", "-", "--json")
                        .out())
                .matches("\\{\"millis\":[0-9.]+,\"data\":\\{ {2}\"a\": 1 } }\n");
    }

    @Test
    void headersGoOutAndComeBack() {
        assertThat(caller.run("request", "gateway.echo", "x", "-H", "b=2", "--header", "a=x=y", "--json")
                        .out())
                .contains("\"headers\":{\"b\":\"2\",\"a\":\"x=y\"},\"text\":\"x\"");
    }

    @Test
    void anErrorIsOneLineAndExitCode1() {
        CommandRun run = caller.run("request", "nobody.here", "x");
        assertThat(run.err()).isEqualTo("error 404 NO_WORKER: nobody serves 'nobody.here'\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void anErrorMayBeJson() {
        CommandRun run = caller.run("request", "nobody.here", "x", "--json");
        assertThat(run.err())
                .isEqualTo("{\"error\":404,\"name\":\"NO_WORKER\",\"message\":\"nobody serves 'nobody.here'\","
                        + "\"notProcessed\":true}\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void noAnswerInTimeIsAnError() {
        CountDownLatch never = new CountDownLatch(1);
        try (Gateway.Registration slow = gateway.serve("slow", request -> {
            never.await();
            return ServiceResponse.of(Payload.EMPTY);
        })) {
            assertThat(slow).isNotNull();
            CommandRun run = caller.run("request", "slow", "--timeout", "100ms");
            assertThat(run.err()).startsWith("error 408 DEADLINE: ");
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void noGatewayIsExitCode3() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        CommandRun run = caller.run("ping", "--url", "tcp://127.0.0.1:" + free);
        assertThat(run.err())
                .startsWith("error: cannot connect: tcp://127.0.0.1:" + free + ": ")
                .hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(caller.run("ping", "--json", "--url", "tcp://127.0.0.1:" + free)
                        .err())
                .startsWith("{\"error\":503,\"name\":\"UNAVAILABLE\",\"message\":\"cannot connect: tcp://127.0.0.1:");
        assertThat(caller.run("ping", "-u", "tcp://127.0.0.1:" + free, "-u", caller.url())
                        .exitCode())
                .isZero();
        assertThat(caller.run("ping", "-u", "tcp://127.0.0.1:" + free + "," + caller.url())
                        .exitCode())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            request ; error: Missing required parameter: 'SUBJECT'
            request a..b ; error: subject: empty token in 'a..b'
            request a --timeout 5 ; error: Invalid value for option '--timeout': '5' is not a time such as 250ms, 10s or 10m
            request a --timeout 0s ; error: Invalid value for option '--timeout': '0s' is not a time such as 250ms, 10s or 10m
            request a @no-such-file ; error: @no-such-file: there is no such file
            request a x y ; error: Unmatched argument at index 3: 'y'
            request a --jsn ; error: Unknown option: '--jsn'
            request a --retry -1 ; error: retries: negative
            request a --content xml ; error: Invalid value for option '--content': expected one of [AUTO, JSON, TEXT, BYTES, CBOR] (case-insensitive) but was 'xml'
            request a -H =v ; error: --header: headers: empty name
            request a -u quic://x ; error: --url: url 'quic://x': this client speaks tcp:// and udp:// only
            request a --client-id a.b ; error: --client-id a.b: expected 1 to 64 of A-Z a-z 0-9 _ -
            publish a.* ; error: subject: wildcard in 'a.*'
            subscribe ; error: Missing required parameter: 'PATTERN'
            subscribe a --count 0 ; error: --count: expected 1 or more
            stream a --credit 0 ; error: --credit and --count: expected 1 or more
            reply a ; error: Missing required argument (specify one of these): (--echo | --text=TEXT | -c=COMMAND)
            reply a --echo --text b ; error: --echo, --text=TEXT are mutually exclusive (specify only one)
            ping --count 0 ; error: --count: expected 1 or more
            serv ; error: Unmatched argument at index 0: 'serv'
            config ; error: Missing required subcommand
            """)
    void wrongUsageIsALineWithAHintAndExitCode2(String args, String line) {
        CommandRun run = caller.run(args.split(" +"));
        assertThat(run.err().lines().findFirst()).contains(line);
        assertThat(run.err()).contains("--help'.").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void pingSaysHowLongItTook() {
        assertThat(caller.run("ping").out()).matches("pong after [0-9]+\\.[0-9]{3} ms\n");
        assertThat(caller.run("ping", "--count", "3").out().lines())
                .hasSize(4)
                .last()
                .asString()
                .startsWith("3 sent, 3 answered, 0.0 % lost; round trip min/avg/max ");
        assertThat(caller.run("ping", "--json").out()).matches("\\{\"millis\":[0-9]+\\.[0-9]{3}}\n");
    }

    @Test
    void whatIsNotUtf8NeverClaimsToBe() {
        gateway.serve(
                "liar",
                request -> new ServiceResponse(
                        Headers.EMPTY, Payload.owning(Content.JSON, new byte[] {'{', (byte) 0xFF})));
        assertThat(caller.run("request", "liar", "--json").out()).contains("\"bytes\":\"e/8=\"");
    }

    @Test
    void theClientIdIsAsWished() {
        assertThat(caller.run("request", "gateway.whoami", "--client-id", "kiosk-7")
                        .out())
                .contains("\"clientId\":\"kiosk-7\"");
    }

    @Test
    void withoutUrlItIsPort7400OfThisMachine() {
        CommandRun run = CommandRun.run("ping", "--timeout", "1ms");
        if (run.exitCode() != 0) { // unless somebody runs one there
            assertThat(run.err()).contains("tcp://localhost:7400");
        }
        assertThat(CommandRun.start(Map.of("GATEWAY_URL", caller.url()), "ping").exitCode())
                .isZero();
    }
}
