package io.socketgateway.server.admin;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.socketgateway.server.loop.Loop;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What there is to be asked. Belongs to the admin loop. */
final class Pages {
    /** Something that can be asked. */
    interface Page {
        /** Answers, now or later, on the admin loop. */
        void ask(Consumer<Answer> reply);
    }

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Observed gateway;
    private final Pulse pulse;
    private final Map<String, Page> pages =
            new TreeMap<>(Map.of("/livez", this::live, "/readyz", this::ready, "/metrics", this::metrics));

    Pages(Observed gateway, Pulse pulse) {
        this.gateway = gateway;
        this.pulse = pulse;
    }

    /** The page of that path. */
    Optional<Page> at(String path) {
        return Optional.ofNullable(pages.get(path));
    }

    /** The paths that there are, for people. */
    String paths() {
        return String.join(", ", pages.keySet());
    }

    private void live(Consumer<Answer> reply) {
        pulse.feel(stuck -> reply.accept(
                stuck.isEmpty()
                        ? Answer.of(HttpResponseStatus.OK, "live")
                        : Answer.of(
                                HttpResponseStatus.SERVICE_UNAVAILABLE,
                                stuck.stream().map(Pages::name).collect(Collectors.joining(", "))
                                        + (stuck.size() == 1 ? " has" : " have") + " not turned for "
                                        + TimeUnit.NANOSECONDS.toSeconds(Pulse.PATIENCE_NANOS) + " s")));
    }

    private static String name(Loop loop) {
        return "loop " + loop.index() + " (thread "
                + loop.eventLoop().threadProperties().name() + ")";
    }

    private void ready(Consumer<Answer> reply) {
        reply.accept(
                gateway.ready().getAsBoolean()
                        ? Answer.of(HttpResponseStatus.OK, "ready")
                        : Answer.of(HttpResponseStatus.SERVICE_UNAVAILABLE, "draining"));
    }

    private void metrics(Consumer<Answer> reply) {
        MeterRegistry meters = gateway.meters().registry();
        reply.accept(prometheus(meters)
                .map(registry -> new Answer(HttpResponseStatus.OK, PROMETHEUS_TEXT, registry.scrape()))
                .findFirst()
                .orElseGet(() -> Answer.of(
                        HttpResponseStatus.NOT_FOUND,
                        "the application that embeds this gateway keeps its metrics elsewhere: its registry is a "
                                + meters.getClass().getSimpleName() + ", and not one of Prometheus")));
    }

    private static Stream<PrometheusMeterRegistry> prometheus(MeterRegistry registry) {
        List<MeterRegistry> all = registry instanceof CompositeMeterRegistry composite
                ? List.copyOf(composite.getRegistries())
                : List.of(registry);
        return all.stream().filter(PrometheusMeterRegistry.class::isInstance).map(PrometheusMeterRegistry.class::cast);
    }
}
