package io.socketgateway.client;

import io.socketgateway.client.internal.Backoff;
import io.socketgateway.client.internal.ClientSettings;
import io.socketgateway.client.internal.Endpoint;
import io.socketgateway.client.internal.SocketClient;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.time.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The options of a {@link GatewayClient}; each has a default that suits most. Not thread-safe; may be used again.
 *
 * <pre>{@code
 * GatewayClient client = GatewayClient.builder()
 *         .urls("tcp://gateway-1:7400", "tcp://gateway-2:7400")
 *         .clientId("billing-1")
 *         .requestTimeout(Duration.ofSeconds(5))
 *         .retries(3)
 *         .onState((state, reason) -> log.info("{}", state))
 *         .connect();
 * }</pre>
 */
public final class GatewayClientBuilder {
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<StateListener> stateListeners = new ArrayList<>();
    private @Nullable String clientId;
    private @Nullable String token;
    private String agent = "socket-gateway-java";
    private @Nullable Duration keepAlive;
    private int maxFrameBytes = 1 << 20;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private Duration closeTimeout = Duration.ofSeconds(5);
    private int retries;
    private Duration backoffBase = Duration.ofMillis(100);
    private Duration backoffCap = Duration.ofSeconds(10);
    private int maxRequests = 1024;
    private int maxOutboundBytes = 8 << 20;
    private @Nullable Executor executor;
    private @Nullable JsonMapper jsonMapper;
    private @Nullable MessageHandler messageHandler;
    private @Nullable RequestHandler requestHandler;
    private @Nullable NanoClock clock;
    private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

    GatewayClientBuilder() {}

    /**
     * Adds a gateway; those added later are for failing over.
     *
     * <p>URLs of both schemes may be mixed. With any {@code udp://} among them the client cannot serve and cannot ask for
     * many responses, since it may come to use that one; see {@link GatewayClient}.
     *
     * @param url {@code tcp://host[:port]} or {@code udp://host[:port]}; the port is 7400 unless told
     * @throws GatewayException MALFORMED or UNSUPPORTED
     */
    public GatewayClientBuilder url(String url) {
        endpoints.add(Endpoint.parse(url));
        return this;
    }

    /** Adds gateways, in order; see {@link #url}. */
    public GatewayClientBuilder urls(String... urls) {
        for (String url : urls) {
            url(url);
        }
        return this;
    }

    /** The name under which others reach the client, 1 to 64 of {@code A-Z a-z 0-9 _ -}; else the gateway gives one. */
    public GatewayClientBuilder clientId(String clientId) {
        this.clientId = clientId;
        return this;
    }

    /** The credential to show. */
    public GatewayClientBuilder token(String token) {
        this.token = token;
        return this;
    }

    /** What software this is, for the gateway's operators. */
    public GatewayClientBuilder agent(String agent) {
        this.agent = agent;
        return this;
    }

    /** The keep-alive to ask for; the gateway may clamp it. Whole seconds; else the gateway decides. */
    public GatewayClientBuilder keepAlive(Duration keepAlive) {
        this.keepAlive = requirePositive("keepAlive", keepAlive);
        return this;
    }

    /**
     * The longest frame that the client takes, 1 MiB unless told; at least 1,024, at most 2^24-1 bytes. Over UDP the longest
     * datagram, at most 8,192.
     */
    public GatewayClientBuilder maxFrameBytes(int bytes) {
        if (bytes < Frame.Hello.LEAST_MAX_FRAME_BYTES || bytes >= 1 << 24) {
            throw new IllegalArgumentException("maxFrameBytes: not 1,024 to 16,777,215");
        }
        this.maxFrameBytes = bytes;
        return this;
    }

    /** How long one attempt to connect may take up to the gateway's welcome, 5 s unless told. */
    public GatewayClientBuilder connectTimeout(Duration timeout) {
        this.connectTimeout = requirePositive("connectTimeout", timeout);
        return this;
    }

    /** How long answers are waited for, 30 s unless told; see {@link Request.Builder#timeout}. */
    public GatewayClientBuilder requestTimeout(Duration timeout) {
        this.requestTimeout = requirePositive("requestTimeout", timeout);
        return this;
    }

    /** How long {@link GatewayClient#close()} waits for what is under way, 5 s unless told; zero: not at all. */
    public GatewayClientBuilder closeTimeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("closeTimeout: negative");
        }
        this.closeTimeout = timeout;
        return this;
    }

    /** How often requests that certainly had no effect are sent again, never unless told; see {@link Request.Builder#retries}. */
    public GatewayClientBuilder retries(int retries) {
        if (retries < 0) {
            throw new IllegalArgumentException("retries: negative");
        }
        this.retries = retries;
        return this;
    }

    /**
     * How long to wait before connecting again: a random time up to {@code base}, doubled with each round over all URLs,
     * up to {@code cap}, so that many clients that were cut off together come back spread. A connection that stood for less
     * than {@code cap} counts as one more round. A gateway that has said when to come back is not tried before, and the
     * random time comes on top. 100 ms and 10 s unless told.
     */
    public GatewayClientBuilder reconnectBackoff(Duration base, Duration cap) {
        this.backoffBase = requirePositive("base", base);
        this.backoffCap = requirePositive("cap", cap);
        return this;
    }

    /** How many requests and streams may be outstanding, 1,024 unless told; the gateway may grant fewer. */
    public GatewayClientBuilder maxRequests(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("maxRequests: under 1");
        }
        this.maxRequests = requests;
        return this;
    }

    /** How many bytes may wait to be sent, or over UDP for room in the window of 256, 8 MiB unless told. */
    public GatewayClientBuilder maxOutboundBytes(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxOutboundBytes: under 1");
        }
        this.maxOutboundBytes = bytes;
        return this;
    }

    /**
     * Where handlers, listeners and what hangs on futures run. It must be able to run many tasks at once, since handlers
     * may block. Virtual threads unless told, or up to 1,024 daemon threads where the runtime has none. The client never shuts it
     * down.
     */
    public GatewayClientBuilder executor(Executor executor) {
        this.executor = executor;
        return this;
    }

    /** What reads and writes JSON; one with Jackson's defaults unless told. */
    public GatewayClientBuilder jsonMapper(JsonMapper jsonMapper) {
        this.jsonMapper = jsonMapper;
        return this;
    }

    /** Handles messages to the client itself from the first moment; see {@link GatewayClient#onMessage}. */
    public GatewayClientBuilder onMessage(MessageHandler handler) {
        this.messageHandler = handler;
        return this;
    }

    /** Answers requests to the client itself from the first moment; see {@link GatewayClient#onRequest}. */
    public GatewayClientBuilder onRequest(RequestHandler handler) {
        this.requestHandler = handler;
        return this;
    }

    /** Adds a listener that is told of every change from the first. */
    public GatewayClientBuilder onState(StateListener listener) {
        stateListeners.add(listener);
        return this;
    }

    /** For tests: the time. */
    GatewayClientBuilder clock(NanoClock clock) {
        this.clock = clock;
        return this;
    }

    /** For tests: the jitter. */
    GatewayClientBuilder random(RandomGenerator random) {
        this.random = random;
        return this;
    }

    /**
     * Connects to the first gateway that welcomes the client, and waits for that.
     *
     * @throws GatewayException telling what each of them answered
     */
    public GatewayClient connect() {
        return SocketClient.connect(settings());
    }

    /** Connects to the first gateway that welcomes the client; the future fails with a {@link GatewayException}. */
    public CompletableFuture<GatewayClient> connectAsync() {
        return SocketClient.connectAsync(settings());
    }

    private ClientSettings settings() {
        if (endpoints.isEmpty()) {
            throw new IllegalStateException("no url");
        }
        return new ClientSettings(
                List.copyOf(endpoints),
                hello(),
                maxFrameBytes,
                connectTimeout,
                requestTimeout,
                closeTimeout,
                retries,
                new Backoff(backoffBase, backoffCap, random),
                maxRequests,
                maxOutboundBytes,
                executor,
                jsonMapper == null ? JsonMapper.shared() : jsonMapper,
                messageHandler,
                requestHandler,
                List.copyOf(stateListeners),
                clock);
    }

    private Frame.Hello hello() {
        long seconds = keepAlive == null ? Frame.ABSENT : Math.max(1, Math.min(keepAlive.toSeconds(), Frame.MAX_U32));
        try {
            return new Frame.Hello(1, 1, token, clientId, seconds, maxFrameBytes, null, null, agent);
        } catch (ProtocolException e) {
            throw new GatewayException(ErrorCode.MALFORMED, e.message()).asNotProcessed();
        }
    }

    private static Duration requirePositive(String name, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(name + ": not over zero");
        }
        return duration;
    }
}
