package io.socketgateway.cli;

import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.protocol.Overflow;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What becomes of messages that are too many for their subscriber. */
final class OverflowOptions {
    @Option(
            names = "--overflow",
            paramLabel = "POLICY",
            converter = PolicyConverter.class,
            completionCandidates = Policies.class,
            description = "What gives way when messages come faster than they are taken: drop-oldest, drop-newest,"
                    + " latest (of each subject only the last waits), or disconnect. Default: drop-oldest.")
    private Overflow overflow = Overflow.DROP_OLDEST;

    @Option(
            names = "--buffer",
            paramLabel = "N",
            description = "How many messages may wait in the gateway, and as many here."
                    + " Default: what the gateway grants a session, and 1024 here.")
    private int buffer;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** Whether nothing may give way. */
    boolean losesNothing() {
        return overflow == Overflow.DISCONNECT;
    }

    /** These options with the policy and the buffer. */
    SubscribeOptions on(SubscribeOptions options) {
        SubscribeOptions decided = options.withOverflow(overflow);
        if (!command.commandLine().getParseResult().hasMatchedOption("--buffer")) {
            return decided;
        } else if (buffer < 1) {
            throw new ParameterException(command.commandLine(), "--buffer: expected 1 or more");
        }
        return decided.withGatewayBuffer(buffer).withQueueCapacity(buffer);
    }

    /** Reads a policy as the protocol writes it. */
    static final class PolicyConverter implements ITypeConverter<Overflow> {
        @Override
        public Overflow convert(String text) {
            return Overflow.of(text)
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                            + Arrays.stream(Overflow.values())
                                    .map(Overflow::text)
                                    .collect(Collectors.joining(", "))));
        }
    }

    /** For the shell to complete. */
    static final class Policies implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Overflow.values()).map(Overflow::text).iterator();
        }
    }
}
