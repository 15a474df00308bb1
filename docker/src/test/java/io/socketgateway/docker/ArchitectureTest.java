package io.socketgateway.docker;

import io.socketgateway.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

final class ArchitectureTest implements ArchitectureContract {
    /** There is nothing here but tests. */
    @Override
    public Map<String, Set<String>> mayImport() {
        return Map.of();
    }
}
