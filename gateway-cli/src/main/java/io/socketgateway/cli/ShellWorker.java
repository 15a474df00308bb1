package io.socketgateway.cli;

import io.socketgateway.client.GatewayException;
import io.socketgateway.client.IncomingRequest;
import io.socketgateway.protocol.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Answers a request with what a shell command writes. The request's data is its standard input, its subject and headers
 * are in the environment; it is ended when nobody wants the answer any more. One for each request.
 */
final class ShellWorker {
    /** More than any frame can hold. */
    private static final int MOST_BYTES = 1 << 24;

    private final Process process;

    private ShellWorker(Process process) {
        this.process = process;
    }

    static ShellWorker start(String command, IncomingRequest request) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.put("GATEWAY_SUBJECT", request.subject());
        request.headers().forEach((name, value) -> environment.put(variable(name), value.replace('\0', ' ')));
        Process process = builder.start();
        ShellWorker worker = new ShellWorker(process);
        request.onCancel(worker::end);
        Thread feeder = new Thread(
                () -> feed(process.getOutputStream(), request.payload().toByteArray()), "shell-input");
        feeder.setDaemon(true);
        feeder.start();
        return worker;
    }

    /** {@code x-width} is {@code GATEWAY_HEADER_X_WIDTH}. */
    static String variable(String header) {
        return "GATEWAY_HEADER_" + header.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** What it writes, as it comes. */
    InputStream output() {
        return process.getInputStream();
    }

    /** All that it writes; an error if it fails or that is more than a frame can hold. */
    byte[] answer() throws IOException, InterruptedException {
        byte[] answer = output().readNBytes(MOST_BYTES);
        if (answer.length == MOST_BYTES) {
            end();
            throw new GatewayException(ErrorCode.TOO_LARGE, "the command's output is too large");
        }
        check();
        return answer;
    }

    /** Waits for its end; an error if it failed. */
    void check() throws InterruptedException {
        int code = process.waitFor();
        if (code != 0) {
            throw new GatewayException(ErrorCode.FAILED, "the command ended with exit code " + code);
        }
    }

    /** Ends it and all that it has started. */
    void end() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy(); // first, or the shell tells how its children ended
        children.forEach(ProcessHandle::destroy);
    }

    private static void feed(OutputStream input, byte[] bytes) {
        try (input) {
            input.write(bytes);
        } catch (IOException e) {
            // it did not want to read all of that
        }
    }
}
