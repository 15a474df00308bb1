package io.socketgateway.cli;

import java.io.IOException;
import java.io.Serial;

/** Nobody takes the results any more: the reader of a pipe has gone, or a disk is full. */
final class OutputClosedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    OutputClosedException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** Whether it was a pipe whose reader had enough, as {@code | head -1} has: nothing to complain about. */
    boolean isBrokenPipe() {
        return String.valueOf(getMessage()).contains("Broken pipe");
    }
}
