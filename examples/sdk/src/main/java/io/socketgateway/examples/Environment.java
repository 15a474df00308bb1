package io.socketgateway.examples;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;

/** What both applications are told by their environment. */
final class Environment {
    private Environment() {}

    /** A client of the gateways in {@code GATEWAY_URL}, separated by commas: the first, and those to fail over to. */
    static GatewayClientBuilder client() {
        return GatewayClient.builder()
                .urls(value("GATEWAY_URL", "tcp://localhost:7400").split(",", -1));
    }

    /** What the worker serves and the load asks for. */
    static String subject() {
        return value("SUBJECT", "text.upper");
    }

    private static String value(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }
}
