package io.socketgateway.contract;

import io.socketgateway.contract.Relay.Way;
import java.util.List;
import java.util.Random;

/**
 * Breaks the connections of several relays at random, in every way that they know; the seed says how. It strikes as
 * things succeed, not as time passes: whoever comes back gets something done before the next blow.
 */
final class Chaos {
    private static final int MOST_BETWEEN = 60;

    private final Random random;
    private final List<Relay> relays;
    private boolean stalled;
    private long nextAt = MOST_BETWEEN;

    Chaos(long seed, Relay... relays) {
        this.random = new Random(seed);
        this.relays = List.of(relays);
    }

    /** What decides all else that is random in the test. */
    Random random() {
        return random;
    }

    /** Whether bytes may be on their way into the dark: what is waited for may come only after the next blow. */
    boolean isStalled() {
        return stalled;
    }

    /** Breaks something now and then. */
    void maybe(long successes) {
        if (successes >= nextAt) {
            nextAt = successes + 1 + random.nextInt(MOST_BETWEEN);
            strike();
        }
    }

    /** Breaks something now. */
    void strike() {
        Relay relay = relays.get(random.nextInt(relays.size()));
        Way way = random.nextBoolean() ? Way.TO_GATEWAY : Way.TO_CLIENT;
        if (random.nextInt(5) == 0) {
            relay.stall(way);
            stalled = true;
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> relay.closeConnections();
            case 1 -> relay.resetAfter(way, random.nextInt(3000));
            case 2 -> relay.resetClientSide();
            default -> relay.reset();
        }
        heal();
    }

    /** All connections that stand work. */
    void heal() {
        relays.forEach(Relay::resume);
        stalled = false;
    }
}
