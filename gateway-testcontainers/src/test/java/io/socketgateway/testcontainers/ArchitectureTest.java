package io.socketgateway.testcontainers;

import io.socketgateway.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

final class ArchitectureTest implements ArchitectureContract {
    /** Nothing of ours: who tests with it brings the client that the tests need. */
    @Override
    public Map<String, Set<String>> mayImport() {
        return Map.of("io.socketgateway.testcontainers", Set.of());
    }
}
