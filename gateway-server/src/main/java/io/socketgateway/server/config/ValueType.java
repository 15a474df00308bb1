package io.socketgateway.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How one kind of value is written, read and checked. What {@link #write} writes, {@link #read} reads back to an equal
 * value.
 *
 * @param <T> the Java type of the value
 */
public final class ValueType<T> {
    /** The number that stands for {@code unlimited} where a key allows that word. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final String UNLIMITED_WORD = "unlimited";
    private static final String SYSTEM_WORD = "system";
    private static final String OFF_WORD = "off";

    private final String expected;
    private final Function<String, Optional<T>> reader;
    private final Function<T, String> writer;
    private final Predicate<T> valid;

    private ValueType(
            String expected, Function<String, Optional<T>> reader, Function<T, String> writer, Predicate<T> valid) {
        this.expected = expected;
        this.reader = reader;
        this.writer = writer;
        this.valid = valid;
    }

    /** A whole number. */
    static ValueType<Integer> count(int least, int most) {
        return new ValueType<>(
                "a whole number from " + Grouped.of(least) + " to " + Grouped.of(most),
                ValueType::integer,
                value -> Integer.toString(value),
                value -> value >= least && value <= most);
    }

    /** A whole number of at least 1, or the word {@code unlimited}, which is {@link #UNLIMITED}. */
    static ValueType<Integer> countOrUnlimited() {
        return new ValueType<>(
                "a whole number from 1 to " + Grouped.of(UNLIMITED - 1) + ", or " + UNLIMITED_WORD + " (0 is not that)",
                text -> text.equals(UNLIMITED_WORD)
                        ? Optional.of(UNLIMITED)
                        : integer(text).filter(value -> value != UNLIMITED),
                value -> value == UNLIMITED ? UNLIMITED_WORD : Integer.toString(value),
                value -> value >= 1);
    }

    /** A whole number, or {@code auto} (or 0) for the number of processors; the value is never 0. */
    static ValueType<Integer> processors(int most) {
        return new ValueType<>(
                "auto, or a whole number from 1 to " + Grouped.of(most),
                text -> (text.equals("auto") ? Optional.of(0) : integer(text))
                        .map(value -> value == 0 ? Runtime.getRuntime().availableProcessors() : value),
                value -> Integer.toString(value),
                value -> value >= 1 && value <= most);
    }

    /** A number of bytes, at most 2^31-1. */
    static ValueType<Integer> bytes(int least, int most) {
        return new ValueType<>(
                "a size from " + ByteSize.write(least) + " to " + ByteSize.write(most) + " (8MiB, 4KiB, 1048576)",
                text -> ByteSize.read(text)
                        .filter(value -> value <= Integer.MAX_VALUE)
                        .map(Long::intValue),
                value -> ByteSize.write(value),
                value -> value >= least && value <= most);
    }

    /** A number of bytes, or a share of the memory that this JVM may use; the value is the number of bytes. */
    static ValueType<Long> memory(long least) {
        return new ValueType<>(
                "a share of the memory the JVM may use, to a tenth of a percent (25%, 12.5%), or a size from "
                        + ByteSize.write(least) + " (64MiB)",
                text -> text.endsWith("%") ? share(text) : ByteSize.read(text),
                ByteSize::write,
                value -> value >= least);
    }

    private static Optional<Long> share(String text) {
        if (!text.matches("[0-9]{1,2}(\\.[0-9])?%")) {
            return Optional.empty();
        }
        int point = text.indexOf('.');
        String tenths = point < 0 ? text.replace("%", "0") : text.substring(0, point) + text.charAt(point + 1);
        long share = Long.parseLong(tenths);
        long all = Runtime.getRuntime().maxMemory();
        return Optional.of(all / 1_000 * share + all % 1_000 * share / 1_000);
    }

    /** Addresses and ranges of them, separated by commas, or {@code none}. */
    static ValueType<List<AddressRange>> addressRanges() {
        return new ValueType<>(
                "none, or addresses and ranges such as 10.0.0.0/8 or ::1, separated by commas",
                text -> {
                    List<AddressRange> ranges = new ArrayList<>();
                    for (String range : text.equals("none") ? new String[0] : text.split(",", -1)) {
                        Optional<AddressRange> read = AddressRange.read(range.strip());
                        if (read.isEmpty()) {
                            return Optional.empty();
                        }
                        ranges.add(read.get());
                    }
                    return Optional.of(List.copyOf(ranges));
                },
                value -> value.isEmpty()
                        ? "none"
                        : value.stream().map(AddressRange::toString).collect(Collectors.joining(",")),
                value -> true);
    }

    /** A number of bytes, or {@code system}: what the operating system gives without being asked. */
    static ValueType<OptionalInt> bytesOrSystem(int least, int most) {
        ValueType<Integer> bytes = bytes(least, most);
        return new ValueType<>(
                SYSTEM_WORD + ", or " + bytes.expected,
                text -> text.equals(SYSTEM_WORD)
                        ? Optional.of(OptionalInt.empty())
                        : bytes.reader.apply(text).map(OptionalInt::of),
                value -> value.isEmpty() ? SYSTEM_WORD : ByteSize.write(value.getAsInt()),
                value -> value.isEmpty() || bytes.valid.test(value.getAsInt()));
    }

    /** A length of time in whole multiples of a unit. */
    static ValueType<Duration> duration(Duration least, Duration most, Duration unit) {
        String step = unit.equals(Duration.ofSeconds(1)) ? " in whole seconds" : "";
        return new ValueType<>(
                "a time from " + TimeSpan.write(least) + " to " + TimeSpan.write(most) + step
                        + " (250ms, 10s, 10m, 1h)",
                TimeSpan::read,
                TimeSpan::write,
                value -> value.compareTo(least) >= 0
                        && value.compareTo(most) <= 0
                        && value.toNanos() % unit.toNanos() == 0);
    }

    /** One of an enum's constants, written in lower case. */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        Function<E, String> writer = value -> value.name().toLowerCase(Locale.ROOT);
        List<E> all = List.of(type.getEnumConstants());
        return new ValueType<>(
                "one of " + all.stream().map(writer).collect(Collectors.joining(", ")),
                text -> all.stream()
                        .filter(value -> writer.apply(value).equals(text))
                        .findFirst(),
                writer,
                value -> true);
    }

    /** {@code true} or {@code false}. */
    static ValueType<Boolean> flag() {
        return new ValueType<>(
                "true or false",
                text -> Stream.of(true, false)
                        .filter(value -> text.equals(value.toString()))
                        .findFirst(),
                value -> Boolean.toString(value),
                value -> true);
    }

    /** The name of a node; {@code auto} is this machine's host name. */
    static ValueType<String> nodeName() {
        return new ValueType<>(
                "auto, or a name of 1 to 253 of A-Z a-z 0-9 . _ -",
                text -> Optional.of(text.equals("auto") ? HostName.own() : text),
                value -> value,
                value -> value.matches("[A-Za-z0-9._-]{1,253}"));
    }

    /** A client's name, or {@code off} for none. */
    static ValueType<Optional<String>> clientIdOrOff() {
        return new ValueType<>(
                "off, or a clientId of 1 to 64 of A-Z a-z 0-9 _ -",
                text -> Optional.of(text.equals(OFF_WORD) ? Optional.empty() : Optional.of(text)),
                value -> value.orElse(OFF_WORD),
                value -> value.isEmpty() || value.get().matches("[A-Za-z0-9_-]{1,64}"));
    }

    /** Where HTTP is answered, or {@code off} for nowhere. */
    static ValueType<Optional<HttpAddress>> httpAddressOrOff() {
        return new ValueType<>(
                OFF_WORD + ", or a URL such as " + HttpAddress.EXAMPLE,
                text -> Optional.of(text.equals(OFF_WORD) ? Optional.empty() : Optional.of(HttpAddress.parse(text))),
                value -> value.map(HttpAddress::toString).orElse(OFF_WORD),
                value -> true);
    }

    /** Listener URLs, separated by commas; at least one. */
    static ValueType<List<ListenerConfig>> listeners() {
        return new ValueType<>(
                "at least one URL such as tcp://127.0.0.1:7400, separated by commas",
                text -> {
                    List<ListenerConfig> listeners = new ArrayList<>();
                    for (String url : text.isBlank() ? new String[0] : text.split(",", -1)) {
                        listeners.add(ListenerConfig.parse(url.strip()));
                    }
                    return Optional.of(List.copyOf(listeners));
                },
                value -> value.stream().map(ListenerConfig::toString).collect(Collectors.joining(",")),
                value -> !value.isEmpty());
    }

    /** What to write, for a person. */
    public String expected() {
        return expected;
    }

    /** The value that a text means; empty if it is not of this type or out of range. */
    public Optional<T> read(String text) {
        return reader.apply(text).filter(valid);
    }

    /** The text that means this value. */
    public String write(T value) {
        return writer.apply(value);
    }

    /** Whether this value is in range. */
    public boolean allows(T value) {
        return valid.test(value);
    }

    private static Optional<Integer> integer(String text) {
        return text.matches("[0-9]{1,10}")
                ? Optional.of(Long.parseLong(text))
                        .filter(value -> value <= Integer.MAX_VALUE)
                        .map(Long::intValue)
                : Optional.empty();
    }
}
