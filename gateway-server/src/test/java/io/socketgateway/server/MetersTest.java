package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Breakdown;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.metrics.Traffic;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is counted has a meter, a meter has its line in the documentation, and both tell the truth. */
class MetersTest {
    private static final Path PAGE = Path.of("../docs/metrics.md");

    @AutoClose
    private final Harness gateway = Harness.startWithDatagrams(2, Form.BINARY, "limits.sessions", "8");

    private final MeterRegistry registry = gateway.gateway.metrics();

    private static double value(Meter meter) {
        return meter.match(
                Gauge::value,
                c -> -1.0,
                t -> -1.0,
                s -> -1.0,
                t -> -1.0,
                t -> -1.0,
                FunctionCounter::count,
                t -> -1.0,
                m -> -1.0);
    }

    private double value(String name, String... tags) {
        return registry.get(name).tags(tags).meters().stream()
                .mapToDouble(MetersTest::value)
                .sum();
    }

    private void await(double expected, String name, String... tags) {
        Harness.eventually(() -> value(name, tags) == expected);
    }

    // What is there

    /** Whatever holds a count, with where it stands. */
    private static Map<String, LongAdder> adders(Object holder) throws IllegalAccessException {
        Map<String, LongAdder> adders = new TreeMap<>();
        for (Field field : holder.getClass().getFields()) {
            String name = holder.getClass().getSimpleName() + "." + field.getName();
            if (field.get(holder) instanceof LongAdder adder) {
                adders.put(name, adder);
            } else if (field.get(holder) instanceof Breakdown<?> breakdown) {
                breakdown.forEach((cause, adder) -> adders.put(name + "." + cause, adder));
            } else {
                throw new AssertionError(name + " is no counter");
            }
        }
        return adders;
    }

    @Test
    void everyCounterHasAMeter() throws IllegalAccessException {
        Counters counters = gateway.gateway.counters();
        Map<String, LongAdder> adders = adders(counters);
        for (String transport : counters.transports()) {
            adders(counters.traffic(transport)).forEach((name, adder) -> adders.put(transport + name, adder));
        }
        // An ERROR is an end like any other, told by its code; what is closed is not open any more.
        adders.keySet()
                .removeIf(name -> name.equals("Counters.sessionsEnded.ERROR")
                        || name.endsWith(Traffic.class.getSimpleName() + ".sessionsClosed"));
        assertThat(adders).hasSizeGreaterThan(60);
        List<Meter> meters = registry.getMeters();
        adders.forEach((name, adder) -> {
            List<Double> before = meters.stream().map(MetersTest::value).toList();
            adder.add(1_000_000);
            List<Meter> moved = new ArrayList<>();
            for (int i = 0; i < meters.size(); i++) {
                if (value(meters.get(i)) >= before.get(i) + 1_000_000) {
                    moved.add(meters.get(i));
                }
            }
            adder.add(-1_000_000);
            if (moved.size() > 1) { // how many there are now may follow from how many came
                moved.removeIf(Gauge.class::isInstance);
            }
            assertThat(moved).as(name).hasSize(1);
        });
    }

    private List<String> lines() {
        Map<String, List<Meter.Id>> byName = registry.getMeters().stream()
                .map(Meter::getId)
                .collect(Collectors.groupingBy(Meter.Id::getName, TreeMap::new, Collectors.toList()));
        return byName.values().stream().map(MetersTest::line).toList();
    }

    private static String line(List<Meter.Id> ids) {
        Meter.Id any = ids.get(0);
        String tags = ids.stream()
                .flatMap(id -> id.getTags().stream())
                .map(Tag::getKey)
                .distinct()
                .map(key -> "`" + key + "`")
                .collect(Collectors.joining(", "));
        String kind = any.getType() == Meter.Type.GAUGE ? "gauge" : "counter";
        String unit = any.getBaseUnit() == null ? "" : any.getBaseUnit();
        return "| `%s` | %s | %s | %s | %s |".formatted(any.getName(), kind, tags, unit, any.getDescription());
    }

    @Test
    void everyMeterHasItsLineAndEveryLineItsMeter() throws IOException {
        List<String> documented = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `gateway."))
                .toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(lines());
    }

    @Test
    void namesAreLowerCaseWithDotsAndTagsAreFew() {
        assertThat(registry.getMeters()).allSatisfy(meter -> {
            assertThat(meter.getId().getName()).matches("gateway(\\.[a-z]+)+");
            assertThat(meter.getId().getTags())
                    .extracting(Tag::getKey)
                    .isSubsetOf("limit", "transport", "direction", "reason", "code");
            String unit = meter.getId().getBaseUnit();
            assertThat(unit == null || meter.getId().getName().endsWith("." + unit))
                    .isTrue();
        });
        assertThat(registry.getMeters()).hasSizeLessThan(200);
    }

    @Test
    void everyLimitIsShownBeforeItIsReached() {
        for (Limit limit : Limit.values()) {
            assertThat(value(Limit.METRIC, "limit", limit.metricTag()))
                    .as(limit.name())
                    .isZero();
            gateway.gateway.counters().reached(limit);
            assertThat(value(Limit.METRIC, "limit", limit.metricTag()))
                    .as(limit.name())
                    .isEqualTo(1);
        }
    }

    // What it says

    @Test
    void framesAndBytesAreCountedByTransport() {
        Frame ping = new Frame.Ping(5, Payload.text("x".repeat(100)));
        int bytes = RawPeer.bytes(Form.BINARY, ping).length;
        RawPeer peer = gateway.connect().send(ping, ping, ping);
        for (int i = 0; i < 3; i++) {
            peer.receive(Frame.Pong.class);
        }
        await(6, "gateway.traffic.frames", "transport", "tcp");
        await(3 * bytes, "gateway.traffic.bytes", "transport", "tcp", "direction", "in");
        await(3 * bytes, "gateway.traffic.bytes", "transport", "tcp", "direction", "out");
        assertThat(value("gateway.traffic.frames", "transport", "udp")).isZero();
    }

    @Test
    void datagramsCountAllTheirBytes() {
        RawDatagramPeer peer = gateway.datagramSession(null).expectNothing();
        double frames = value("gateway.traffic.frames", "transport", "udp", "direction", "in");
        double in = value("gateway.traffic.bytes", "transport", "udp", "direction", "in");
        Frame publish = PeerFrames.publish(7, "news", false, "x");
        peer.send(publish, publish);
        await(frames + 2, "gateway.traffic.frames", "transport", "udp", "direction", "in");
        int bytes = 9 + 2 * RawPeer.bytes(Form.BINARY, publish).length;
        assertThat(value("gateway.traffic.bytes", "transport", "udp", "direction", "in"))
                .isEqualTo(in + bytes);
        assertThat(value("gateway.traffic.bytes", "transport", "udp", "direction", "out"))
                .isPositive();
    }

    @Test
    void requestsAreCountedByTheirOutcome() {
        RawPeer worker = gateway.connect().serve(1, "work");
        assertThat(value("gateway.services")).isEqualTo(4);
        RawPeer peer = gateway.connect();
        peer.request(1, "gateway.echo", "").answer(1);
        await(1, "gateway.requests.ended", "code", "ok");
        peer.request(2, "nobody", "").expectError(2, ErrorCode.NO_WORKER);
        await(1, "gateway.requests.ended", "code", "404");
        peer.request(3, "work", "");
        worker.take();
        assertThat(value("gateway.requests.active")).isEqualTo(1);
        peer.send(new Frame.Cancel(3)).expectError(3, ErrorCode.CANCELLED);
        await(1, "gateway.requests.ended", "code", "499");
        worker.receive(Frame.Cancel.class);
        RawPeer leaving = gateway.connect().request(1, "work", "");
        worker.take();
        leaving.reset();
        await(1, "gateway.requests.ended", "code", "gone");
        assertThat(value("gateway.requests.begun")).isEqualTo(4);
        assertThat(value("gateway.requests.active")).isZero();
        assertThat(value("gateway.errors.sent", "code", "404")).isEqualTo(1);
        assertThat(value("gateway.errors.sent")).isEqualTo(2);
    }

    @Test
    void messagesAreCountedAtBothEnds() {
        RawPeer one = gateway.connect().subscribe(1, "news");
        RawPeer other = gateway.connect().subscribe(1, "news");
        assertThat(value("gateway.subscriptions")).isEqualTo(2);
        gateway.connect().publish(1, "news", "n");
        one.message(1);
        other.message(1);
        assertThat(value("gateway.messages.published")).isEqualTo(1);
        await(2, "gateway.messages.delivered");
        one.unsubscribe(1);
        assertThat(value("gateway.subscriptions")).isEqualTo(1);
        other.reset();
        await(0, "gateway.subscriptions");
        assertThat(value("gateway.messages.dropped")).isZero();
    }

    @Test
    void sessionsAreCountedByTransportAndByTheirEnd() {
        gateway.settle(); // two sessions of its own
        RawPeer leaving = gateway.connect().expectNothing();
        RawPeer lost = gateway.connect().expectNothing();
        RawPeer halfClosed = gateway.connect().expectNothing();
        RawPeer malformed = gateway.connect().expectNothing();
        RawDatagramPeer datagrams = gateway.datagramSession(null);
        RawPeer last = gateway.connect().expectNothing();
        gateway.connect().expectError(0, ErrorCode.UNAVAILABLE);
        assertThat(value("gateway.sessions.open", "transport", "tcp")).isEqualTo(7);
        assertThat(value("gateway.sessions.open", "transport", "udp")).isEqualTo(1);
        assertThat(value("gateway.sessions.refused")).isEqualTo(1);
        leaving.send(new Frame.GoAway(3, null, Frame.ABSENT)).receive(Frame.GoAway.class);
        lost.reset();
        halfClosed.halfClose();
        malformed.sendBody("?").expectError(0, ErrorCode.MALFORMED);
        datagrams.send(new Frame.GoAway(9, null, Frame.ABSENT)).receive(Frame.GoAway.class);
        await(2, "gateway.sessions.closed", "reason", "goaway", "code", "none");
        await(1, "gateway.sessions.closed", "reason", "lost", "code", "none");
        await(1, "gateway.sessions.closed", "reason", "half-closed", "code", "none");
        await(1, "gateway.sessions.closed", "reason", "error", "code", "400");
        last.reset();
        leaving.reset();
        malformed.reset();
        await(6, "gateway.sessions.closed");
        gateway.awaitSessions(0);
        await(2, "gateway.sessions.open", "transport", "tcp");
        await(0, "gateway.sessions.open", "transport", "udp");
        assertThat(value("gateway.sessions.opened")).isEqualTo(8);
    }

    @Test
    void aDrainShows() {
        assertThat(value("gateway.ready")).isEqualTo(1);
        gateway.gateway.drain().join();
        assertThat(value("gateway.ready")).isZero();
    }

    // Whose registry it is

    @Test
    void aRegistryOfTheEmbeddersIsLeftAsItWas() {
        SimpleMeterRegistry foreign = new SimpleMeterRegistry();
        foreign.counter("mine").increment();
        try (Gateway embedded =
                Gateway.builder().listen("tcp://127.0.0.1:0").metrics(foreign).start()) {
            assertThat(embedded.metrics()).isSameAs(foreign);
            assertThat(foreign.get("gateway.loops").gauge().value()).isEqualTo(embedded.workers());
            assertThatThrownBy(() -> Gateway.builder()
                            .listen("tcp://127.0.0.1:0")
                            .metrics(foreign)
                            .start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a registry of its own");
            assertThat(foreign.get("gateway.loops").gauge().value()).isEqualTo(embedded.workers());
        }
        assertThat(foreign.getMeters())
                .extracting(meter -> meter.getId().getName())
                .containsExactly("mine");
        Gateway.builder().listen("tcp://127.0.0.1:0").metrics(foreign).start().close();
    }

    @Test
    void prometheusSeesTheNamesThatDashboardsUse() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Gateway embedded = Gateway.builder()
                .listen("tcp://127.0.0.1:0")
                .metrics(prometheus)
                .start()) {
            embedded.counters().reached(Limit.SESSIONS);
            assertThat(prometheus.scrape())
                    .contains("gateway_limits_reached_total{limit=\"sessions\"} 1.0\n")
                    .contains("gateway_limits_reached_total{limit=\"max-frame-bytes\"} 0.0\n")
                    .contains("gateway_sessions_open{transport=\"tcp\"} 0.0\n")
                    .contains("gateway_sessions_closed_total{code=\"408\",reason=\"error\"} 0.0\n")
                    .contains("gateway_sessions_closed_total{code=\"none\",reason=\"goaway\"} 0.0\n")
                    .contains("gateway_requests_ended_total{code=\"ok\"} 0.0\n")
                    .contains("gateway_traffic_bytes_total{direction=\"in\",transport=\"tcp\"} 0.0\n")
                    .contains("gateway_traffic_frames_total{direction=\"out\",transport=\"udp\"} 0.0\n")
                    .contains("gateway_messages_dropped_total{reason=\"too-large\"} 0.0\n")
                    .contains("gateway_handover_bytes 0.0\n");
        }
        assertThat(Stream.of(prometheus.scrape().split("\n", -1))).noneMatch(line -> line.startsWith("gateway"));
    }
}
