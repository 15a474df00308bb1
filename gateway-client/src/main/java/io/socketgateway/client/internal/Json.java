package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Objects to payloads and back; what does not fit is the caller's or the peer's fault, MALFORMED. */
final class Json {
    private Json() {}

    static <T> T read(JsonMapper mapper, Payload payload, Class<T> type) {
        @Nullable T value;
        try {
            value = mapper.readValue(payload.toByteArray(), type);
        } catch (JacksonException e) {
            throw new GatewayException(ErrorCode.MALFORMED, "payload is not the JSON of a " + type.getSimpleName(), e);
        }
        if (value == null) {
            throw new GatewayException(
                    ErrorCode.MALFORMED, "payload is null, not the JSON of a " + type.getSimpleName());
        }
        return value;
    }

    static Payload write(JsonMapper mapper, Object body) {
        try {
            return Payload.owning(Content.JSON, mapper.writeValueAsBytes(body));
        } catch (JacksonException e) {
            throw new GatewayException(
                            ErrorCode.MALFORMED,
                            "no JSON of a " + body.getClass().getSimpleName(),
                            e)
                    .asNotProcessed();
        }
    }
}
