package io.socketgateway.cli;

import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.StateListener;
import io.socketgateway.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The life of a command that stays until it has enough, its output is closed, the gateway refuses it for good, or it is
 * interrupted. Handlers may call it from any thread; the command's own thread waits.
 */
final class LongRun implements StateListener {
    private final Console console;
    private final boolean quiet;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final boolean endsWhenLost;
    private volatile boolean lost;

    LongRun(Console console, boolean quiet) {
        this(console, quiet, false);
    }

    /**
     * The life of a command.
     *
     * @param endsWhenLost whether it would rather end than miss what passes while it connects again
     */
    LongRun(Console console, boolean quiet, boolean endsWhenLost) {
        this.console = console;
        this.quiet = quiet;
        this.endsWhenLost = endsWhenLost;
    }

    /** Tells the person at the keyboard, unless they want to hear nothing. */
    void note(String text) {
        if (!quiet) {
            console.note(text);
        }
    }

    /** Does what may fail because the output is closed, which then ends the command. */
    void doing(Runnable action) {
        try {
            action.run();
        } catch (OutputClosedException e) {
            ended.completeExceptionally(e);
        }
    }

    /** It has enough. */
    void end() {
        ended.complete(null);
    }

    /** It cannot go on. */
    void failed(GatewayException reason) {
        ended.completeExceptionally(reason);
    }

    @Override
    public void changed(ConnectionState state, @Nullable GatewayException reason) {
        switch (state) {
            case CONNECTING, CLOSED -> {}
            case RECONNECTING -> {
                if (endsWhenLost) {
                    failed(reason == null ? new GatewayException(ErrorCode.UNAVAILABLE, "connection lost") : reason);
                    return;
                }
                lost = true;
                note("connection lost" + (reason == null ? "" : " (" + reason.getMessage() + ")")
                        + ", connecting again");
            }
            case CONNECTED -> {
                if (lost) {
                    note("connected again");
                }
            }
            case REJECTED ->
                ended.completeExceptionally(
                        reason == null ? new IllegalStateException("rejected without a reason") : reason);
        }
    }

    /** Waits for the end. An interrupted process closes the client, which finishes what is under way. */
    void await(GatewayClient client) throws InterruptedException, ExecutionException {
        ExitHook hook = ExitHook.of(client::close);
        try {
            ended.get();
        } finally {
            hook.forget();
        }
    }
}
