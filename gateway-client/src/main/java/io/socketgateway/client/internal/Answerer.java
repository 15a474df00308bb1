package io.socketgateway.client.internal;

import io.socketgateway.client.AsyncRequestHandler;
import io.socketgateway.client.RequestHandler;
import io.socketgateway.client.Response;
import io.socketgateway.client.StreamHandler;
import java.util.concurrent.CompletionStage;

/** How a handler of the user answers a request, whatever its kind. */
interface Answerer {
    /** When a request stops counting against its service's concurrency. */
    enum Kind {
        /** When the handler returns. */
        PLAIN,
        /** When its stage is complete, or nobody wants it any more. */
        ASYNC,
        /** When its publisher has ended, or nobody wants it any more. */
        STREAM
    }

    /** Which kind. */
    Kind kind();

    /** Answers one request; runs on the executor. */
    void answer(IncomingCall call) throws Exception;

    static Answerer plain(RequestHandler handler) {
        return new Plain(handler);
    }

    static Answerer async(AsyncRequestHandler handler) {
        return new Async(handler);
    }

    static Answerer streaming(StreamHandler handler) {
        return new Streaming(handler);
    }

    /** Answers on its thread. */
    record Plain(RequestHandler handler) implements Answerer {
        @Override
        public Kind kind() {
            return Kind.PLAIN;
        }

        @Override
        public void answer(IncomingCall call) throws Exception {
            call.answer(handler.handle(call));
        }
    }

    /** Answers when its stage is complete. */
    record Async(AsyncRequestHandler handler) implements Answerer {
        @Override
        public Kind kind() {
            return Kind.ASYNC;
        }

        @Override
        public void answer(IncomingCall call) throws Exception {
            CompletionStage<Response> stage = handler.handle(call);
            call.onCancel(() -> stage.toCompletableFuture().cancel(true));
            stage.whenComplete((response, fault) -> {
                if (fault != null) {
                    call.fail(fault);
                } else {
                    call.answer(response);
                }
            });
        }
    }

    /** Answers with what its publisher brings. */
    record Streaming(StreamHandler handler) implements Answerer {
        @Override
        public Kind kind() {
            return Kind.STREAM;
        }

        @Override
        public void answer(IncomingCall call) throws Exception {
            handler.handle(call).subscribe(call.stream());
        }
    }
}
