package io.socketgateway.server;

import io.socketgateway.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

final class ArchitectureTest implements ArchitectureContract {
    private static final String PROTOCOL = "io.socketgateway.protocol";
    private static final String CODEC = PROTOCOL + ".codec";
    private static final String NETTY = PROTOCOL + ".netty";
    private static final String TIME = PROTOCOL + ".time";

    private static final String SERVER = "io.socketgateway.server";
    private static final String CONFIG = SERVER + ".config";
    private static final String TRANSPORT = SERVER + ".transport";
    private static final String SESSION = SERVER + ".session";
    private static final String ROUTING = SERVER + ".routing";
    private static final String SERVICE = SERVER + ".service";
    private static final String ADMIN = SERVER + ".admin";

    /** All but the configuration itself may read the configuration and the clock. */
    @Override
    public Map<String, Set<String>> mayImport() {
        return Map.of(
                SERVER,
                        Set.of(
                                PROTOCOL, CODEC, NETTY, TIME, //
                                CONFIG, TRANSPORT, SESSION, ROUTING, SERVICE, ADMIN),
                CONFIG, Set.of(PROTOCOL),
                TRANSPORT, Set.of(CONFIG, TIME, SESSION, PROTOCOL, NETTY),
                SESSION, Set.of(CONFIG, TIME, ROUTING, PROTOCOL, CODEC, NETTY),
                ROUTING, Set.of(CONFIG, TIME, PROTOCOL),
                SERVICE, Set.of(CONFIG, TIME, ROUTING, PROTOCOL),
                ADMIN, Set.of(CONFIG, TIME, ROUTING, SESSION, PROTOCOL));
    }
}
