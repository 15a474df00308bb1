package io.socketgateway.cli;

/** What is done when the process is told to end while a command runs; forgotten once the command has ended by itself. */
final class ExitHook {
    private final Thread thread;

    private ExitHook(Thread thread) {
        this.thread = thread;
    }

    /** Does that when the process is told to end. */
    static ExitHook of(Runnable action) {
        ExitHook hook = new ExitHook(new Thread(action, "gateway-exit"));
        Runtime.getRuntime().addShutdownHook(hook.thread);
        return hook;
    }

    /** Does it no more. */
    void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // the process is ending, and it is being done
        }
    }
}
