package io.socketgateway.client.internal;

import io.socketgateway.client.Response;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import tools.jackson.databind.json.JsonMapper;

/** A response with the mapper that reads it. */
public record PlainResponse(Headers headers, Payload payload, JsonMapper mapper) implements Response {
    /** A response of the user's. */
    public PlainResponse(Headers headers, Payload payload) {
        this(headers, payload, JsonMapper.shared());
    }

    @Override
    public <T> T as(Class<T> type) {
        return Json.read(mapper, payload, type);
    }

    @Override
    public String toString() {
        return "Response[" + payload + "]";
    }
}
