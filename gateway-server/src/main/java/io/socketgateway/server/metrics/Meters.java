package io.socketgateway.server.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.socketgateway.server.loop.Loop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry of one gateway and its meters in it. A registry of its own is made when somebody first looks, since that
 * takes a good part of a start; what is counted is counted all the while. Any thread.
 */
public final class Meters implements AutoCloseable {
    private final Counters counters;
    private final List<Loop> loops;
    private final Levels levels;
    private final boolean forPrometheus;
    private @Nullable GatewayMeters shown;
    private @Nullable JvmMeters jvm;
    private boolean closed;

    /**
     * None yet.
     *
     * @param forPrometheus whether a registry of its own is one of Prometheus, with meters of the JVM
     */
    public Meters(Counters counters, List<Loop> loops, Levels levels, boolean forPrometheus) {
        this.counters = counters;
        this.loops = loops;
        this.levels = levels;
        this.forPrometheus = forPrometheus;
    }

    /**
     * Shows them in a registry of the application's, at once.
     *
     * @throws IllegalStateException if another gateway is shown there
     */
    public synchronized void showIn(MeterRegistry registry) {
        GatewayMeters meters = new GatewayMeters(registry);
        shown = meters;
        CounterMeters.bind(meters, counters, loops, levels);
    }

    /** Where they stand. */
    public synchronized MeterRegistry registry() {
        GatewayMeters meters = shown;
        if (meters == null) {
            meters = new GatewayMeters(
                    forPrometheus ? new PrometheusMeterRegistry(PrometheusConfig.DEFAULT) : new SimpleMeterRegistry());
            shown = meters;
            if (!closed) {
                CounterMeters.bind(meters, counters, loops, levels);
                jvm = forPrometheus ? new JvmMeters(meters.registry()) : null;
            }
        }
        return meters.registry();
    }

    /** Takes them out of the registry; there will be no others. */
    @Override
    public synchronized void close() {
        closed = true;
        if (shown != null) {
            shown.remove();
        }
        if (jvm != null) {
            jvm.close();
        }
    }
}
