package io.socketgateway.benchmarks;

import io.socketgateway.server.Gateway;
import io.socketgateway.server.config.ConfigLoader;
import io.socketgateway.server.service.ServiceResponse;
import java.util.Arrays;

/** A gateway with two workers in which {@code bench.echo} is answered, on the event loop, by a service of the process that embeds it. */
public final class InProcessEcho {
    private InProcessEcho() {}

    /** Serves on the port of the loopback address that is named, with the keys ({@code KEY=VALUE}) that follow, until the process is ended. */
    public static void main(String[] args) throws InterruptedException {
        ConfigLoader configuration = new ConfigLoader().listen("tcp://127.0.0.1:" + args[0]);
        Arrays.stream(args).skip(1).forEach(configuration::set);
        try (Gateway gateway = Gateway.builder(configuration.load()).start()) {
            gateway.serve("bench.echo", request -> ServiceResponse.of(request.payload()), Runnable::run);
            System.out.println(
                    "ready: (" + gateway.transportName() + ", an embedded gateway)"); // as 'gateway serve' says it
            Thread.currentThread().join();
        }
    }
}
