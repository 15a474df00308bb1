package io.socketgateway.server;

import io.socketgateway.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

final class ArchitectureTest implements ArchitectureContract {
    private static final String PROTOCOL = "io.socketgateway.protocol";
    private static final String CODEC = PROTOCOL + ".codec";
    private static final String NETTY = PROTOCOL + ".netty";
    private static final String TIME = PROTOCOL + ".time";
    private static final String ID = PROTOCOL + ".id";
    private static final String EXCHANGE = PROTOCOL + ".datagram";

    private static final String SERVER = "io.socketgateway.server";
    private static final String CONFIG = SERVER + ".config";
    private static final String LOOP = SERVER + ".loop";
    private static final String TRANSPORT = SERVER + ".transport";
    private static final String DATAGRAM = SERVER + ".datagram";
    private static final String SESSION = SERVER + ".session";
    private static final String ROUTING = SERVER + ".routing";
    private static final String SERVICE = SERVER + ".service";
    private static final String METRICS = SERVER + ".metrics";
    private static final String ADMIN = SERVER + ".admin";

    /**
     * All but the configuration itself may read the configuration and the clock, and all that live on an event loop know
     * it. The codec is imported for {@code SharedMessage} alone, where nothing is coded; transport imports routing for
     * {@code Counters} alone.
     */
    @Override
    public Map<String, Set<String>> mayImport() {
        return Map.of(
                SERVER,
                        Set.of(
                                PROTOCOL, CODEC, NETTY, TIME, //
                                CONFIG, LOOP, TRANSPORT, SESSION, ROUTING, SERVICE, METRICS, ADMIN),
                CONFIG, Set.of(PROTOCOL),
                LOOP, Set.of(TIME),
                TRANSPORT, Set.of(CONFIG, TIME, LOOP, SESSION, METRICS, DATAGRAM, PROTOCOL, CODEC, NETTY),
                DATAGRAM, Set.of(CONFIG, TIME, ID, LOOP, SESSION, ROUTING, METRICS, EXCHANGE, PROTOCOL, CODEC, NETTY),
                SESSION, Set.of(CONFIG, TIME, LOOP, ROUTING, METRICS, EXCHANGE, PROTOCOL, CODEC, NETTY),
                ROUTING, Set.of(CONFIG, TIME, ID, LOOP, METRICS, PROTOCOL, CODEC),
                SERVICE, Set.of(CONFIG, TIME, LOOP, ROUTING, PROTOCOL),
                METRICS, Set.of(CONFIG, LOOP, PROTOCOL),
                ADMIN, Set.of(TIME, LOOP, METRICS));
    }
}
