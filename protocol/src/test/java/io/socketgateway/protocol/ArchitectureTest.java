package io.socketgateway.protocol;

import io.socketgateway.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

final class ArchitectureTest implements ArchitectureContract {
    private static final String PROTOCOL = "io.socketgateway.protocol";
    private static final String CODEC = PROTOCOL + ".codec";
    private static final String NETTY = PROTOCOL + ".netty";
    private static final String TIME = PROTOCOL + ".time";
    private static final String ID = PROTOCOL + ".id";
    private static final String DATAGRAM = PROTOCOL + ".datagram";

    @Override
    public Map<String, Set<String>> mayImport() {
        return Map.of(
                PROTOCOL, Set.of(),
                TIME, Set.of(),
                ID, Set.of(),
                CODEC, Set.of(PROTOCOL),
                NETTY, Set.of(PROTOCOL, CODEC, TIME),
                DATAGRAM, Set.of(PROTOCOL, CODEC, TIME, ID));
    }
}
