package io.socketgateway.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one gateway in a registry, which may be somebody else's: there they stand beside others, and go when the
 * gateway closes. One thread at a time.
 */
public final class GatewayMeters {
    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();
    private final List<LongSupplier> sources = new ArrayList<>(); // meters hold them weakly

    /** None yet. */
    public GatewayMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Where they stand. */
    public MeterRegistry registry() {
        return registry;
    }

    /**
     * Shows what only grows.
     *
     * @param unit null where it is the thing itself that is counted
     * @param meaning one sentence
     * @throws IllegalStateException if the registry has it already: another gateway is shown there
     */
    void counter(String name, @Nullable String unit, String meaning, Tags tags, LongSupplier count) {
        requireNew(name, tags);
        sources.add(count);
        meters.add(FunctionCounter.builder(name, count, LongSupplier::getAsLong)
                .baseUnit(unit)
                .description(meaning)
                .tags(tags)
                .register(registry));
    }

    /** The same for what also goes down. */
    void gauge(String name, @Nullable String unit, String meaning, Tags tags, LongSupplier value) {
        requireNew(name, tags);
        sources.add(value);
        meters.add(Gauge.builder(name, value, LongSupplier::getAsLong)
                .baseUnit(unit)
                .description(meaning)
                .tags(tags)
                .register(registry));
    }

    private void requireNew(String name, Tags tags) {
        if (registry.find(name).tags(tags).meter() != null) {
            throw new IllegalStateException("meter " + name
                    + " is in the registry already: each gateway needs a registry of its own, until it is closed");
        }
    }

    /** Takes them out of the registry. */
    public void remove() {
        meters.forEach(registry::remove);
        meters.clear();
        sources.clear();
    }
}
