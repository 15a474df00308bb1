package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import java.net.URI;
import java.net.URISyntaxException;

/** Where a gateway listens, as a URL told it. */
public record Endpoint(String scheme, String host, int port) {
    private static final int DEFAULT_PORT = 7400;
    private static final String STREAM = "tcp";
    private static final String DATAGRAM = "udp";

    /**
     * Reads {@code tcp://host[:port]} or {@code udp://host[:port]}.
     *
     * @throws GatewayException MALFORMED if it is no such URL, UNSUPPORTED if the scheme is another
     */
    public static Endpoint parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw bad(url, "not a URL: " + e.getReason());
        }
        if (uri.getScheme() == null || uri.getHost() == null || uri.getHost().isEmpty()) {
            throw bad(url, "expected tcp://host:port or udp://host:port");
        }
        if (!uri.getScheme().equals(STREAM) && !uri.getScheme().equals(DATAGRAM)) {
            throw new GatewayException(
                            ErrorCode.UNSUPPORTED, "url '" + url + "': this client speaks tcp:// and udp:// only")
                    .asNotProcessed();
        }
        if (uri.getPort() > 0xFFFF || uri.getPort() == 0) {
            throw bad(url, "no such port");
        }
        String path = uri.getRawPath();
        if (path != null && !path.isEmpty() && !path.equals("/") || uri.getRawQuery() != null) {
            throw bad(url, "nothing may follow host and port");
        }
        String host = uri.getHost();
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Endpoint(uri.getScheme(), host, uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
    }

    /** Whether sessions there are of datagrams, not a stream. */
    boolean isDatagram() {
        return scheme.equals(DATAGRAM);
    }

    private static GatewayException bad(String url, String what) {
        return new GatewayException(ErrorCode.MALFORMED, "url '" + url + "': " + what).asNotProcessed();
    }

    @Override
    public String toString() {
        return scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
