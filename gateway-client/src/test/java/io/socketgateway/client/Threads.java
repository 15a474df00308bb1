package io.socketgateway.client;

/** What tests ask of the thread that they run on. */
final class Threads {
    private Threads() {}

    static boolean isEventLoop() {
        return Thread.currentThread().getName().startsWith("gateway-client-loop");
    }
}
