package io.socketgateway.client;

import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A client of the gateway: asks, answers, publishes and subscribes over one connection that it keeps up by itself. Any
 * thread may use it. Code of the user (handlers, listeners, what hangs on a future) never runs on an event loop.
 *
 * <pre>{@code
 * try (GatewayClient client = GatewayClient.connect("tcp://localhost:7400")) {
 *     client.serve("greet", request -> Response.text("Hello, " + request.text()));
 *     System.out.println(client.requestAndWait("greet", Payload.text("world")).text());
 * }
 * }</pre>
 *
 * <p>When the connection is lost the client connects again, subscribes and serves again. Requests that were under way
 * fail with a {@link GatewayException} that says whether they may have been processed. Requests made meanwhile wait for
 * the connection within their timeout; they count as outstanding, and how many there may be is bounded.
 *
 * <h2>When a gateway goes away</h2>
 *
 * A gateway that is about to restart says so beforehand, and asks its clients to connect elsewhere after a time that it
 * spreads. The client does, to the next of its URLs (or to the same one as soon as it is there again), and keeps the old
 * connection meanwhile:
 *
 * <ul>
 *   <li>Requests and confirmed messages under way are finished on the old connection. New ones are held back for the new one,
 *       within their timeout, as are those that the old gateway refuses: none fails because of this, and none is carried out
 *       twice. Streams of which something has come stay where they are.
 *   <li>{@link #publish} goes to the old gateway until the new connection stands, then to the new.
 *   <li>Subscriptions and services are made on the new connection, and only when that is confirmed are they taken back from
 *       the old: both are heard and answered meanwhile. What comes on each connection keeps its order; between the two there is
 *       none. A message that is published to one gateway does not come by way of the other.
 *   <li>Where workers move with those who ask them, one may ask before its worker is there: that is NO_WORKER and not processed,
 *       as ever, and a matter of {@link GatewayClientBuilder#retries}.
 *   <li>Then the old connection is left.
 * </ul>
 *
 * <h2>Over UDP</h2>
 *
 * {@code udp://} URLs speak the same protocol in datagrams, with this difference:
 *
 * <ul>
 *   <li>What wants an answer (requests, {@link #publishConfirmed}, {@link #subscribe}) is sent again until it has one, after
 *       the measured time that answers take, then less and less often. It is carried out once all the same, as is a request to
 *       this client. At most 256 are unanswered at a time; what comes after them waits, and if it never went out its exception says
 *       {@link GatewayException#notProcessed()}.
 *   <li>{@link #publish} sends its message once, and each message is sent to a subscriber once: it may be lost, come twice
 *       or out of order.
 *   <li>A frame must fit into one datagram that the gateway takes (8,192 bytes unless it was told otherwise), or it fails at
 *       once, TOO_LARGE. A request fails likewise, but after the work was done, if its answer does not fit into one that the
 *       gateway sends (1,200 bytes unless it was told otherwise).
 *   <li>Services, requests for many responses and {@link #stream} need an order and are UNSUPPORTED: a client with any
 *       {@code udp://} URL refuses them at once.
 *   <li>The session survives a change of this client's address or network, and opens another socket by itself when the one at
 *       hand fails or goes unheard. It ends when the gateway is silent for one and a half times the keep-alive, or has
 *       forgotten it.
 * </ul>
 */
public interface GatewayClient extends AutoCloseable {
    /**
     * Connects to the first of these gateways that welcomes it; the others are for failing over, in order.
     *
     * @param urls such as {@code tcp://localhost:7400} or {@code udp://localhost:7400}; the port may be left out
     * @throws GatewayException telling what each of them answered
     */
    static GatewayClient connect(String... urls) {
        return builder().urls(urls).connect();
    }

    /** Begins a client with other options. */
    static GatewayClientBuilder builder() {
        return new GatewayClientBuilder();
    }

    /**
     * Asks; the future brings the answer or a {@link GatewayException}. Cancelling the future cancels the request.
     *
     * <p>Over the bound of outstanding requests or bytes it fails at once, LIMITED and not processed.
     */
    CompletableFuture<Response> request(Request request);

    /** Asks without headers, with the client's timeout and retries. A bad subject fails the future. */
    CompletableFuture<Response> request(String subject, Payload payload);

    /**
     * Asks with the object as JSON and reads the answer as JSON.
     *
     * <pre>{@code
     * Order order = client.request("orders.get", new OrderId(7), Order.class).join();
     * }</pre>
     */
    <T> CompletableFuture<T> request(String subject, Object body, Class<T> type);

    /**
     * Asks and waits for the answer. A thread that is interrupted meanwhile cancels the request and gets a CANCELLED
     * error.
     *
     * @throws GatewayException if there is no answer
     */
    Response requestAndWait(Request request);

    /** Asks and waits for the answer's payload; see {@link #requestAndWait(Request)}. */
    Payload requestAndWait(String subject, Payload payload);

    /** Asks with JSON and waits for an answer of JSON; see {@link #requestAndWait(Request)}. */
    <T> T requestAndWait(String subject, Object body, Class<T> type);

    /**
     * Asks for many responses. Each subscriber makes a request of its own, which goes out with its first demand. Demand
     * becomes credit, so a slow subscriber slows the worker down; the timeout bounds the wait for the first response. A
     * subscriber that neither asks nor cancels holds one of the outstanding requests.
     *
     * @throws GatewayException UNSUPPORTED if one of the client's URLs is {@code udp://}
     */
    Flow.Publisher<Response> requestStream(Request request);

    /**
     * Asks for many responses and waits for each as the stream is read. Close it to cancel what has not come yet.
     *
     * <pre>{@code
     * try (Stream<Response> lines = client.stream(Request.of("lines.of", Payload.text("log.txt")))) {
     *     lines.limit(10).map(Response::text).forEach(System.out::println);
     * }
     * }</pre>
     *
     * @throws GatewayException UNSUPPORTED if one of the client's URLs is {@code udp://}
     */
    Stream<Response> stream(Request request);

    /**
     * Publishes without waiting to hear how it went: a message that is under way when the connection is lost, or that
     * the gateway refuses, is lost silently. Over UDP any may be: it is sent once.
     *
     * @throws GatewayException at once if there is no connection, the outbound bound is reached or the subject is bad
     */
    void publish(String subject, Payload payload);

    /** Publishes with headers; see {@link #publish(String, Payload)}. */
    void publish(String subject, Headers headers, Payload payload);

    /** Publishes; the future completes once every subscription has the message, be there none. */
    CompletableFuture<Void> publishConfirmed(String subject, Payload payload);

    /** Publishes with headers; see {@link #publishConfirmed(String, Payload)}. */
    CompletableFuture<Void> publishConfirmed(String subject, Headers headers, Payload payload);

    /**
     * Subscribes, and waits until the gateway has confirmed: what is published from then on arrives. Over UDP messages may
     * be lost, come twice or out of order.
     *
     * @param pattern a subject; a token may be {@code *} (any one), the last may be {@code >} (any one or more)
     * @throws GatewayException if the gateway refuses or does not answer within the client's timeout
     */
    Subscription subscribe(String pattern, MessageHandler handler);

    /** Subscribes with options; see {@link #subscribe(String, MessageHandler)}. */
    Subscription subscribe(String pattern, SubscribeOptions options, MessageHandler handler);

    /** Subscribes to messages of JSON; see {@link #subscribe(String, MessageHandler)}. */
    <T> Subscription subscribe(String pattern, Class<T> type, Consumer<? super T> handler);

    /**
     * Offers to answer requests, and waits until the gateway has confirmed: requests made from then on arrive.
     *
     * @param pattern as for {@link #subscribe(String, MessageHandler)}
     * @throws GatewayException if the gateway refuses or does not answer within the client's timeout; UNSUPPORTED, at once, if
     *     one of the client's URLs is {@code udp://}
     */
    Service serve(String pattern, RequestHandler handler);

    /** Offers with options; see {@link #serve(String, RequestHandler)}. */
    Service serve(String pattern, ServeOptions options, RequestHandler handler);

    /**
     * Offers to answer JSON with JSON; see {@link #serve(String, RequestHandler)}.
     *
     * <pre>{@code
     * client.serve("orders.get", OrderId.class, id -> store.find(id));
     * }</pre>
     */
    <T> Service serve(String pattern, Class<T> type, Function<? super T, ?> handler);

    /** Offers to answer later; see {@link #serve(String, RequestHandler)}. */
    Service serveAsync(String pattern, AsyncRequestHandler handler);

    /** Offers to answer later, with options; see {@link #serve(String, RequestHandler)}. */
    Service serveAsync(String pattern, ServeOptions options, AsyncRequestHandler handler);

    /** Offers to answer with many responses; see {@link #serve(String, RequestHandler)}. */
    Service serveStream(String pattern, StreamHandler handler);

    /** Offers to answer with many responses, with options; see {@link #serve(String, RequestHandler)}. */
    Service serveStream(String pattern, ServeOptions options, StreamHandler handler);

    /**
     * Handles what is published to {@code client.<clientId>}; replaces the handler before. Without one it is dropped. For a slow
     * handler at most {@value SubscribeOptions#DEFAULT_QUEUE_CAPACITY} messages and 8 MiB wait; then the oldest make way, and
     * the log says so.
     */
    void onMessage(MessageHandler handler);

    /**
     * Answers what is asked of {@code client.<clientId>}; replaces the handler before. Without one the answer is ERROR
     * 404.
     */
    void onRequest(RequestHandler handler);

    /** Adds a listener that is told of changes from now on. */
    void onState(StateListener listener);

    /** What the client is doing about its connection. */
    ConnectionState state();

    /** The id that the gateway gave the latest session. */
    String sessionId();

    /** The name under which others reach this client: {@code client.<clientId>}. */
    String clientId();

    /** Measures the way to the gateway and back. Over UDP the PING is sent once: if it or its answer is lost, the future fails. */
    CompletableFuture<Duration> ping();

    /** The object as a payload of JSON, written by the client's mapper. */
    Payload json(Object body);

    /**
     * Finishes what is under way within the client's close timeout, ends the session and lets go of all threads. Takes
     * nothing new meanwhile. Idempotent; do not call it from a handler, which it would wait for.
     */
    @Override
    void close();
}
