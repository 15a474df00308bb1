package io.socketgateway.client.internal;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.netty.FrameReceiver;

/** What each frame of the gateway means to this client. Belongs to the event loop. */
final class ConnectionFrames implements FrameReceiver {
    private final Connection connection;
    private final Serving serving;

    ConnectionFrames(Connection connection, Serving serving) {
        this.connection = connection;
        this.serving = serving;
    }

    @Override
    public void received(Frame frame) {
        switch (frame.type()) {
            case WELCOME -> connection.welcomed((Frame.Welcome) frame);
            case PING -> connection.send(new Frame.Pong(frame.id(), ((Frame.Ping) frame).payload()));
            case PONG -> pong(frame.id());
            case GOAWAY -> connection.goingAway((Frame.GoAway) frame);
            case REQUEST -> request((Frame.Request) frame);
            case RESPONSE -> response((Frame.Response) frame);
            case ERROR -> error((Frame.Error) frame);
            case CANCEL -> connection.incoming().cancel(frame.id());
            case CREDIT -> connection.incoming().credit(frame.id(), ((Frame.Credit) frame).n());
            case MESSAGE -> message((Frame.Message) frame);
            case HELLO, CHALLENGE, ACK, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, SERVE -> {
                // no gateway may send these, or the transport deals with them
            }
        }
    }

    private void pong(int id) {
        Call call = connection.calls().call(id);
        if (call != null) {
            call.ponged();
        }
    }

    private void request(Frame.Request request) {
        if (connection.incoming().holds(request.id())) {
            connection.send(Frame.Error.notProcessed(request.id(), ErrorCode.CONFLICT, "id in use"));
        } else if (request.isStream() && connection.endpoint().isDatagram()) {
            connection.send(Frame.Error.notProcessed(request.id(), ErrorCode.UNSUPPORTED, "no streams over datagrams"));
        } else {
            serving.request(connection, request);
        }
    }

    private void response(Frame.Response response) {
        Call call = connection.calls().call(response.id());
        if (call != null && call.answered(response)) {
            connection.calls().remove(response.id());
        }
    }

    private void error(Frame.Error error) {
        if (error.id() == 0 || !connection.isAlive()) {
            connection.refused(Faults.of(error));
            return;
        }
        Call call = connection.calls().remove(error.id());
        if (call != null) {
            call.failed(Faults.of(error));
        }
    }

    private void message(Frame.Message message) {
        if (message.id() == 0) {
            serving.message(message);
            return;
        }
        Call call = connection.calls().call(message.id());
        if (call != null) {
            call.message(message);
        } else if (connection.endpoint().isDatagram()) {
            connection.unwanted(message.id());
        }
    }

    @Override
    public void rejected(ProtocolException fault) {
        if (fault.frameType() == FrameType.REQUEST) {
            if (fault.frameId() != 0) {
                connection.send(Frame.Error.notProcessed(fault.frameId(), fault.code(), fault.message()));
            }
        } else if (fault.frameType() == FrameType.RESPONSE) {
            Call call = connection.calls().call(fault.frameId());
            connection.abandon(fault.frameId(), true);
            if (call != null) {
                call.failed(Faults.seenBy(Faults.of(fault), false));
            }
        }
    }

    @Override
    public void failed(ProtocolException fault) {
        connection.broken(fault);
    }
}
