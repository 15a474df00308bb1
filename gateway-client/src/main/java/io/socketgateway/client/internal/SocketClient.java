package io.socketgateway.client.internal;

import io.socketgateway.client.AsyncRequestHandler;
import io.socketgateway.client.ConnectionState;
import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.MessageHandler;
import io.socketgateway.client.Request;
import io.socketgateway.client.RequestHandler;
import io.socketgateway.client.Response;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.client.Service;
import io.socketgateway.client.StateListener;
import io.socketgateway.client.StreamHandler;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.client.Subscription;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.SubjectPattern;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client: takes what users want on their threads, and hands it to the parts that do it on the event loop. */
public final class SocketClient implements GatewayClient {
    private static final Logger log = LoggerFactory.getLogger(SocketClient.class);
    private static final long CLOSE_SLACK_SECONDS = 5;

    private final ClientContext context;
    private final Outlet outlet = new Outlet();
    private final Registry registry = new Registry();
    private final Serving serving;
    private final StateNotifier notifier;
    private final Supervisor supervisor;
    private final Caller caller;
    private final AtomicBoolean released = new AtomicBoolean();
    private final AtomicLong ownDrops = new AtomicLong();

    private SocketClient(ClientSettings settings) {
        Lease lease = SharedLoops.lease(settings.executor(), settings.clock());
        this.context = new ClientContext(
                settings,
                lease,
                new Handover(lease.loop()),
                new Budget(settings.maxRequests(), settings.maxOutboundBytes()));
        this.serving = new Serving(context);
        this.notifier = new StateNotifier(lease, settings.stateListeners());
        Transport.Opener streams = new TcpOpener(lease, settings);
        Transport.Opener datagrams = new UdpOpener(lease, settings);
        this.supervisor = new Supervisor(
                context, outlet, registry, serving, notifier, endpoint -> endpoint.isDatagram() ? datagrams : streams);
        this.caller = new Caller(context, outlet);
        MessageHandler messageHandler = settings.messageHandler();
        if (messageHandler != null) {
            onMessage(messageHandler);
        }
        RequestHandler requestHandler = settings.requestHandler();
        if (requestHandler != null) {
            onRequest(requestHandler);
        }
    }

    /** Connects and waits for it. */
    public static GatewayClient connect(ClientSettings settings) {
        return Caller.await(connectAsync(settings));
    }

    /** Connects. */
    public static CompletableFuture<GatewayClient> connectAsync(ClientSettings settings) {
        SocketClient client = new SocketClient(settings);
        CompletableFuture<GatewayClient> connected = new CompletableFuture<>();
        client.supervisor
                .connected()
                .whenComplete((nothing, fault) -> client.context.lease().dispatch(() -> {
                    if (fault != null) {
                        client.release();
                        connected.completeExceptionally(fault);
                    } else if (!connected.complete(client)) {
                        client.close(); // nobody waits for it any more
                    }
                }));
        connected.whenComplete((value, fault) -> {
            if (connected.isCancelled()) {
                client.context.handover().execute(client.supervisor.closing()::begin);
            }
        });
        client.context.handover().execute(client.supervisor::dial);
        return connected;
    }

    @Override
    public CompletableFuture<Response> request(Request request) {
        return caller.request(request);
    }

    @Override
    public CompletableFuture<Response> request(String subject, Payload payload) {
        try {
            return caller.request(Request.of(subject, payload));
        } catch (GatewayException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public <T> CompletableFuture<T> request(String subject, Object body, Class<T> type) {
        try {
            return Caller.mapped(request(subject, json(body)), response -> response.as(type));
        } catch (GatewayException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Response requestAndWait(Request request) {
        return caller.requestAndWait(request);
    }

    @Override
    public Payload requestAndWait(String subject, Payload payload) {
        return caller.requestAndWait(Request.of(subject, payload)).payload();
    }

    @Override
    public <T> T requestAndWait(String subject, Object body, Class<T> type) {
        return caller.requestAndWait(Request.of(subject, json(body))).as(type);
    }

    @Override
    public Flow.Publisher<Response> requestStream(Request request) {
        requireStreams("requests for many responses");
        return new StreamPublisher(context, outlet, request);
    }

    @Override
    public Stream<Response> stream(Request request) {
        return BlockingStream.of(requestStream(request));
    }

    @Override
    public void publish(String subject, Payload payload) {
        publish(subject, Headers.EMPTY, payload);
    }

    @Override
    public void publish(String subject, Headers headers, Payload payload) {
        caller.publish(Caller.subject(subject), headers, payload);
    }

    @Override
    public CompletableFuture<Void> publishConfirmed(String subject, Payload payload) {
        return publishConfirmed(subject, Headers.EMPTY, payload);
    }

    @Override
    public CompletableFuture<Void> publishConfirmed(String subject, Headers headers, Payload payload) {
        try {
            return caller.publishConfirmed(Caller.subject(subject), headers, payload);
        } catch (GatewayException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Subscription subscribe(String pattern, MessageHandler handler) {
        return subscribe(pattern, SubscribeOptions.defaults(), handler);
    }

    @Override
    public Subscription subscribe(String pattern, SubscribeOptions options, MessageHandler handler) {
        SubjectPattern subjects = pattern(pattern, options.group());
        SubscriptionEntry entry =
                new SubscriptionEntry(context, registry, subjects, options, handler, supervisor.closing()::queueIdle);
        context.handover().execute(() -> {
            supervisor.closing().watch(entry.queue());
            entry.registration().open();
        });
        await(entry.registration());
        return entry;
    }

    @Override
    public <T> Subscription subscribe(String pattern, Class<T> type, Consumer<? super T> handler) {
        return subscribe(pattern, message -> handler.accept(message.as(type)));
    }

    @Override
    public Service serve(String pattern, RequestHandler handler) {
        return serve(pattern, ServeOptions.defaults(), handler);
    }

    @Override
    public Service serve(String pattern, ServeOptions options, RequestHandler handler) {
        return serve(pattern, options, Answerer.plain(handler));
    }

    @Override
    public <T> Service serve(String pattern, Class<T> type, Function<? super T, ?> handler) {
        return serve(pattern, request -> request.reply(handler.apply(request.as(type))));
    }

    @Override
    public Service serveAsync(String pattern, AsyncRequestHandler handler) {
        return serveAsync(pattern, ServeOptions.defaults(), handler);
    }

    @Override
    public Service serveAsync(String pattern, ServeOptions options, AsyncRequestHandler handler) {
        return serve(pattern, options, Answerer.async(handler));
    }

    @Override
    public Service serveStream(String pattern, StreamHandler handler) {
        return serveStream(pattern, ServeOptions.defaults(), handler);
    }

    @Override
    public Service serveStream(String pattern, ServeOptions options, StreamHandler handler) {
        return serve(pattern, options, Answerer.streaming(handler));
    }

    private Service serve(String pattern, ServeOptions options, Answerer answerer) {
        requireStreams("services");
        SubjectPattern subjects = pattern(pattern, options.group());
        ServiceEntry entry = new ServiceEntry(context, registry, serving.services(), subjects, options, answerer);
        context.handover().execute(() -> {
            serving.services().add(entry);
            entry.registration().open();
        });
        await(entry.registration());
        return entry;
    }

    /** What datagrams cannot do fails at once, not with the first connection that happens to be of them. */
    private void requireStreams(String what) {
        if (context.settings().endpoints().stream().anyMatch(Endpoint::isDatagram)) {
            throw Faults.needsStreams(what).rethrown();
        }
    }

    /** Checks a pattern and group of the user's. */
    private static SubjectPattern pattern(String value, String group) {
        try {
            SubjectPattern pattern = SubjectPattern.of(value);
            new Frame.Subscribe(1, pattern, group, true, Headers.EMPTY);
            return pattern;
        } catch (ProtocolException e) {
            throw Faults.of(e).rethrown();
        }
    }

    private void await(Registration registration) {
        try {
            Caller.await(registration.ready());
        } catch (GatewayException e) {
            context.handover().execute(registration::close);
            throw e;
        }
    }

    @Override
    public void onMessage(MessageHandler handler) {
        MessageQueue queue = new MessageQueue(
                context,
                handler,
                SubscribeOptions.defaults(),
                this::ownMessagesDropped,
                () -> {},
                supervisor.closing()::queueIdle);
        serving.ownMessages(queue);
        context.handover().execute(() -> supervisor.closing().watch(queue));
    }

    /** Says so at the first, and whenever there are twice as many. */
    private void ownMessagesDropped(long count) {
        long before = ownDrops.getAndAdd(count);
        if (Long.highestOneBit(before) != Long.highestOneBit(before + count)) {
            log.warn("the handler of messages to the client itself is slow: {} were dropped so far", before + count);
        }
    }

    @Override
    public void onRequest(RequestHandler handler) {
        serving.ownRequests(Answerer.plain(handler));
    }

    @Override
    public void onState(StateListener listener) {
        notifier.add(listener);
    }

    @Override
    public ConnectionState state() {
        return notifier.state();
    }

    @Override
    public String sessionId() {
        return welcome().sessionId();
    }

    @Override
    public String clientId() {
        return welcome().clientId();
    }

    private Frame.Welcome welcome() {
        Frame.Welcome welcome = supervisor.latestWelcome();
        if (welcome == null) {
            throw new IllegalStateException("not connected yet"); // nobody has the client before that
        }
        return welcome;
    }

    @Override
    public CompletableFuture<Duration> ping() {
        PingCall call = new PingCall(context, outlet);
        context.handover().execute(call);
        return call.future();
    }

    @Override
    public Payload json(Object body) {
        return Json.write(context.mapper(), body);
    }

    @Override
    public void close() {
        CompletableFuture<Void> closed = supervisor.closing().done();
        context.handover().execute(supervisor.closing()::begin);
        try {
            closed.get(context.settings().closeTimeout().toSeconds() + CLOSE_SLACK_SECONDS, TimeUnit.SECONDS);
            release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            releaseLater(closed);
        } catch (TimeoutException | ExecutionException e) {
            releaseLater(closed);
        }
    }

    private void releaseLater(CompletableFuture<Void> closed) {
        closed.whenComplete((nothing, fault) -> context.lease().dispatch(this::release));
    }

    private void release() {
        if (released.compareAndSet(false, true)) {
            context.lease().release().run();
        }
    }

    @Override
    public String toString() {
        return "GatewayClient[" + context.settings().endpoints() + ", " + state() + "]";
    }
}
