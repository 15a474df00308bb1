package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both readings of a command line of {@code serve} agree, and what only picocli knows is left to it. */
class PlainServeTest {
    private final Console console = new Console(
            new ByteArrayInputStream(new byte[0]),
            new ByteArrayOutputStream(),
            new ByteArrayOutputStream(),
            false,
            Map.of());

    /** Arguments stand between bars. */
    private static String[] arguments(String line) {
        return Stream.concat(
                        Stream.of("serve"), Arrays.stream(line.split("\\|")).filter(part -> !part.isEmpty()))
                .map(argument -> argument.equals("''") ? "" : argument)
                .toArray(String[]::new);
    }

    private Object parsed(String[] arguments) {
        return GatewayCommand.commandLine(console)
                .parseArgs(arguments)
                .subcommand()
                .commandSpec()
                .userObject();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--listen|tcp://127.0.0.1:0",
                "--listen=tcp://127.0.0.1:0",
                "--listen|tcp://127.0.0.1:0|--listen|udp://127.0.0.1:0?cookies=never",
                "--listen=tcp://[::1]:7401|--set=log.format=json|--listen|udp://[::]:0",
                "--set|limits.sessions=20|--set|limits.sessions=30",
                "--set=limits.sessions=20|--set|a=b=c|--set=d=",
                "--set|a=|--set|=b|--set|no equals sign",
                "--set| |--set|a = b ",
                "--set|serve|--set|check|--listen|config",
                "--set|@file|--set|\"quoted\"|--set='quoted'|--set|a,b;c|--set|${x}|--set|%n|--set|\\|--set|ä€",
                "--config|gateway.yaml",
                "--config=a=b.yaml|--set|x=-1|--warm-up",
                "--warm-up|--config|/etc/gateway/gateway.yaml"
            })
    void whatIsReadPlainlyIsWhatPicocliReads(String line) {
        String[] arguments = arguments(line);
        assertThat(PlainServe.read(console, arguments, 1))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(parsed(arguments));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--listen",
                "--set",
                "--set=",
                "--set|''",
                "--set|-x",
                "--set|--listen",
                "--set=--listen",
                "--config|a|--config|b",
                "--config=a|--config=b",
                "--warm-up|--warm-up",
                "--warm-up=true",
                "--warm|x",
                "--sets|a=b",
                "--SET|a=b",
                "-set|a=b",
                "--no-such|x",
                "--|--set|a=b",
                "word",
                "''",
                "--set|a=b|word",
                "--listen|tcp://127.0.0.1:0|--help"
            })
    void allElseIsLeftToPicocli(String line) {
        assertThat(PlainServe.read(console, arguments(line), 1)).isEmpty();
    }
}
