package io.socketgateway.cli;

import io.socketgateway.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

final class ArchitectureTest implements ArchitectureContract {
    /** The command line knows the faces of the server and the client, not what is behind them. */
    @Override
    public Map<String, Set<String>> mayImport() {
        return Map.of(
                "io.socketgateway.cli",
                Set.of(
                        "io.socketgateway.cli.bench",
                        "io.socketgateway.protocol",
                        "io.socketgateway.protocol.time",
                        "io.socketgateway.client",
                        "io.socketgateway.server",
                        "io.socketgateway.server.config",
                        "io.socketgateway.server.service"),
                "io.socketgateway.cli.bench",
                Set.of("io.socketgateway.client", "io.socketgateway.protocol", "io.socketgateway.protocol.time"));
    }
}
