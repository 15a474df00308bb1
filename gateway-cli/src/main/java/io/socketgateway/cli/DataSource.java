package io.socketgateway.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Data as the command line names it: the text itself, {@code @file}, or {@code -} for standard input. */
final class DataSource {
    /** What the help of each command that takes data says of it. */
    static final String HELP = "The data: text as it stands, @FILE, or - for standard input. Without it: nothing.";

    private DataSource() {}

    /** All the bytes that the argument names; a fault of usage if they cannot be read. */
    static byte[] read(String argument, Console console, CommandSpec command) {
        try (InputStream stream = open(argument, console, command)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw unreadable(argument, e, command);
        }
    }

    /** The same as a stream, to be read as it comes. */
    static InputStream open(String argument, Console console, CommandSpec command) {
        try {
            if (argument.equals("-")) {
                return console.in();
            }
            return argument.startsWith("@")
                    ? Files.newInputStream(Path.of(argument.substring(1)))
                    : new ByteArrayInputStream(argument.getBytes(StandardCharsets.UTF_8));
        } catch (IOException | InvalidPathException e) {
            throw unreadable(argument, e, command);
        }
    }

    private static ParameterException unreadable(String argument, Exception fault, CommandSpec command) {
        String why = fault instanceof NoSuchFileException
                ? "there is no such file"
                : "cannot be read: " + fault.getMessage();
        return new ParameterException(command.commandLine(), argument + ": " + why);
    }
}
