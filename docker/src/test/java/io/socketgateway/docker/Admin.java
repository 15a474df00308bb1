package io.socketgateway.docker;

import io.socketgateway.contract.Await;
import io.socketgateway.testcontainers.GatewayContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** What a gateway's admin port says. */
final class Admin {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Admin() {}

    static HttpResponse<String> get(GatewayContainer gateway, String path) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create(gateway.adminUrl() + path))
                            .timeout(Await.LONG)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The sum of all that Prometheus would read under that name with that text in its labels. */
    static double metric(GatewayContainer gateway, String name, String label) {
        return get(gateway, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    /** How many sessions are open, over any transport. */
    static int sessions(GatewayContainer gateway) {
        return (int) metric(gateway, "gateway_sessions_open", "transport");
    }

    /** How many sessions were ended because their clients were silent for too long. */
    static int silent(GatewayContainer gateway) {
        return (int) metric(gateway, "gateway_limits_reached_total", "limit=\"keep-alive\"");
    }
}
