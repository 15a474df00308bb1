package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.cli.CommandRun.Caller;
import io.socketgateway.server.Gateway;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
    private static final Pattern READY =
            Pattern.compile("gateway ready: (tcp://127\\.0\\.0\\.1:[0-9]+), (udp://127\\.0\\.0\\.1:[0-9]+)"
                    + " \\((epoll|io_uring|nio), 2 workers, node edge-1\\)\n");

    @TempDir
    Path folder;

    @Test
    void itSaysThatItIsReadyAndServesUntilInterrupted() throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), "server:\n  node: edge-1\n");
        CommandRun serve = CommandRun.start(
                Map.of("GATEWAY_LIMITS_SESSIONS", "20", "GATEWAY_ADMIN_LISTEN", "off"),
                "serve",
                "--listen",
                "tcp://127.0.0.1:0",
                "--listen",
                "udp://127.0.0.1:0",
                "--set",
                "server.workers=2",
                "--set",
                "limits.sessions=20000",
                "--config",
                file.toString());
        serve.awaitOut("\n");
        Matcher ready = READY.matcher(serve.out());
        assertThat(ready.matches()).as(serve.out()).isTrue();
        Caller caller = Caller.of(ready.group(1));
        assertThat(caller.run("request", "gateway.echo", "x").out()).isEqualTo("x\n");
        assertThat(Caller.of(ready.group(2)).run("request", "gateway.echo", "x").out())
                .isEqualTo("x\n");
        serve.interrupt();
        assertThat(serve.exitCode()).isEqualTo(130);
        assertThat(caller.run("ping").exitCode()).isEqualTo(3);
    }

    @Test
    void theReadyLineNamesTheAdminListener() {
        CommandRun serve = CommandRun.start(
                Map.of("GATEWAY_ADMIN_LISTEN", "http://127.0.0.1:0"), "serve", "--listen", "tcp://127.0.0.1:0");
        serve.awaitOut("\n");
        Matcher ready = Pattern.compile(
                        "gateway ready: tcp://127\\.0\\.0\\.1:[0-9]+, admin (http://127\\.0\\.0\\.1:[0-9]+) \\(.*\n")
                .matcher(serve.out());
        assertThat(ready.matches()).as(serve.out()).isTrue();
        assertThat(CommandRun.run("check", "--url", ready.group(1)).out()).isEqualTo("ready\n");
        serve.interrupt();
        assertThat(serve.exitCode()).isEqualTo(130);
        assertThat(CommandRun.run("check", "--url", ready.group(1)).exitCode()).isEqualTo(3);
    }

    @Test
    void anAdminPortInUseIsOneLineAndExitCode2() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String url = "http://127.0.0.1:" + taken.getLocalPort();
            CommandRun serve = CommandRun.run("serve", "--listen", "tcp://127.0.0.1:0", "--set", "admin.listen=" + url);
            assertThat(serve.err())
                    .isEqualTo("error: admin.listen " + url + ": port " + taken.getLocalPort()
                            + " is in use; stop what listens there or choose another port, or off for none\n");
            assertThat(serve.out()).isEmpty();
            assertThat(serve.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void aPortInUseIsOneLineAndExitCode2() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String url = "tcp://127.0.0.1:" + taken.getLocalPort();
            CommandRun serve = CommandRun.run("serve", "--listen", "tcp://127.0.0.1:0", "--listen", url);
            assertThat(serve.err())
                    .hasLineCount(1)
                    .startsWith("error: listener " + url + ": port " + taken.getLocalPort() + " is in use");
            assertThat(serve.out()).isEmpty();
            assertThat(serve.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void aDatagramPortInUseIsTheSame() throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            String url = "udp://127.0.0.1:" + taken.getLocalPort();
            CommandRun serve = CommandRun.run("serve", "--listen", "tcp://127.0.0.1:0", "--listen", url);
            assertThat(serve.err())
                    .hasLineCount(1)
                    .startsWith("error: listener " + url + ": port " + taken.getLocalPort() + " is in use");
            assertThat(serve.out()).isEmpty();
            assertThat(serve.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void twoGatewaysOnOneDatagramPortAreToldApart() {
        try (Gateway first = Gateway.builder().listen("udp://127.0.0.1:0").start()) {
            String url = "udp://127.0.0.1:" + first.addresses().get(0).getPort();
            CommandRun serve = CommandRun.run("serve", "--listen", url);
            assertThat(serve.err())
                    .hasLineCount(1)
                    .startsWith("error: listener " + url + ": ")
                    .contains(" is in use");
            assertThat(serve.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void aNameThatDoesNotResolveIsOneLineAndExitCode2() {
        CommandRun serve = CommandRun.run("serve", "--listen", "tcp://no-such-host.invalid:7400");
        assertThat(serve.err()).hasLineCount(1).startsWith("error: listener tcp://no-such-host.invalid:7400: ");
        assertThat(serve.exitCode()).isEqualTo(2);
    }

    @Test
    void aWrongKeyIsOneLineAndExitCode2() {
        CommandRun serve = CommandRun.run("serve", "--set", "limits.sesions=5");
        assertThat(serve.err())
                .isEqualTo("error: --set: limits.sesions = 5: unknown key; the nearest is limits.sessions\n");
        assertThat(serve.exitCode()).isEqualTo(2);
    }
}
