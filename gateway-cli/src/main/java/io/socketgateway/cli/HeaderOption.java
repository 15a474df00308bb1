package io.socketgateway.cli;

import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.ProtocolException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is said beside the data. */
final class HeaderOption {
    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description = "A header to send with the data; any number.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** The headers in the order given; a fault of usage if they break a rule. */
    Headers headers() {
        try {
            return Headers.of(headers);
        } catch (ProtocolException e) {
            throw new ParameterException(command.commandLine(), "--header: " + e.getMessage());
        }
    }
}
