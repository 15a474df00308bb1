package io.socketgateway.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Speaks HTTP to the admin listener octet by octet. */
final class HttpPeer implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;

    HttpPeer(InetSocketAddress address) {
        try {
            socket = new Socket(address.getAddress(), address.getPort());
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What came back. */
    record Reply(String statusLine, Map<String, String> headers, String body) {
        int status() {
            return Integer.parseInt(statusLine.split(" ", 3)[1]);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    HttpPeer send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request with nothing but what must be there. */
    HttpPeer request(String method, String target) {
        return send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    Reply get(String target) {
        return request("GET", target).reply();
    }

    Reply reply() {
        return reply(true);
    }

    Reply reply(boolean hasBody) {
        try {
            String statusLine = line();
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                if (headers.put(name, line.substring(colon + 1).strip()) != null) {
                    throw new AssertionError("twice: " + name);
                }
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            byte[] body = in.readNBytes(hasBody ? length : 0);
            return new Reply(statusLine, headers, new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("the end, after '" + line.toString(StandardCharsets.UTF_8) + "'");
            }
            line.write(octet);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        if (!text.endsWith("\r")) {
            throw new AssertionError("no CRLF: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    /** Whether the other side says nothing more: its end, in good order. */
    boolean isAtEnd() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpPeer halfClose() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection with RST. */
    void reset() {
        RawPeer.reset(socket);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
