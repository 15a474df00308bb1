package io.socketgateway.client.internal;

import io.socketgateway.client.IncomingMessage;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import tools.jackson.databind.json.JsonMapper;

/** A message with the mapper that reads it. */
record ReceivedMessage(Frame.Message frame, JsonMapper mapper) implements IncomingMessage {
    @Override
    public String subject() {
        return frame.subject().value();
    }

    @Override
    public Headers headers() {
        return frame.headers();
    }

    @Override
    public Payload payload() {
        return frame.payload();
    }

    @Override
    public <T> T as(Class<T> type) {
        return Json.read(mapper, frame.payload(), type);
    }

    @Override
    public String toString() {
        return "Message[" + subject() + ", " + payload() + "]";
    }
}
