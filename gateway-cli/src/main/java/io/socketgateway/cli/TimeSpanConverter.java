package io.socketgateway.cli;

import io.socketgateway.server.config.TimeSpan;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 250ms}, {@code 10s}, {@code 10m} and {@code 1h}; over zero. */
final class TimeSpanConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return read(text, false);
    }

    private static Duration read(String text, boolean zero) {
        return TimeSpan.read(text)
                .filter(time -> zero || !time.isZero())
                .orElseThrow(
                        () -> new TypeConversionException("'" + text + "' is not a time such as 250ms, 10s or 10m"));
    }

    /** The same, or {@code 0s}. */
    static final class OrZero implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return read(text, true);
        }
    }
}
