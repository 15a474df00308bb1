package io.socketgateway.cli;

import io.socketgateway.client.GatewayException;
import io.socketgateway.server.GatewayStartException;
import io.socketgateway.server.config.ConfigException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place where faults become a line on standard error and an exit code. A stack trace is for our own faults. */
final class Faults implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Console console;

    Faults(Console console) {
        this.console = console;
    }

    @Override
    public int handleParseException(ParameterException fault, String[] args) {
        CommandLine command = fault.getCommandLine();
        String message = String.valueOf(fault.getMessage()).lines().findFirst().orElse("wrong usage");
        console.note("error: " + (message.startsWith("Error: ") ? message.substring(7) : message));
        UnmatchedArgumentException.printSuggestions(fault, console.noteWriter());
        console.note("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCodes.USAGE;
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, @Nullable ParseResult parsed) {
        Throwable fault = unwrapped(thrown);
        if (fault instanceof GatewayException refused) {
            console.note(isJson(command) ? json(refused, reason(refused)) : text(refused));
            return ExitCodes.FAILED;
        } else if (fault instanceof ConnectFailedException failed) {
            String message = "cannot connect: " + reason(failed.refusal());
            console.note(isJson(command) ? json(failed.refusal(), message) : "error: " + message);
            return ExitCodes.UNREACHABLE;
        } else if (fault instanceof ParameterException usage) {
            return handleParseException(usage, new String[0]);
        } else if (fault instanceof ConfigException || fault instanceof GatewayStartException) {
            console.note("error: " + fault.getMessage());
            return ExitCodes.USAGE;
        } else if (fault instanceof OutputClosedException closed) {
            if (!closed.isBrokenPipe()) {
                console.note("error: cannot write the output: " + closed.getMessage());
            }
            return closed.isBrokenPipe() ? ExitCodes.BROKEN_PIPE : ExitCodes.FAILED;
        } else if (fault instanceof InterruptedException) {
            return ExitCodes.INTERRUPTED;
        }
        console.note("error: a fault of this program: " + fault);
        if (console.environment("GATEWAY_DEBUG").isEmpty()) {
            console.note("GATEWAY_DEBUG=1 shows where.");
        } else {
            fault.printStackTrace(console.noteWriter());
        }
        return ExitCodes.FAILED;
    }

    /** {@code error 404 NO_WORKER: nobody serves orders.get}. */
    static String text(GatewayException refused) {
        String retry = refused.retryAfter()
                .map(delay -> String.format(Locale.ROOT, " (try again in %,d ms)", delay.toMillis()))
                .orElse("");
        return "error " + refused.rawCode() + " " + refused.code() + ": " + reason(refused) + retry;
    }

    /** The message without the code's name, which the client puts before it. */
    static String reason(GatewayException refused) {
        String message = String.valueOf(refused.getMessage());
        String name = refused.code() + ": ";
        return message.startsWith(name) ? message.substring(name.length()) : message;
    }

    private static String json(GatewayException refused, String message) {
        return new JsonLine()
                .number("error", refused.rawCode())
                .text("name", refused.code().name())
                .text("message", message)
                .flag("notProcessed", refused.notProcessed())
                .end();
    }

    private static boolean isJson(CommandLine command) {
        return command.getParseResult() != null && command.getParseResult().hasMatchedOption("--json");
    }

    private static Throwable unwrapped(Throwable thrown) {
        Throwable fault = thrown;
        while ((fault instanceof CompletionException || fault instanceof ExecutionException)
                && fault.getCause() != null) {
            fault = fault.getCause();
        }
        return fault;
    }
}
