package io.socketgateway.server.config;

import java.util.Optional;

/**
 * How the gateway uses its machine. The ranges stand in {@link ConfigKeys}; a value outside is a {@link
 * ConfigException}.
 *
 * @param workers event loops that carry the traffic, one thread each; given as 0 it becomes the number of processors
 * @param transport how the event loops wait for sockets
 * @param sendBatching whether sends to several sockets go with one call
 * @param node this gateway's name, stated in WELCOME
 * @param serviceThreads how many handlers of in-process services may run at once
 * @param serviceQueue how many requests to in-process services may wait for a thread; what exceeds is refused
 * @param frameLog the clientId whose frames are logged; empty: nobody's
 */
public record ServerConfig(
        int workers,
        TransportKind transport,
        SendBatching sendBatching,
        String node,
        int serviceThreads,
        int serviceQueue,
        Optional<String> frameLog) {

    /** Checks the ranges. */
    public ServerConfig {
        workers = workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
        ConfigKeys.WORKERS.checked(workers);
        ConfigKeys.NODE.checked(node);
        ConfigKeys.SERVICE_THREADS.checked(serviceThreads);
        ConfigKeys.SERVICE_QUEUE.checked(serviceQueue);
        ConfigKeys.FRAME_LOG.checked(frameLog);
    }

    /** What holds without a configuration: a worker for each processor, the fastest transport, the host's name. */
    public static ServerConfig defaults() {
        return of(Settings.defaults(ConfigKeys.ALL));
    }

    static ServerConfig of(Settings<GatewayConfig> settings) {
        return new ServerConfig(
                settings.value(ConfigKeys.WORKERS),
                settings.value(ConfigKeys.TRANSPORT),
                settings.value(ConfigKeys.SEND_BATCHING),
                settings.value(ConfigKeys.NODE),
                settings.value(ConfigKeys.SERVICE_THREADS),
                settings.value(ConfigKeys.SERVICE_QUEUE),
                settings.value(ConfigKeys.FRAME_LOG));
    }
}
