package io.socketgateway.client;

import io.socketgateway.testing.ArchitectureContract;
import io.socketgateway.testing.HouseRules;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ArchitectureTest implements ArchitectureContract {
    private static final String PROTOCOL = "io.socketgateway.protocol";
    private static final String TIME = PROTOCOL + ".time";
    private static final String CLIENT = "io.socketgateway.client";
    private static final String INTERNAL = CLIENT + ".internal";

    @Override
    public Map<String, Set<String>> mayImport() {
        return Map.of(
                CLIENT,
                Set.of(PROTOCOL, TIME, INTERNAL),
                INTERNAL,
                Set.of(
                        CLIENT,
                        PROTOCOL,
                        PROTOCOL + ".codec",
                        PROTOCOL + ".datagram",
                        PROTOCOL + ".netty",
                        PROTOCOL + ".id",
                        TIME));
    }

    @Test
    void thePublicFaceShowsNeitherNettyNorWhatIsInternal() {
        HouseRules.publicFaceWithout("io.netty", CLIENT).check(HouseRules.mainClasses(getClass()));
        HouseRules.publicFaceWithout(INTERNAL, CLIENT).check(HouseRules.mainClasses(getClass()));
    }
}
