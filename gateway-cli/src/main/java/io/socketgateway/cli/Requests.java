package io.socketgateway.cli;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Request;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Requests of the command line: what breaks a rule is a fault of usage, found before anything is sent. */
final class Requests {
    private Requests() {}

    static Request of(CommandSpec command, String subject, UnaryOperator<Request.Builder> options) {
        try {
            return options.apply(Request.to(subject)).build();
        } catch (GatewayException | IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
