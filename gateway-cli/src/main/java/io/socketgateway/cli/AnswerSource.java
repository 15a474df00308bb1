package io.socketgateway.cli;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.IncomingRequest;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Where the answers of {@code gateway reply} come from: the request, a text, or a shell command. */
record AnswerSource(ReplyCommand.Answer answer, ContentOption content) {
    /** The whole answer at once. */
    Response whole(IncomingRequest request) throws IOException, InterruptedException {
        if (answer.echo) {
            return Response.of(request.headers(), request.payload());
        }
        return answer.shell.isEmpty()
                ? response(answer.text)
                : Response.of(
                        content.payload(ShellWorker.start(answer.shell, request).answer()));
    }

    /** The answer's lines, each a response of its own; read as they are wanted. */
    Stream<Response> lines(IncomingRequest request) throws IOException {
        if (answer.shell.isEmpty()) {
            return (answer.echo ? request.text() : answer.text).lines().map(this::response);
        }
        ShellWorker worker = ShellWorker.start(answer.shell, request);
        BufferedReader reader = new BufferedReader(new InputStreamReader(worker.output(), StandardCharsets.UTF_8));
        Stream<Response> end = Stream.of(worker).flatMap(AnswerSource::nothingUnlessItFailed);
        return Stream.concat(reader.lines().map(this::response), end).onClose(worker::end);
    }

    private Response response(String line) {
        return Response.of(content.payload(line.getBytes(StandardCharsets.UTF_8)));
    }

    private static Stream<Response> nothingUnlessItFailed(ShellWorker worker) {
        try {
            worker.check();
            return Stream.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.CANCELLED, "interrupted");
        }
    }
}
