package io.socketgateway.client.internal;

import io.socketgateway.client.ServeOptions;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Subject;
import org.jspecify.annotations.Nullable;

/** What others want of this client: requests to its services, requests and messages to itself. Belongs to the event loop. */
final class Serving {
    private static final String CLIENT = "client";

    private final ClientContext context;
    private final ServiceTable services = new ServiceTable();
    private final WorkGate ownGate =
            new WorkGate(ServeOptions.DEFAULT_CONCURRENCY, ServeOptions.DEFAULT_QUEUE_CAPACITY);
    private volatile @Nullable Answerer ownRequests;
    private volatile @Nullable MessageQueue ownMessages;

    Serving(ClientContext context) {
        this.context = context;
    }

    ServiceTable services() {
        return services;
    }

    /** Who answers requests to the client itself; any thread. */
    void ownRequests(Answerer answerer) {
        ownRequests = answerer;
    }

    /** Where messages to the client itself wait; any thread. */
    void ownMessages(MessageQueue queue) {
        ownMessages = queue;
    }

    void message(Frame.Message message) {
        MessageQueue queue = ownMessages;
        if (queue != null) {
            queue.offer(message);
        }
    }

    void request(Connection connection, Frame.Request request) {
        Answerer answerer;
        WorkGate gate;
        if (isOwn(request.subject())) {
            answerer = ownRequests;
            gate = ownGate;
        } else {
            ServiceEntry service = services.find(request.subject());
            answerer = service == null ? null : service.answerer();
            gate = service == null ? ownGate : service.gate();
        }
        if (answerer == null) {
            refuse(connection, request, ErrorCode.NO_WORKER, "this client does not serve " + request.subject());
            return;
        }
        IncomingCall call = new IncomingCall(context, connection, request, answerer, gate);
        connection.incoming().put(request.id(), call);
        if (!gate.admit(call)) {
            connection.incoming().remove(request.id());
            refuse(connection, request, ErrorCode.UNAVAILABLE, "this worker has too much to do");
        }
    }

    private static boolean isOwn(Subject subject) {
        return subject.token(0).equals(CLIENT);
    }

    private static void refuse(Connection connection, Frame.Request request, ErrorCode code, String why) {
        if (request.id() != 0) {
            connection.send(Frame.Error.notProcessed(request.id(), code, why));
        }
    }
}
