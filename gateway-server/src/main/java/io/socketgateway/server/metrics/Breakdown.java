package io.socketgateway.server.metrics;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A counter for each constant of an enumeration: how often something happened, by its cause. Any thread.
 *
 * @param <K> the enumeration
 */
public final class Breakdown<K extends Enum<K>> {
    private final Map<K, LongAdder> counts;

    /** All at 0. */
    public Breakdown(Class<K> causes) {
        counts = Stream.of(causes.getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(Function.identity(), cause -> new LongAdder()));
    }

    /** It happened once more. */
    public void increment(K cause) {
        of(cause).increment();
    }

    /** It happened so many times more. */
    public void add(K cause, long times) {
        of(cause).add(times);
    }

    /** How often it happened. */
    public long sum(K cause) {
        return of(cause).sum();
    }

    /** How often it happened, whatever the cause. */
    public long sum() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Shows every cause and its counter. */
    public void forEach(BiConsumer<? super K, ? super LongAdder> action) {
        counts.forEach(action);
    }

    private LongAdder of(K cause) {
        return Objects.requireNonNull(counts.get(cause), cause.name());
    }
}
