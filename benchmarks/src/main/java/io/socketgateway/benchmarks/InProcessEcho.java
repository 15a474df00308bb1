package io.socketgateway.benchmarks;

import io.socketgateway.server.Gateway;
import io.socketgateway.server.service.ServiceResponse;

/** A gateway with two workers in which {@code bench.echo} is answered, on the event loop, by a service of the process that embeds it. */
public final class InProcessEcho {
    private InProcessEcho() {}

    /** Serves on the port of the loopback address that the argument names, until the process is ended. */
    public static void main(String[] args) throws InterruptedException {
        try (Gateway gateway =
                Gateway.builder().listen("tcp://127.0.0.1:" + args[0]).start()) {
            gateway.serve("bench.echo", request -> ServiceResponse.of(request.payload()), Runnable::run);
            System.out.println("ready");
            Thread.currentThread().join();
        }
    }
}
