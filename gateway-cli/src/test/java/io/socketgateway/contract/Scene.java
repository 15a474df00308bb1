package io.socketgateway.contract;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;
import io.socketgateway.server.Gateway;
import io.socketgateway.server.config.GatewayConfig;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A gateway, a bad network before it, and clients on either side of that network. */
final class Scene implements AutoCloseable {
    /** The defaults, but from one address there may be any number of clients at once: all of a test come from one. */
    static final GatewayConfig CONFIG = GatewayConfig.defaults()
            .with("limits.trusted-sources", "127.0.0.0/8")
            .with("limits.new-sessions-per-second", "unlimited");

    private final Gateway gateway;
    private final Relay relay;
    private final Target direct;
    private final Target relayed;

    private Scene(Gateway gateway) {
        this.gateway = gateway;
        this.relay = Relay.to(port());
        this.direct = Target.of("tcp", "tcp://127.0.0.1:" + port());
        this.relayed = Target.of("tcp", relay.url());
    }

    static Scene open() {
        return open(CONFIG);
    }

    static Scene open(GatewayConfig config) {
        return new Scene(start(config, 0));
    }

    /** A gateway on that port of the loopback address, with two event loops unless the configuration says otherwise. */
    static Gateway start(GatewayConfig config, int port) {
        return Gateway.builder(config.with("server.workers", "2"))
                .listen("tcp://127.0.0.1:" + port)
                .start();
    }

    Gateway gateway() {
        return gateway;
    }

    int port() {
        return gateway.addresses().get(0).getPort();
    }

    Relay relay() {
        return relay;
    }

    String subject(String name) {
        return direct.subject(name);
    }

    /** A client on this side of the network. */
    GatewayClient direct() {
        return direct.client();
    }

    /** A client on the other side, that comes back soon. */
    GatewayClient relayed() {
        return relayed(builder -> builder);
    }

    /** The same with other options. */
    GatewayClient relayed(UnaryOperator<GatewayClientBuilder> options) {
        return relayed.client(builder -> options.apply(hasty(builder)));
    }

    /** Makes a client come back soon, and leave soon. */
    static GatewayClientBuilder hasty(GatewayClientBuilder builder) {
        return builder.reconnectBackoff(Duration.ofMillis(1), Duration.ofMillis(20))
                .connectTimeout(Duration.ofSeconds(10))
                .closeTimeout(Duration.ofSeconds(1));
    }

    @Override
    public void close() {
        relay.resume();
        relayed.closeClients();
        direct.closeClients();
        relay.close();
        gateway.close();
    }
}
