package io.socketgateway.cli;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.HttpAddress;
import io.socketgateway.server.config.ListenerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One GET over a plain socket: a health check has no time to load an HTTP client. */
final class HttpProbe {
    private static final Pattern RESPONSE =
            Pattern.compile("HTTP/1\\.[01] ([0-9]{3})\\b.*?\r?\n\r?\n(.*)", Pattern.DOTALL);
    private static final int MAX_BYTES = 1 << 20;

    private HttpProbe() {}

    /**
     * What was answered.
     *
     * @param status the status code
     * @param body the text, at most a mebibyte of it
     */
    record Answer(int status, String body) {
        /** What a person wants of it. */
        String firstLine() {
            return body.lines().findFirst().orElse("");
        }
    }

    /** Asks; an {@link IOException} whose message stands for itself if nobody answers in time, or not in HTTP. */
    static Answer get(HttpAddress address, String path, Duration timeout, NanoClock clock) throws IOException {
        long endNanos = clock.nanos() + timeout.toNanos();
        try (Socket socket = new Socket()) {
            socket.connect(resolved(address), millis(endNanos - clock.nanos()));
            String request = "GET " + path + " HTTP/1.0\r\nHost: "
                    + address.toString().substring("http://".length()) + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return answer(read(socket, endNanos, clock));
        } catch (SocketTimeoutException e) {
            throw new IOException("none within " + timeout.toMillis() + " ms", e);
        } catch (UnknownHostException e) {
            throw new IOException("host '" + address.host() + "' does not resolve", e);
        }
    }

    /** A gateway that listens on all addresses of the machine is asked on its loopback address. */
    private static InetSocketAddress resolved(HttpAddress address) throws UnknownHostException {
        InetAddress host = address.host().equals(ListenerConfig.ALL_ADDRESSES)
                ? InetAddress.getLoopbackAddress()
                : InetAddress.getByName(address.host());
        return new InetSocketAddress(
                host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host, address.port());
    }

    private static String read(Socket socket, long endNanos, NanoClock clock) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        while (all.size() < MAX_BYTES) {
            socket.setSoTimeout(millis(endNanos - clock.nanos()));
            int count = in.read(some);
            if (count < 0) {
                break;
            }
            all.write(some, 0, count);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static Answer answer(String text) throws IOException {
        Matcher response = RESPONSE.matcher(text);
        if (!response.matches()) {
            throw new IOException("what answers there is not HTTP");
        }
        return new Answer(Integer.parseInt(response.group(1)), response.group(2));
    }

    /** What is left, as sockets take it, for which 0 is for ever. */
    private static int millis(long nanos) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }
}
