package io.socketgateway.client.internal;

import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The responses to one incoming request, sent as the requester's credit and the connection's room allow: a publisher is
 * asked for no more than that. The subscriber's side may be used by any thread; the rest belongs to the event loop.
 */
final class StreamReply implements Flow.Subscriber<Response> {
    private static final int MOST_ASKED = 64; // of a publisher at once, so that a slow socket is felt

    private final ClientContext context;
    private final Connection connection;
    private final IncomingCall call;
    private final int id;
    private final boolean many;
    private @Nullable SerialExecutor publisherCalls;
    private Flow.@Nullable Subscription publisher;
    private @Nullable Response held; // a single answer that waits for credit
    private long credit;
    private int asked;
    private boolean waitsForRoom;
    private boolean ended;

    StreamReply(ClientContext context, Connection connection, IncomingCall call, Frame.Request request) {
        this.context = context;
        this.connection = connection;
        this.call = call;
        this.id = request.id();
        this.many = request.isStream();
        this.credit = many ? request.credit() : 1;
    }

    /** The one and only answer; any thread. */
    void answer(Response response) {
        handOver(response, () -> answerNow(response));
    }

    private void answerNow(Response response) {
        if (many && credit == 0 && !isEmpty(response)) {
            held = response;
        } else {
            ended = true;
            call.end(new Frame.Response(id, false, response.headers(), response.payload()));
        }
    }

    private static boolean isEmpty(Response response) {
        return response.payload().isEmpty() && response.headers().isEmpty();
    }

    /** Takes the response to the loop if there is room for it; else the requester is told that there is none. */
    private void handOver(Response response, Runnable send) {
        int bytes = Measures.of(response.headers(), response.payload());
        if (context.budget().takeBytes(bytes)) {
            context.handover().execute(() -> {
                context.budget().releaseBytes(bytes);
                send.run();
            });
        } else {
            context.handover().execute(() -> {
                cancelPublisher();
                end(Frame.Error.of(id, ErrorCode.UNAVAILABLE, "the worker has too much to send"));
            });
        }
    }

    private void end(Frame last) {
        if (!ended) {
            ended = true;
            call.end(last);
        }
    }

    /** The requester takes so many more. */
    void credit(long n) {
        credit = Math.min(Frame.MAX_U32, credit + n);
        Response waiting = held;
        if (waiting != null && credit > 0) {
            held = null;
            answerNow(waiting);
        }
        ask();
    }

    /** Nobody wants them any more. */
    void cancel() {
        ended = true;
        held = null;
        cancelPublisher();
    }

    private void cancelPublisher() {
        Flow.Subscription subscription = publisher;
        if (subscription != null && publisherCalls != null) {
            publisherCalls.execute(subscription::cancel);
            publisher = null;
        }
    }

    /** Asks the publisher for what credit and room allow. */
    private void ask() {
        Flow.Subscription subscription = publisher;
        if (subscription == null || publisherCalls == null || ended || waitsForRoom) {
            return;
        }
        long n = Math.min(credit, MOST_ASKED - asked);
        if (n <= 0 || asked > MOST_ASKED / 2) {
            return;
        }
        if (!context.budget().hasRoom()) {
            waitsForRoom = true;
            connection.whenRoom(this::roomAgain);
            return;
        }
        credit -= n;
        asked += (int) n;
        publisherCalls.execute(() -> subscription.request(n));
    }

    private void roomAgain() {
        waitsForRoom = false;
        ask();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        context.handover().execute(() -> subscribed(subscription));
    }

    private void subscribed(Flow.Subscription subscription) {
        SerialExecutor calls = publisherCalls == null ? new SerialExecutor(context.lease()) : publisherCalls;
        publisherCalls = calls;
        if (ended || publisher != null) {
            calls.execute(subscription::cancel);
        } else {
            publisher = subscription;
            ask();
        }
    }

    @Override
    public void onNext(Response response) {
        handOver(response, () -> send(response));
    }

    private void send(Response response) {
        if (ended) {
            return;
        }
        asked--;
        if (asked < 0) {
            cancelPublisher();
            ended = true;
            call.fail(new IllegalStateException("the publisher sent more than it was asked for (rule 1.1)"));
            return;
        }
        Frame frame = new Frame.Response(id, many, response.headers(), response.payload());
        if (!many) {
            cancelPublisher();
            end(frame);
        } else if (id != 0 && !connection.send(frame)) {
            cancelPublisher();
            end(Frame.Error.of(
                    id,
                    ErrorCode.TOO_LARGE,
                    "a response is longer than the " + connection.maxFrameBytes() + " bytes that the gateway takes"));
        } else {
            ask();
        }
    }

    @Override
    public void onError(Throwable fault) {
        context.handover().execute(() -> {
            if (!ended) {
                ended = true;
                call.fail(fault);
            }
        });
    }

    @Override
    public void onComplete() {
        context.handover().execute(() -> end(new Frame.Response(id, false, Headers.EMPTY, Payload.EMPTY)));
    }
}
