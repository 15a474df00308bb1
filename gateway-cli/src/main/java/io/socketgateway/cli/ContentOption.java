package io.socketgateway.cli;

import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Payload;
import picocli.CommandLine.Option;

/** What data given on the command line claims to be. */
final class ContentOption {
    enum Kind {
        AUTO,
        JSON,
        TEXT,
        BYTES,
        CBOR
    }

    @Option(
            names = "--content",
            paramLabel = "KIND",
            defaultValue = "AUTO",
            description = "What the data is: json, text, bytes, cbor, or auto (json if it is an object or an array,"
                    + " else text if it is UTF-8, else bytes). Default: auto.")
    Kind kind = Kind.AUTO;

    /** The payload of these bytes, which it takes over. */
    Payload payload(byte[] bytes) {
        return switch (kind) {
            case AUTO -> bytes.length == 0 ? Payload.EMPTY : detected(Payload.owning(Content.JSON, bytes), bytes);
            case JSON -> Payload.owning(Content.JSON, bytes);
            case TEXT -> Payload.owning(Content.TEXT, bytes);
            case BYTES -> Payload.owning(Content.BYTES, bytes);
            case CBOR -> Payload.owning(Content.CBOR, bytes);
        };
    }

    private static Payload detected(Payload asJson, byte[] bytes) {
        String start = asJson.text().stripLeading();
        if ((start.startsWith("{") || start.startsWith("[")) && JsonLine.isJson(asJson)) {
            return asJson;
        }
        return Payload.owning(JsonLine.isUtf8(asJson.asReadOnlyBuffer()) ? Content.TEXT : Content.BYTES, bytes);
    }
}
