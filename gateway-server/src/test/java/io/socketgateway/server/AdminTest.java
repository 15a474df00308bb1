package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.HttpPeer.Reply;
import io.socketgateway.server.config.ConfigException;
import io.socketgateway.server.service.ServiceResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the admin listener says of the gateway, and how it speaks HTTP. */
class AdminTest {
    private final Harness gateway =
            Harness.start(2, Form.BINARY, "admin.listen", "http://127.0.0.1:0", "limits.drain-timeout", "20s");
    private final List<HttpPeer> peers = new ArrayList<>();

    @AfterEach
    void close() {
        peers.forEach(HttpPeer::close);
        gateway.close();
    }

    private HttpPeer connect() {
        return connect(gateway.gateway);
    }

    private HttpPeer connect(Gateway server) {
        HttpPeer peer = new HttpPeer(Objects.requireNonNull(server.adminAddress()));
        peers.add(peer);
        return peer;
    }

    /** Waits until the admin loop has done what came before. */
    private void settle() {
        assertThat(connect().get("/readyz").status()).isEqualTo(200);
    }

    private double refused() {
        return gateway.gateway
                .metrics()
                .get("gateway.admin.connections.refused")
                .functionCounter()
                .count();
    }

    // What it says

    @Test
    void aGatewayThatIsWellIsLiveAndReady() {
        Reply live = connect().get("/livez");
        assertThat(live.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(live.body()).isEqualTo("live\n");
        assertThat(live.headers()).containsOnlyKeys("date", "content-type", "content-length", "cache-control");
        assertThat(live.header("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(live.header("cache-control")).isEqualTo("no-store");
        assertThat(live.header("date")).matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT");
        Reply ready = connect().get("/readyz");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("ready\n");
    }

    /** Has a worker loop stand still until the latch is down; returns its thread. */
    private String stick(CountDownLatch release) throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();
        gateway.clock.whenRead(() -> {
            String reader = Thread.currentThread().getName();
            if (reader.startsWith("gateway-worker") && thread.complete(reader)) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        gateway.connect(); // a loop that has no session has no reason to look
        return thread.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aLoopThatIsStuckIsNamedAndTheNextWhoAsksIsToldAtOnce() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        String thread = stick(release);
        HttpPeer waiting = connect();
        assertThat(waiting.get("/readyz").status()).isEqualTo(200);
        waiting.request("GET", "/livez");
        settle();
        gateway.advance(4_999);
        settle();
        gateway.advance(1);
        Reply reply = waiting.reply();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.body()).matches("loop [01] \\(thread " + thread + "\\) has not turned for 5 s\n");
        assertThat(waiting.get("/livez").body()).isEqualTo(reply.body());
        release.countDown();
        Harness.eventually(() -> connect().get("/livez").status() == 200);
    }

    @Test
    void theAdminLoopSleepsWhileNobodyAsks() {
        assertThat(connect().get("/livez").status()).isEqualTo(200);
        peers.forEach(HttpPeer::close);
        AtomicInteger looks = new AtomicInteger();
        gateway.clock.whenRead(() -> {
            if (Thread.currentThread().getName().startsWith("gateway-admin")) {
                looks.incrementAndGet();
            }
        });
        await().during(Duration.ofMillis(300)).until(() -> looks.getAndSet(0) == 0);
        assertThat(connect().get("/livez").status()).isEqualTo(200);
        assertThat(looks).hasPositiveValue();
    }

    @Test
    void aGatewayThatDrainsIsLiveButNotReady() {
        CompletableFuture<ServiceResponse> answer = new CompletableFuture<>();
        gateway.gateway.serve("slow", request -> answer.join());
        RawPeer asking = gateway.connect().request(1, "slow", "");
        gateway.settle();
        CompletableFuture<Void> drained = gateway.gateway.drain();
        Reply reply = connect().get("/readyz");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.body()).isEqualTo("draining\n");
        assertThat(connect().get("/livez").status()).isEqualTo(200);
        assertThat(connect().get("/metrics").body()).contains("\ngateway_ready 0.0\n");
        assertThat(drained).isNotDone();
        answer.complete(ServiceResponse.of(Payload.EMPTY));
        asking.receive(Frame.GoAway.class);
        asking.reset();
        gateway.gateway.close();
        assertThatThrownBy(() -> connect().get("/readyz")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void prometheusReadsTheGatewaysMetersAndTheJvms() {
        Reply metrics = connect().get("/metrics");
        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.header("content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body())
                .contains("\ngateway_ready 1.0\n", "\ngateway_loops 2.0\n", "# HELP gateway_ready ")
                .contains("\ngateway_direct_memory_bytes ", "\ngateway_limits_reached_total{limit=\"sessions\"} 0.0\n")
                .contains("\njvm_memory_used_bytes{", "\njvm_threads_live_threads ", "\nprocess_uptime_seconds ")
                .contains(
                        "\nsystem_cpu_count ", "\njvm_gc_memory_allocated_bytes_total ", "\nprocess_files_open_files ");
        assertThat(metrics.body().lines()).allMatch(line -> line.startsWith("#") || line.matches("\\S.* \\S+"));
    }

    @Test
    void whatTheEmbedderKeepsElsewhereIsNotFound() {
        try (Gateway embedded = Gateway.builder()
                .listen("tcp://127.0.0.1:0")
                .admin("http://127.0.0.1:0")
                .metrics(new SimpleMeterRegistry())
                .start()) {
            Reply metrics = connect(embedded).get("/metrics");
            assertThat(metrics.status()).isEqualTo(404);
            assertThat(metrics.body())
                    .startsWith("the application that embeds this gateway keeps its metrics elsewhere");
            assertThat(connect(embedded).get("/readyz").status()).isEqualTo(200);
        }
    }

    @Test
    void anEmbeddersPrometheusIsShownAsItIsAlsoAsOneOfSeveral() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        prometheus.counter("mine").increment();
        CompositeMeterRegistry both = new CompositeMeterRegistry();
        both.add(new SimpleMeterRegistry());
        both.add(prometheus);
        try (Gateway embedded = Gateway.builder()
                .listen("tcp://127.0.0.1:0")
                .admin("http://127.0.0.1:0")
                .metrics(both)
                .start()) {
            assertThat(connect(embedded).get("/metrics").body())
                    .contains("mine_total 1.0\n", "gateway_ready 1.0\n")
                    .doesNotContain("jvm_");
        }
    }

    @Test
    void withoutTheKeyThereIsNone() {
        try (Gateway embedded = Gateway.builder().listen("tcp://127.0.0.1:0").start()) {
            assertThat(embedded.adminAddress()).isNull();
        }
        assertThatThrownBy(() -> Gateway.builder().admin("tcp://127.0.0.1:0")).isInstanceOf(ConfigException.class);
    }

    @Test
    void aPortInUseIsOneClearLineAndNothingIsLeft() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String url = "http://127.0.0.1:" + taken.getLocalPort();
            Gateway.Builder builder =
                    Gateway.builder().listen("tcp://127.0.0.1:0").admin(url);
            assertThatThrownBy(builder::start)
                    .isInstanceOf(GatewayStartException.class)
                    .hasMessage("admin.listen " + url + ": port " + taken.getLocalPort()
                            + " is in use; stop what listens there or choose another port, or off for none");
        }
        assertThatThrownBy(() -> Gateway.builder()
                        .listen("tcp://127.0.0.1:0")
                        .admin("http://no-such-host.invalid:0")
                        .start())
                .hasMessage("admin.listen http://no-such-host.invalid:0: host 'no-such-host.invalid' does not resolve;"
                        + " use a name or an address of this machine");
    }

    @ParameterizedTest
    @MethodSource("io.socketgateway.server.Transports#available")
    void everyTransportCarriesIt(String transport) {
        try (Harness other =
                Harness.start(1, Form.BINARY, "server.transport", transport, "admin.listen", "http://127.0.0.1:0")) {
            HttpPeer peer = connect(other.gateway);
            assertThat(peer.get("/livez").status()).isEqualTo(200);
            assertThat(peer.get("/metrics").status()).isEqualTo(200);
            peer.halfClose();
            assertThat(peer.isAtEnd()).isTrue();
        }
    }

    // How it speaks

    @Test
    void aConnectionIsKeptUntilTheClientWantsItClosed() {
        HttpPeer peer = connect();
        for (int i = 0; i < 3; i++) {
            assertThat(peer.get("/readyz").header("connection")).isEmpty();
        }
        peer.send("GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(peer.reply().header("connection")).isEqualTo("close");
        assertThat(peer.isAtEnd()).isTrue();
    }

    @Test
    void http10ClosesUnlessToldOtherwiseAndNeedsNoHost() {
        HttpPeer peer = connect().send("GET /readyz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Reply kept = peer.reply();
        assertThat(kept.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(kept.header("connection")).isEqualTo("keep-alive");
        assertThat(peer.send("GET /readyz HTTP/1.0\r\n\r\n").reply().header("connection"))
                .isEqualTo("close");
        assertThat(peer.isAtEnd()).isTrue();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderHoweverTheyAreCut() {
        String live = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
        String ready = "HEAD /readyz HTTP/1.1\r\nHost: x\r\n\r\n";
        String none = "GET /none HTTP/1.1\r\nHost: x\r\n\r\n";
        HttpPeer peer = connect().send((live + ready + none).repeat(100) + live.substring(0, 20));
        for (int i = 0; i < 100; i++) {
            assertThat(peer.reply().body()).isEqualTo("live\n");
            assertThat(peer.reply(false).header("content-length")).isEqualTo("6");
            assertThat(peer.reply().status()).isEqualTo(404);
        }
        assertThat(peer.send(live.substring(20)).reply().body()).isEqualTo("live\n");
        for (int i = 0; i < live.length(); i++) {
            peer.send(live.substring(i, i + 1));
        }
        assertThat(peer.reply().body()).isEqualTo("live\n");
    }

    @Test
    void aClientThatHasSaidAllIsAnsweredAll() {
        HttpPeer peer =
                connect().request("GET", "/livez").request("GET", "/readyz").halfClose();
        assertThat(peer.reply().body()).isEqualTo("live\n");
        assertThat(peer.reply().body()).isEqualTo("ready\n");
        assertThat(peer.isAtEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/metrics", "/none"})
    void headIsGetWithoutTheBody(String path) {
        HttpPeer peer = connect();
        Reply get = peer.get(path);
        Reply head = peer.request("HEAD", path).reply(false);
        assertThat(head.statusLine()).isEqualTo(get.statusLine());
        assertThat(head.headers().keySet()).isEqualTo(get.headers().keySet());
        assertThat(head.header("content-type")).isEqualTo(get.header("content-type"));
        assertThat(Integer.parseInt(head.header("content-length"))).isPositive();
        assertThat(peer.get("/readyz").body()).isEqualTo("ready\n"); // what follows is no body
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /readyz?verbose=1, 200",
        "GET, http://gateway.example:7480/readyz, 200",
        "GET, HTTP://gateway.example/readyz?x, 200",
        "GET, http://gateway.example, 404",
        "GET, /, 404",
        "GET, /readyz/, 404",
        "GET, //readyz, 404",
        "GET, /READYZ, 404",
        "GET, readyz, 404",
        "OPTIONS, *, 404",
        "CONNECT, localhost:80, 404",
        "DELETE, /none, 404",
        "POST, /readyz, 405",
        "OPTIONS, /livez, 405",
        "TRACE, /metrics, 405",
        "get, /readyz, 405",
        "BREW, /readyz, 405"
    })
    void whatIsAskedForIsFoundOrNot(String method, String target, int status) {
        HttpPeer peer = connect();
        Reply reply = peer.request(method, target).reply();
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("allow")).isEqualTo(status == 405 ? "GET, HEAD" : "");
        assertThat(peer.get("/readyz").status()).isEqualTo(200); // the connection is as good as before
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /readyz HTTP/1.1\\n\\n | 400
            GET /readyz HTTP/1.1\\nHost: a\\nHost: b\\n\\n | 400
            GET /readyz HTTP/1.1\\nHost: a\\nnocolon\\n\\n | 400
            GET /readyz HTTP/1.1\\nHost : a\\n\\n | 400
            GET /readyz HTTP/1.1\\nHost: a\\nContent-Length: x\\n\\n | 400
            GET /readyz HTTP/1.1\\nHost: a\\nContent-Length: -1\\n\\n | 400
            GET /readyz HTTP/1.1\\nHost: a\\nContent-Length: 1\\nContent-Length: 2\\n\\n | 400
            GET /readyz HTTP/2.0\\nHost: a\\n\\n | 505
            PRI * HTTP/2.0\\n\\nSM\\n\\n | 505
            GET /readyz\\n\\n | 400
            nonsense\\n\\n | 400
            GET /readyz XTTP/1.1\\nHost: a\\n\\n | 400
            GET /readyz HTTP/1.1\\nHost: a\\nContent-Length: 5\\n\\nhello | 413
            GET /readyz HTTP/1.1\\nHost: a\\nTransfer-Encoding: chunked\\n\\n5\\nhello\\n0\\n\\n | 413
            GET /readyz HTTP/1.1\\nHost: a\\nContent-Length: 5\\nExpect: 100-continue\\n\\n | 413
            POST /readyz HTTP/1.1\\nHost: a\\nContent-Length: 5\\n\\nhello | 405
            POST /none HTTP/1.1\\nHost: a\\nContent-Length: 5\\n\\nhello | 404
            """)
    void whatCannotBeTakenIsToldAndTheConnectionEnds(String request, int status) {
        HttpPeer peer = connect().request("GET", "/livez").send(request.replace("\\n", "\r\n"));
        assertThat(peer.reply().body()).isEqualTo("live\n"); // what came before is answered all the same
        Reply reply = peer.reply();
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("connection")).isEqualTo("close");
        assertThat(peer.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").isAtEnd())
                .isTrue();
    }

    @Test
    void anEmptyBodyIsNone() {
        assertThat(connect()
                        .send("GET /readyz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
                        .reply()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aLineOrHeadersThatAreTooLongAreRefused() {
        String line = "GET /readyz?" + "x".repeat(4_000) + " HTTP/1.1\r\nHost: x\r\n";
        String headers = "X: y\r\n".repeat(900) + "Long: " + "z".repeat(2_000) + "\r\n";
        assertThat(connect().send(line + headers + "\r\n").reply().status()).isEqualTo(200);
        Reply tooLong = connect().send("GET /" + "x".repeat(5_000)).reply();
        assertThat(tooLong.status()).isEqualTo(414);
        assertThat(tooLong.header("connection")).isEqualTo("close");
        assertThat(connect()
                        .send("GET /readyz HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(3_000))
                        .reply()
                        .status())
                .isEqualTo(431);
        assertThat(connect()
                        .send("GET /readyz HTTP/1.1\r\nX: " + "y".repeat(9_000))
                        .reply()
                        .status())
                .isEqualTo(431);
    }

    @Test
    void anAnswerIsReadAlsoByWhoHasNotDoneSpeaking() {
        HttpPeer peer = connect()
                .send("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000));
        assertThat(peer.reply().status()).isEqualTo(405);
        assertThat(peer.isAtEnd()).isTrue();
    }

    // Who takes too long, or too much

    @Test
    void aRequestThatDoesNotComeToAnEndTimesOutAndAnIdleConnectionIsClosed() {
        HttpPeer idle = connect();
        HttpPeer slow = connect();
        HttpPeer used = connect();
        assertThat(idle.get("/readyz").status()).isEqualTo(200);
        settle();
        gateway.advance(9_000);
        assertThat(used.get("/readyz").status()).isEqualTo(200);
        assertThat(slow.send("GET /ready")).isNotNull();
        settle();
        gateway.advance(2_000);
        assertThat(idle.isAtEnd()).isTrue();
        assertThat(slow.send("z HTTP/1.1\r\nHost: x\r\n\r\n").reply().status()).isEqualTo(200);
        assertThat(used.get("/readyz").status()).isEqualTo(200);
        HttpPeer slower = connect().send("GET /readyz HTTP/1.1\r\n");
        settle();
        gateway.advance(6_000);
        slower.send("Host: x\r\n");
        settle();
        gateway.advance(6_000); // another header does not win time
        Reply timedOut = slower.reply();
        assertThat(timedOut.status()).isEqualTo(408);
        assertThat(timedOut.header("connection")).isEqualTo("close");
        assertThat(slower.isAtEnd()).isTrue();
    }

    @Test
    void moreConnectionsThanTheBoundAreClosedAndCounted() {
        List<HttpPeer> all = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            all.add(connect());
            assertThat(all.get(i).get("/readyz").status()).isEqualTo(200);
        }
        assertThat(connect().isAtEnd()).isTrue();
        assertThat(connect().isAtEnd()).isTrue();
        assertThat(refused()).isEqualTo(2);
        assertThat(all.get(7).get("/readyz").status()).isEqualTo(200);
        all.get(7).close();
        Harness.eventually(() -> {
            HttpPeer next = connect().request("GET", "/readyz");
            try {
                return next.reply().status() == 200;
            } catch (UncheckedIOException e) {
                return false;
            }
        });
    }

    @Test
    void thoseWhoAskAndLeaveMakeRoomOnceTheirAnswerIsThere() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        stick(release);
        for (int i = 0; i < 64; i++) {
            connect().request("GET", "/livez");
        }
        Harness.eventually(() -> connect().isAtEnd());
        peers.forEach(HttpPeer::reset);
        release.countDown();
        Harness.eventually(() -> {
            try {
                return connect().get("/readyz").status() == 200;
            } catch (UncheckedIOException refused) {
                return false;
            }
        });
        peers.forEach(HttpPeer::close);
        Harness.eventually(
                () -> { // all 64 places are there again
                    List<HttpPeer> all = new ArrayList<>();
                    try {
                        for (int i = 0; i < 64; i++) {
                            all.add(connect());
                            assertThat(all.get(i).get("/readyz").status()).isEqualTo(200);
                        }
                        return true;
                    } catch (UncheckedIOException refused) {
                        all.forEach(HttpPeer::close);
                        return false;
                    }
                });
    }

    @Test
    void itHasAThreadOfItsOwn() {
        InetSocketAddress address = Objects.requireNonNull(gateway.gateway.adminAddress());
        assertThat(address.getAddress().isLoopbackAddress()).isTrue();
        assertThat(address.getPort()).isPositive();
        assertThat(connect().get("/livez").status()).isEqualTo(200);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("gateway-admin"))
                .hasSize(1);
    }
}
