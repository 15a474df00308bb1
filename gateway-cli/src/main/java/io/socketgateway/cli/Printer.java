package io.socketgateway.cli;

import io.socketgateway.client.IncomingMessage;
import io.socketgateway.client.IncomingRequest;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.Content;
import io.socketgateway.protocol.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import picocli.CommandLine.Option;

/** How results look: payloads as they are for people and pipes, or one JSON object on a line for programs. */
final class Printer {
    @Option(
            names = "--json",
            description = "Print one JSON object on a line, with headers; faults too, on standard error.")
    private boolean json;

    /** Whether programs read it. */
    boolean isJson() {
        return json;
    }

    /** An answer to a request. */
    void response(Console console, Response response, Duration took) {
        if (json) {
            console.line(new JsonLine()
                    .millis("millis", took)
                    .headers(response.headers())
                    .payload(response.payload())
                    .end());
        } else {
            console.bytes(lines("", response.payload(), console.isTerminal()));
        }
    }

    /** One of many answers. */
    void response(Console console, Response response) {
        if (json) {
            console.line(new JsonLine()
                    .headers(response.headers())
                    .payload(response.payload())
                    .end());
        } else {
            console.bytes(lines("", response.payload(), console.isTerminal()));
        }
    }

    /** A message; raw is without its subject. */
    void message(Console console, IncomingMessage message, boolean raw) {
        if (json) {
            console.line(new JsonLine()
                    .text("subject", message.subject())
                    .headers(message.headers())
                    .payload(message.payload())
                    .end());
        } else {
            console.bytes(lines(raw ? "" : message.subject() + " ", message.payload(), console.isTerminal()));
        }
    }

    /** A request that is being answered. */
    void request(Console console, IncomingRequest request) {
        if (json) {
            console.line(new JsonLine()
                    .text("subject", request.subject())
                    .number("timeLeftMillis", request.timeLeft().toMillis())
                    .headers(request.headers())
                    .payload(request.payload())
                    .end());
        } else {
            console.bytes(lines(request.subject() + " ", request.payload(), console.isTerminal()));
        }
    }

    /**
     * A payload for people and pipes. What is text gets the line end that it lacks; bytes go out untouched where nothing
     * is put before them, but never to a screen, which gets them in base64.
     */
    static byte[] lines(String before, Payload payload, boolean terminal) {
        boolean text = payload.content() == Content.JSON || payload.content() == Content.TEXT;
        if (!text && before.isEmpty() && !terminal) {
            return payload.toByteArray();
        }
        byte[] body = text || JsonLine.isUtf8(payload.asReadOnlyBuffer())
                ? payload.toByteArray()
                : ("base64:" + Base64.getEncoder().encodeToString(payload.toByteArray()))
                        .getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(before.getBytes(StandardCharsets.UTF_8));
        line.writeBytes(body);
        if (body.length == 0 || body[body.length - 1] != '\n') {
            line.write('\n');
        }
        return line.toByteArray();
    }
}
