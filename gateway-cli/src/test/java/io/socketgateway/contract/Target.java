package io.socketgateway.contract;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;

/**
 * A gateway that the contract is run against, and the clients that a test opens to it. The gateway may be one of this
 * process, of a container, or far away: all that is known of it is how to reach it and what its transport can do.
 */
public final class Target {
    /** What not every transport can do. A test that needs one of them is skipped where it is lacking. */
    public enum Capability {
        /** Its clients may serve. */
        SERVE,
        /** Requests may be answered by many responses. */
        STREAMS,
        /** Frames may be as long as a mebibyte. */
        LARGE_FRAMES,
        /** As many requests may be under way at once as the gateway allows. */
        MANY_REQUESTS,
        /** No message is lost, and those of one publisher on one subject stay in order. */
        ORDERED_MESSAGES
    }

    private static final AtomicInteger SUBJECTS = new AtomicInteger();

    private final List<String> urls;
    private final List<String> workerUrls;
    private final String transport;
    private final Set<Capability> capabilities;
    private final List<GatewayClient> opened = new ArrayList<>(); // guarded by itself

    /**
     * A target.
     *
     * @param urls where the clients under test connect to
     * @param workerUrls where clients that serve connect to: the same gateway by a transport on which that is possible
     * @param transport what {@code gateway.whoami} calls the transport of {@code urls}
     */
    public Target(List<String> urls, List<String> workerUrls, String transport, Set<Capability> capabilities) {
        this.urls = List.copyOf(urls);
        this.workerUrls = List.copyOf(workerUrls);
        this.transport = transport;
        this.capabilities = Set.copyOf(capabilities);
    }

    /** A target that can do everything. */
    public static Target of(String transport, String... urls) {
        return new Target(List.of(urls), List.of(urls), transport, EnumSet.allOf(Capability.class));
    }

    /** Where to connect to. */
    public List<String> urls() {
        return urls;
    }

    /** What {@code gateway.whoami} calls the transport. */
    public String transport() {
        return transport;
    }

    /** Skips the test if the transport cannot do that. */
    public void requires(Capability... wanted) {
        for (Capability capability : wanted) {
            Assumptions.assumeTrue(
                    capabilities.contains(capability), () -> "over " + transport + " there is no " + capability);
        }
    }

    /** Opens a client by the transport under test; it is closed with the test. */
    public GatewayClient client() {
        return client(builder -> builder);
    }

    /** Opens a client with other options. */
    public GatewayClient client(UnaryOperator<GatewayClientBuilder> options) {
        return keep(options.apply(builder()).connect());
    }

    /** Opens a client that may serve. */
    public GatewayClient worker() {
        return worker(builder -> builder);
    }

    /** Opens a client that may serve, with other options. */
    public GatewayClient worker(UnaryOperator<GatewayClientBuilder> options) {
        return keep(options.apply(GatewayClient.builder().urls(workerUrls.toArray(String[]::new)))
                .connect());
    }

    /** The options of a client by the transport under test. What it connects, the test closes or {@link #keep}s. */
    public GatewayClientBuilder builder() {
        return GatewayClient.builder().urls(urls.toArray(String[]::new));
    }

    /** Closes the client with the test. */
    public GatewayClient keep(GatewayClient client) {
        synchronized (opened) {
            opened.add(client);
        }
        return client;
    }

    /** A subject that no other test uses. */
    public String subject(String name) {
        return "t" + SUBJECTS.incrementAndGet() + "." + name;
    }

    /** Closes every client that was opened here, the youngest first. */
    public void closeClients() {
        List<GatewayClient> closing;
        synchronized (opened) {
            closing = new ArrayList<>(opened);
            opened.clear();
        }
        for (int i = closing.size() - 1; i >= 0; i--) {
            closing.get(i).close();
        }
    }
}
